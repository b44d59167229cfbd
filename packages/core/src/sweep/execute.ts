import { RefusedError, UnknownKindError } from '../errors.ts'
import type { FollowUp, FollowUps, Log, Metrics } from '../ports/index.ts'

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

/** What executing takes. */
export interface ExecuteServices {
  readonly followUps: FollowUps
  /** By kind; a kind that nobody knows is a failure. */
  readonly executes: Readonly<Record<string, Execute>>
  readonly log: Log
  readonly metrics: Metrics
}

/** Executes one follow-up, and ends it with what came of it, a refusal included. */
export async function execute(
  followUp: FollowUp,
  { executes, followUps, log, metrics }: ExecuteServices,
  allowance: Allowance,
): Promise<string | undefined> {
  const run = Object.hasOwn(executes, followUp.kind) ? executes[followUp.kind] : undefined
  if (run === undefined) throw new UnknownKindError(followUp.kind)

  const outcome = await run(followUp, allowance).catch(asRefusal)
  if (outcome !== undefined) await followUps.end(followUp, outcome)
  if (outcome?.startsWith(refused)) {
    metrics.count('FollowUpsRefused', 1)
    log.warn('a follow-up was refused, and will not be tried again', {
      kind: followUp.kind,
      id: followUp.id,
      outcome,
    })
  }
  return outcome
}

const refused = 'refused: '

/** What may not be done now may not be done by the next sweep either: a person has to decide. */
function asRefusal(error: unknown): string {
  if (error instanceof RefusedError) return `${refused}${error.reason}`
  throw error
}
