import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { userSettings } from '@lapse/aws/settings/workflows'
import {
  approvalOf,
  type BackfillTerms,
  backfillNames,
  checkSubject,
  eventOf,
  newBackfill,
  type Onlookers,
  runBackfill,
} from '@lapse/core/backfill'
import { EventError } from '@lapse/core/errors'
import { systemClock } from '@lapse/core/ports'
import { dryRun } from '@lapse/core/run'
import { userDeleted } from '@lapse/core/workflows'
import { inAwsTime } from '../aws-time.ts'
import { numberTypedOut } from '../backfill/ask.ts'
import { findRunPlace, type RunPlace } from '../backfill/find-run-place.ts'
import { countText, numberText } from '../backfill/number-text.ts'
import { openQueue } from '../backfill/open-queue.ts'
import { openKeys, openRun } from '../backfill/open-run.ts'
import { newTeller } from '../backfill/progress-text.ts'
import { checkEnd, endBlocks, endDocument, heldProblem } from '../backfill/report.ts'
import { checkApproval, checkOptions, type RunOptions } from '../backfill/run-options.ts'
import { runProblem } from '../backfill/run-problem.ts'
import { shadow } from '../backfill/shadow.ts'
import { shadowBlocks, shadowDocument } from '../backfill/shadow-blocks.ts'
import { trialBlocks } from '../backfill/trial-blocks.ts'
import { openUserFile, type UserFile } from '../backfill/user-file.ts'
import { CommandError } from '../errors.ts'
import { print, printAside, printJson } from '../output/print.ts'
import { newProgress } from '../output/progress.ts'
import { openOry } from '../plan/open-ory.ts'
import { openReading } from '../plan/open-reading.ts'
import { settingsProblem } from '../plan/plan-problem.ts'
import { untilSignal } from '../until-signal.ts'

const minuteMs = 60_000

/** As many events wait at a time as no retention outlives, whatever Ory allows in a minute. */
const bounds = {
  trial: 20,
  atOnce: 1000,
  patienceMs: 15 * minuteMs,
  longPatienceMs: 24 * 60 * minuteMs,
}

/** `lapse run user-deleted`: an event for each user of a file, or with `--shadow` a plan for each. */
export async function runUserDeleted(options: RunOptions): Promise<void> {
  checkOptions(options, process.stdin.isTTY === true)
  const signal = untilSignal()
  const place = await findRunPlace(process.env, process.cwd(), options.lane, options)
  try {
    await perform(await readFile(options, place, signal))
  } catch (error) {
    throw runProblem(error, place, signal)
  }
}

/** What a run is made of. */
interface Given {
  readonly options: RunOptions
  readonly place: RunPlace
  readonly file: UserFile
  readonly terms: BackfillTerms & { readonly signal: AbortSignal }
  readonly keys: Awaited<ReturnType<typeof openKeys>>
  readonly total: number
  readonly hash: string
}

async function readFile(options: RunOptions, place: RunPlace, signal: AbortSignal): Promise<Given> {
  const { from, column, lane, max } = options
  const mapping = { subjectFields: subjectFields(place.ledger.variables), lane }
  const keys = await openKeys(place.ledger)
  await using _ory = openOry(place.ory)
  const progress = newProgress()
  progress.begin(`reading ${from}`)
  const file = await openUserFile(from, {
    column,
    signal,
    problemWith: (subject) => problemWith(() => checkSubject(subject, mapping)),
  }).finally(progress.clear)
  const identity = {
    digest: file.digest,
    mapping: [column, mapping.subjectFields.userDeleted],
    ory: new URL(String(place.ory.adminUrl)).href,
  }
  return {
    options,
    place,
    file,
    keys,
    terms: { ...bounds, ...mapping, names: backfillNames(identity, keys), signal },
    total: Math.min(file.count, max ?? file.count),
    hash: approvalOf({ ...identity, count: file.count, max, lane }, keys),
  }
}

function problemWith(made: () => unknown): string | undefined {
  try {
    made()
    return undefined
  } catch (error) {
    if (error instanceof EventError)
      return error.reason.replace(/^[\w-]+: data(\.\S+)?/, 'its user')
    throw error
  }
}

async function perform(given: Given): Promise<void> {
  if (given.options.shadow) return planAll(given)
  checkApproval(given.options, given.hash)
  await sendAll(given)
}

async function sendAll(given: Given): Promise<void> {
  const { place, file, keys, terms, total } = given
  using queue = openQueue(place.target)
  const teller = newTeller()
  const { place: ledger, clock } = await inAwsTime(place.ledger)
  const services = openRun(ledger, keys, queue, clock, terms.signal)
  const work = { total, subjects: () => file.subjects() }
  const ended = await runBackfill(work, terms, services, {
    approve: (...seen) => approve(given, teller, ...seen),
    tell: teller.tell,
  }).finally(teller.clear)
  if (ended.result === 'held') throw heldProblem(ended)
  if (given.options.json) printJson(endDocument(ended, total, file))
  else print(...endBlocks(ended, total, file))
  checkEnd(ended, file)
}

async function approve(
  { options, terms }: Given,
  teller: ReturnType<typeof newTeller>,
  ...[receipts, without, left]: Parameters<Onlookers['approve']>
): Promise<void> {
  teller.clear()
  const say = options.json ? printAside : print
  say(...trialBlocks(receipts, without))
  if (!options.yes && options.approve === undefined) return numberTypedOut(left, terms.signal, say)
  if (without.length > 0)
    throw new CommandError(
      `nothing more was sent: ${countText(without.length, 'user')} of the first ${bounds.trial} ${without.length === 1 ? 'has' : 'have'} no receipt; look at the queue and its DLQ, then run it again`,
    )
  say(`goes on with ${numberText(left)}, as --${options.yes ? 'yes' : 'approve'} says`)
}

async function planAll({ options, place, file, terms, total, hash }: Given): Promise<void> {
  const { variables } = place.ledger
  const workflow = await settingsOf(() => userDeleted(userSettings(variables)))
  await using opened = await openReading({ ...place, variables })
  const row = newBackfill(terms.names[0], systemClock.now())
  const teller = newTeller()
  const counts = await shadow(file.subjects(), {
    total,
    signal: terms.signal,
    plan: ({ line, subject }) =>
      dryRun(workflow, eventOf(row, line, subject, terms).event, opened.reading, systemClock.now()),
    tell: ({ planned }) => teller.say(`${numberText(planned)} of ${numberText(total)} planned`),
  }).finally(teller.clear)
  if (options.json) printJson(shadowDocument(counts, { file, total, hash }))
  else print(...shadowBlocks(counts, { file, total, hash }))
}

/** @throws UsageError for a setting that is wrong */
async function settingsOf<T>(made: () => T): Promise<T> {
  try {
    return made()
  } catch (error) {
    return settingsProblem(error)
  }
}
