import { DeadlineError, LapseError, RefusedError } from '../errors.ts'
import type { Clock, CountName, FollowUp, FollowUps, Log, Metrics } from '../ports/index.ts'

/** The time a sweep has left. */
export interface Allowance {
  /** Milliseconds since the epoch. */
  readonly deadline: number
  readonly signal?: AbortSignal
}

/**
 * Does what a follow-up is for.
 * @returns what came of it, in a word or two; `undefined` where it has to be looked at again
 */
export type Execute = (followUp: FollowUp, allowance: Allowance) => Promise<string | undefined>

/** Something that is not as it should be, without any secret or subject. */
export type Finding = Readonly<Record<string, unknown>>

/** Looks for one kind of trouble. */
export interface Inspection {
  readonly name: string
  /** How many findings there are, on every sweep. */
  readonly metric: CountName
  readonly look: (allowance: Allowance) => Promise<readonly Finding[]>
}

/** What a sweep works with. */
export interface Sweep {
  readonly followUps: FollowUps
  /** By kind; a kind that nobody knows is a failure. */
  readonly executes: Readonly<Record<string, Execute>>
  readonly inspections: readonly Inspection[]
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/** A follow-up that has come to its end. */
interface Executed {
  readonly kind: string
  readonly id: string
  readonly outcome: string
}

/** What a sweep did and found. */
export interface SweepReport {
  readonly executed: readonly Executed[]
  /** What failed is tried again by the next sweep. */
  readonly failed: readonly { readonly what: string; readonly code: string }[]
  readonly findings: Readonly<Record<string, readonly Finding[]>>
}

/**
 * Executes the follow-ups that are due, and then inspects. One failure stops nothing else; what was
 * not got to is got to by the next sweep.
 */
export async function sweep(at: Sweep, allowance: Allowance): Promise<SweepReport> {
  const failed: { what: string; code: string }[] = []
  const executed: Executed[] = []
  await executeDue(at, allowance, executed, failed).catch(noted(failed, 'follow-ups that are due'))
  const findings: Record<string, readonly Finding[]> = {}
  for (const inspection of at.inspections) {
    const { name, metric } = inspection
    const found = await inTime(inspection, at, allowance).catch(noted(failed, name))
    if (found === undefined) continue
    findings[name] = found
    at.metrics.count(metric, found.length)
    for (const finding of found) at.log.warn(name, finding)
  }
  at.metrics.count('FollowUpsExecuted', executed.length)
  at.metrics.count('SweepFailures', failed.length)
  for (const failure of failed) at.log.error('a part of the sweep failed', failure)
  return { executed, failed, findings }
}

/** What there was no time to look at is told as a failure: none found would be a lie. */
async function inTime(
  { name, look }: Inspection,
  { clock }: Sweep,
  allowance: Allowance,
): Promise<readonly Finding[]> {
  if (clock.now() >= allowance.deadline) throw new DeadlineError(`no time to look: ${name}`)
  return look(allowance)
}

async function executeDue(
  at: Sweep,
  allowance: Allowance,
  executed: Executed[],
  failed: { what: string; code: string }[],
): Promise<void> {
  for await (const followUp of at.followUps.due(at.clock.now())) {
    if (at.clock.now() >= allowance.deadline) break
    const outcome = await execute(followUp, at, allowance).catch(
      noted(failed, `${followUp.kind} ${followUp.id}`),
    )
    if (outcome !== undefined) executed.push({ kind: followUp.kind, id: followUp.id, outcome })
  }
}

async function execute(
  followUp: FollowUp,
  { executes, followUps, log, metrics }: Sweep,
  allowance: Allowance,
): Promise<string | undefined> {
  const run = Object.hasOwn(executes, followUp.kind) ? executes[followUp.kind] : undefined
  if (run === undefined) throw new UnknownKindError(`nothing executes ${followUp.kind}`)

  const outcome = await run(followUp, allowance).catch(asRefusal)
  if (outcome?.startsWith(refused)) {
    metrics.count('FollowUpsRefused', 1)
    log.warn('a follow-up was refused, and will not be tried again', {
      kind: followUp.kind,
      id: followUp.id,
      outcome,
    })
  }
  if (outcome !== undefined) await followUps.end(followUp, outcome)
  return outcome
}

const refused = 'refused: '

/** What may not be done now may not be done by the next sweep either: a person has to decide. */
function asRefusal(error: unknown): string {
  if (error instanceof RefusedError) return `${refused}${error.reason}`
  throw error
}

function noted(failed: { what: string; code: string }[], what: string) {
  return (error: unknown): undefined => {
    failed.push({ what, code: error instanceof LapseError ? error.code : nameOf(error) })
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}

/** A follow-up was scheduled by a newer lapse than this one. */
class UnknownKindError extends LapseError {
  override readonly name = 'UnknownKindError'
  override readonly code = 'ERR_UNKNOWN_KIND'
  override readonly retryable = true
}
