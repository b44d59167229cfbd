import { systemClock } from '@lapse/core/ports'
import { type Described, describe } from '../dead-letters/described.ts'
import { type LetterJson, letterJson } from '../dead-letters/lines.ts'
import { openPlanner, type Planner } from '../dead-letters/open-planner.ts'
import { refusedUnasked } from '../dead-letters/plan-letter.ts'
import { type DeadLetterPlace, findDeadLetters } from '../dead-letters/queues.ts'
import {
  type DeadLetterOptions,
  insistOnNamed,
  isMeant,
  nothingThere,
} from '../dead-letters/read-letters.ts'
import { type Redriven, redrive } from '../dead-letters/redrive.ts'
import {
  budgetPace,
  fixedPace,
  type PaceServices,
  type RedrivePace,
  unpaced,
} from '../dead-letters/redrive-pace.ts'
import { sqsDlq, sqsSender } from '../dead-letters/sqs-dlq.ts'
import { CommandError, UsageError } from '../errors.ts'
import { columns } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { print, printAside, printJson } from '../output/print.ts'
import { newProgress, type Progress } from '../output/progress.ts'
import { timeText } from '../output/time.ts'
import { pausing } from '../pause.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import { openBudget } from '../plan/open-budget.ts'
import { planProblem } from '../plan/plan-problem.ts'
import { untilSignal } from '../until-signal.ts'

export interface RedriveOptions extends DeadLetterOptions {
  /** Messages a minute. */
  readonly rate?: number
  readonly again?: boolean
  /** Also what would be dead-lettered again: nothing is planned then. */
  readonly refused?: boolean
  readonly dryRun?: boolean
}

type Told = LetterJson & { readonly became: Redriven; readonly why?: string }

const meanings: Readonly<Record<Redriven, string>> = {
  sent: 'sent back to its queue',
  'dry-run': 'would be sent back to its queue',
  stub: 'left: a stub; the original is what is to be redriven',
  'came-back': 'left: sent back, and dead-lettered again already; read its reason',
  'redriven-twice': 'refused: redriven twice before; mend what its reason names, or give --again',
  'refused-again': 'refused: its worker would dead-letter it again (mend that, or give --refused)',
  'no-worker': 'refused: no event that a worker takes',
  'no-queue': 'refused: no queue of its type is known; set <TYPE>_QUEUE_URL',
  'not-taken': 'refused: SQS does not take it, as too large say; send the event again',
}

/** `lapse dead-letters redrive`: what is meant goes back to its queue, byte for byte. */
export async function redriveDeadLetters(
  messageId: string | undefined,
  { json, ...options }: RedriveOptions,
): Promise<void> {
  const signal = untilSignal()
  const place = await findDeadLetters({ ...options, asksOry: true }, process.env, process.cwd())
  const told: Told[] = []
  try {
    await redriveAll(place, messageId, options, signal, told)
  } catch (error) {
    // What was done is told, however this ends; that nothing is there is not known then.
    if (told.length > 0) tellOf(told, options, json)
    throw signal.aborted ? interrupted() : error
  }
  if (!signal.aborted) insistOnNamed(messageId, told.length, options)
  tellOf(told, options, json)
  if (signal.aborted) throw interrupted()
  const refused = told.filter(({ became }) => meanings[became].startsWith('refused'))
  if (refused.length > 0)
    throw new CommandError(
      `${refused.length} of ${told.length} are still on their DLQ: ${commandAt(options, 'lapse dead-letters show')} tells of each`,
    )
}

function interrupted(): CommandError {
  return new CommandError('interrupted; what is left is on its DLQ: run it again to go on')
}

function tellOf(told: readonly Told[], chosen: RedriveOptions, json = false): void {
  if (json) printJson(told)
  else if (told.length === 0) print(nothingThere(chosen))
  else print(...tallyLines(told))
}

