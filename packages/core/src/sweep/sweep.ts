import { codeOf, DeadlineError } from '../errors.ts'
import type { Clock, Ledger } from '../ports/index.ts'
import type { Allowance, ExecuteServices } from './execute.ts'
import { type Failure, type Failures, failures } from './failures.ts'
import type { Finding, Inspection, Look, PartialLook } from './inspection.ts'
import { keepLastSweep, type SweepRow, sweepRow } from './last-sweep.ts'
import { type Executed, executeDue, notLookedAt, type Round } from './rounds.ts'

/** What a sweep works with. */
export interface Sweep extends ExecuteServices {
  readonly inspections: readonly Inspection[]
  readonly clock: Clock
  /** Where it is kept what a sweep came to; absent: nowhere. */
  readonly sweeps?: Ledger<SweepRow>
}

/** What a sweep did and found. */
export interface SweepReport {
  readonly executed: readonly Executed[]
  /** What failed is tried again by the next sweep. */
  readonly failed: readonly Failure[]
  /** Of the inspections that looked at everything. */
  readonly findings: Readonly<Record<string, readonly Finding[]>>
  /** Of those that could not; each of them is a failure as well. Absent where there is none. */
  readonly partly?: Readonly<Record<string, PartialLook>>
}

/** Log lines for each kind of trouble; what is beyond is counted. */
const linesAtMost = 1000

/**
 * Executes the follow-ups that are due, and then inspects. One failure stops nothing else; what was
 * not got to is got to by the next sweep.
 */
export async function sweep(at: Sweep, allowance: Allowance): Promise<SweepReport> {
  const startedAt = at.clock.now()
  const failed = failures()
  const rounds = await executeDue({ ...at, ...shareOf(at, allowance), failures: failed })
  const executed = [...rounds.values()].flatMap((round) => round.executed)
  const looks = await inspect(at, allowance, rounds, failed)
  for (const { inspection, look } of looks) tell(inspection, look, at)

  at.metrics.count('FollowUpsExecuted', executed.length)
  at.metrics.count('SweepFailures', failed.noted.length)
  logEach(failed.noted, (fields) => at.log.error('a part of the sweep failed', fields))
  const report = { executed, failed: failed.noted, ...reportOf(looks) }
  await keep(report, startedAt, at)
  return report
}

/** A sweep that cannot say that it ran has run all the same. */
async function keep(report: SweepReport, startedAt: number, { sweeps, clock, log }: Sweep) {
  const row = sweepRow(report, { startedAt, endedAt: clock.now() })
  await (sweeps && keepLastSweep(sweeps, row))?.catch((error: unknown) =>
    log.warn('what the sweep came to could not be kept', { code: codeOf(error) }),
  )
}

/**
 * Follow-ups are begun in the first third of the time and end within the first half; the rest is for
 * inspections, where there are any.
 */
function shareOf({ inspections, clock }: Sweep, allowance: Allowance) {
  const now = clock.now()
  const left = allowance.deadline - now
  if (inspections.length === 0)
    return { allowance, times: { workUntil: allowance.deadline, countUntil: allowance.deadline } }

  const deadline = Math.floor(now + left / 2)
  const signals = allowance.signal === undefined ? [] : [allowance.signal]
  const signal = AbortSignal.any([...signals, AbortSignal.timeout(Math.max(0, deadline - now))])
  return {
    allowance: { deadline, signal },
    times: { workUntil: now + left / 3, countUntil: deadline },
  }
}

interface Told {
  readonly inspection: Inspection
  readonly look: Look
}

/** All inspections at the same time: none takes another's. */
async function inspect(
  at: Sweep,
  allowance: Allowance,
  rounds: ReadonlyMap<string, Round>,
  failed: Failures,
): Promise<readonly Told[]> {
  const seen = (kind: string) => rounds.get(kind) ?? notLookedAt
  const looks = at.inspections.map(async (inspection) => {
    const { name } = inspection
    try {
      return [{ inspection, look: await inTime(inspection, at, allowance, seen) }]
    } catch (error) {
      failed.note(name, error)
      return []
    }
  })
  const told = (await Promise.all(looks)).flat()
  for (const { inspection, look } of told)
    if (isPartial(look)) failed.note(inspection.name, look.code)
  return told
}

/** What there was no time to look at is told as a failure: none found would be a lie. */
async function inTime(
  { name, look }: Inspection,
  { clock }: Sweep,
  allowance: Allowance,
  seen: (kind: string) => Round,
): Promise<Look> {
  if (clock.now() >= allowance.deadline) throw new DeadlineError(`no time to look: ${name}`)
  return look(allowance, seen)
}

/** Counts and logs what was found: at least as much as there is, where not all was looked at. */
function tell({ name, metric }: Inspection, look: Look, { log, metrics }: Sweep): void {
  const found = isPartial(look) ? look.findings : look
  metrics.count(metric, found.length)
  logEach(found, (fields) => log.warn(name, fields))
  if (!isPartial(look)) return

  logEach(look.problems, (fields) =>
    log.warn('could not be looked at', { inspection: name, ...fields }),
  )
  log.error('an inspection could not look at everything', {
    inspection: name,
    found_at_least: found.length,
    not_looked_at_at_least: look.unseen,
    code: look.code,
  })
}

function logEach(all: readonly object[], write: (fields: Finding) => void): void {
  for (const fields of all.slice(0, linesAtMost)) write({ ...fields })
  if (all.length > linesAtMost) write({ and_more: all.length - linesAtMost })
}

function reportOf(looks: readonly Told[]): Pick<SweepReport, 'findings' | 'partly'> {
  const whole = looks.flatMap(({ inspection: { name }, look }) =>
    isPartial(look) ? [] : [[name, look] as const],
  )
  const partly = looks.flatMap(({ inspection: { name }, look }) =>
    isPartial(look) ? [[name, look] as const] : [],
  )
  return {
    findings: Object.fromEntries(whole),
    ...(partly.length === 0 ? {} : { partly: Object.fromEntries(partly) }),
  }
}

function isPartial(look: Look): look is PartialLook {
  return 'code' in look
}
