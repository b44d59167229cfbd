import { dynamoDbReceiptIndex } from '@lapse/aws/receipt-index'
import { required } from '@lapse/aws/settings/texts'
import type { Part, PlannedLetter, Source } from '@lapse/console'
import { type ReceiptIndex, systemClock } from '@lapse/core/ports'
import { checks } from '../doctor/checks.ts'
import { doctorDocument } from '../doctor/document.ts'
import { examine } from '../doctor/examine.ts'
import { CommandError } from '../errors.ts'
import { type FoundPlace, placeName } from '../place/find-place.ts'
import { eventDocument } from '../receipts/event-lines.ts'
import { eventsNamed } from '../receipts/events-named.ts'
import { type FiledReceipt, filed, receiptsOf } from '../receipts/filed-receipts.ts'
import { foundReceipts } from '../receipts/found-receipts.ts'
import { rangeOf } from '../receipts/range.ts'
import { soughtOf } from '../receipts/sought.ts'
import { type Summary, summaryOf } from '../receipts/summary.ts'
import { openRotation } from '../rotation/open-rotation.ts'
import { toldSecrets } from '../rotation/told-secrets.ts'
import { siteAt } from '../site/site.ts'
import { whyNot } from '../site/why.ts'
import { readStatus } from '../status/read-status.ts'
import { partOf } from '../status/status.ts'
import { problemIn, runLapse } from './run-lapse.ts'
import type { SentEvents } from './sent-events.ts'

/** What the pages of a place read, and what is read besides of a `lapse dev`. */
export interface SourceOptions {
  readonly place: FoundPlace
  /** Where commands are run. */
  readonly directory: string
  readonly sent: SentEvents
  readonly fault: () => string | undefined
}

const second = 1000

/** The functions of the commands' `--json`, for pages. */
export function sourceAt({ place, directory, sent, fault }: SourceOptions): Source {
  const { stage } = place
  const stageArgs = stage === undefined ? [] : ['--stage', stage]
  const index = (): ReceiptIndex =>
    dynamoDbReceiptIndex(required(place.variables, 'LEDGER_TABLE'), systemClock, place.dynamoDb)
  return {
    place: placeName(place),
    suffix: stage === undefined ? '' : ` --stage ${stage}`,
    everyMs: place.by === 'lapse dev' ? second : 5 * second,
    // What a site has read it remembers: each look asks anew.
    status: () => known(() => readStatus(siteAt(place))),
    doctor: () => known(async () => doctorDocument(await examine(checks, siteAt(place)))),
    receipts: (from, limit) =>
      known(() => {
        const range = rangeOf({ from }, Date.now(), from)
        const all = index()
        return summaries(all, all.list(range), limit)
      }),
    about: (names, limit) =>
      known(() => {
        const sought = { abouts: names, otherwise: async () => [] }
        const all = index()
        return summaries(all, foundReceipts(all, sought), limit)
      }),
    namesOf: (kind, typed) =>
      known(async () => {
        // Of standard input, which `-` means to a command, a page has none.
        if (typed.trim() === '' || typed === '-') throw new CommandError('say what to look for')
        return (await soughtOf({ [kind]: typed }, place)).abouts
      }),
    event: (id) =>
      known(async () => {
        const now = Date.now()
        return (await eventsNamed(id, index(), place)).map((event) => eventDocument(event, now))
      }),
    waiting: (id) => sent.waiting(siteAt(place), id),
    deadLetters: () =>
      known(async () => {
        const args = ['dead-letters', 'plan', '--json', ...stageArgs]
        const { exitCode, output, errors } = await runLapse(args, { directory })
        if (exitCode !== 0) throw new CommandError(problemIn(errors))
        return JSON.parse(output) as readonly PlannedLetter[]
      }),
    secrets: () =>
      known(async () => {
        if (!place.variables['ROTATED_SECRETS']) return []
        const services = openRotation(place)
        await using _ory = services.ory
        return await toldSecrets(services, place)
      }),
    fault,
  }
}

function known<Known>(read: () => Promise<Known>): Promise<Part<Known>> {
  return partOf(async () => read(), whyNot)
}

async function summaries(
  index: ReceiptIndex,
  entries: ReturnType<ReceiptIndex['list']>,
  limit: number,
): Promise<readonly Summary[]> {
  const found: FiledReceipt[] = []
  for await (const one of receiptsOf(filed(index, entries))) {
    found.push(one)
    if (found.length >= limit) break
  }
  const now = Date.now()
  return found.map((one) => summaryOf(one, now))
}