async function redriveAll(
  place: DeadLetterPlace,
  messageId: string | undefined,
  { rate, again = false, refused = false, dryRun = false, ...chosen }: RedriveOptions,
  signal: AbortSignal,
  told: Told[],
): Promise<void> {
  const { dlqs, variables, queueOf } = place
  const progress = newProgress()
  await using over = new AsyncDisposableStack()
  over.defer(progress.clear)
  const isAsked = refused || messageId !== undefined
  const refusalOf = isAsked
    ? async () => undefined
    : refusals(place, chosen, signal, progress, (planner) => over.use(planner))
  using sender = sqsSender()
  const pace = dryRun ? unpaced : paceOf(place, rate, servicesOf(signal, progress))
  await pace.turn()
  for (const named of dlqs) {
    // At a pace one at a time: what waits for its turn is not hidden from anybody.
    using dlq = sqsDlq(named, pace.isPaced ? 1 : 10)
    await redrive(
      {
        describe: (letter) => describe(letter, named, variables),
        isMeant: (described) => isMeant(described, messageId, chosen),
        queueOf: ({ read }: Described) => queueOf(named, 'event' in read ? read.stem : undefined),
        again,
        refusalOf,
        dryRun,
      },
      {
        dlq,
        send: sender.send,
        pause: ({ read }) => pace.turn('event' in read ? read.stem : named.stem),
        stopped: () => signal.aborted,
        tell: (described, became, why) => {
          told.push({ ...letterJson(described), became, ...(why !== undefined && { why }) })
          progress.update(`the DLQ of ${named.name}: ${told.length} so far; Ctrl-C stops`)
        },
      },
    )
  }
}

/**
 * Why a letter would be dead-lettered again, as `lapse dead-letters plan` says it. Where no ledger is
 * named that is known only of what no worker can read.
 */
function refusals(
  { ledger }: DeadLetterPlace,
  stage: StageOption,
  signal: AbortSignal,
  progress: Progress,
  open: (planner: Planner) => Planner,
): (described: Described) => Promise<string | undefined> {
  if (!ledger.variables['LEDGER_TABLE']) {
    printAside('LEDGER_TABLE is not set: what a worker can read is sent without a plan.')
    return async (letter) => refusedUnasked(letter)?.why
  }
  const opened: { planner?: Promise<Planner> } = {}
  return async (letter) => {
    opened.planner ??= openPlanner(stage, signal, progress.update).then(open)
    const planner = await opened.planner.catch(notPlanned)
    const { outcome, why } = await planner.plan(letter).catch(notPlanned)
    return outcome === 'refused' ? why : undefined
  }
}

/** Whoever cannot reach Ory or the ledger can still send. */
function notPlanned(error: unknown): never {
  if (!(error instanceof CommandError || error instanceof UsageError)) throw error
  const Problem = error instanceof UsageError ? UsageError : CommandError
  throw new Problem(`${error.message}; --refused sends without asking`, { cause: error })
}

/** As a person said; else as Ory's limit allows, where the settings of the workers name one. */
function paceOf(
  { variables, ledger }: DeadLetterPlace,
  rate: number | undefined,
  services: PaceServices,
): RedrivePace {
  if (rate !== undefined) return fixedPace(rate, services)
  const { LEDGER_TABLE, ORY_RATE_LIMITS, ORY_ADMIN_URL } = variables
  if (!LEDGER_TABLE || !ORY_RATE_LIMITS) return unpaced
  const problem = (error: unknown): never => {
    throw planProblem(error, { adminUrl: ORY_ADMIN_URL, apiKey: undefined })
  }
  try {
    const { turn, ...pace } = budgetPace(openBudget(ledger, ORY_ADMIN_URL), services)
    return { ...pace, turn: (sent) => turn(sent).catch(problem) }
  } catch (error) {
    return problem(error)
  }
}

function servicesOf(signal: AbortSignal, progress: Progress): PaceServices {
  return {
    clock: systemClock,
    pause: pausing(signal),
    stopped: () => signal.aborted,
    tell: (until) =>
      progress.update(
        `waits until ${timeText(until)} for events that stand in line for Ory's rate limit; Ctrl-C stops`,
      ),
  }
}

function tallyLines(told: readonly Told[]) {
  const kinds = Map.groupBy(told, ({ queue, became, why = '' }) =>
    JSON.stringify([queue, became, why]),
  )
  const rows = Array.from(kinds, ([kind, members]) => {
    const [queue, became, why] = JSON.parse(kind) as [string, Redriven, string]
    const because = why === '' ? '' : `: ${plain(why)}`
    return [queue, String(members.length), meanings[became] + because]
  })
  return columns(rows, { head: ['DLQ of', 'messages', ''], indent: 0 })
}
