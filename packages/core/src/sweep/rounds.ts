import type { Clock, FollowUp } from '../ports/index.ts'
import { type Allowance, type ExecuteServices, execute } from './execute.ts'
import { codeOf, type Failures, isBusy } from './failures.ts'
import { type Times, whyNotAll, workInTime } from './time-boxed.ts'

/** A follow-up that has come to its end. */
export interface Executed {
  readonly kind: string
  readonly id: string
  readonly outcome: string
}

/** What one sweep saw of the follow-ups of a kind that are due. */
export interface Round {
  readonly executed: readonly Executed[]
  /** Those that were looked at, and have to be looked at again. */
  readonly left: readonly FollowUp[]
  /** How many it knows of that could not be looked at, for want of time or because they failed. */
  readonly unseen: number
  /** Why not all could be; `undefined` where all were looked at. */
  readonly code: string | undefined
}

/** Of a kind that nobody executes. */
export const notLookedAt: Round = {
  executed: [],
  left: [],
  unseen: 0,
  code: 'ERR_NOT_LOOKED_AT',
}

/** What a round needs, and what it has to keep to. */
export interface RoundServices extends ExecuteServices {
  readonly clock: Clock
  readonly times: Times
  /** For each follow-up. */
  readonly allowance: Allowance
  readonly failures: Failures
}

/**
 * Executes what is due. Every kind is gone through by itself, all at the same time, so that none
 * waits for another; each begins where the sweep before had to stop.
 *
 * @returns the round of each kind, and of all others under no name
 */
export async function executeDue(at: RoundServices): Promise<ReadonlyMap<string, Round>> {
  const { followUps, clock } = at
  const kinds = Object.keys(at.executes)
  const now = clock.now()
  const rounds = [
    ...kinds.map((kind) => ({ kind, due: followUps.due(now, { only: kind }) })),
    { kind: '', due: followUps.due(now, { except: kinds }) },
  ]
  return new Map(
    await Promise.all(
      rounds.map(async ({ kind, due }) => [kind, await round(kind, due, at)] as const),
    ),
  )
}

/** One failure stops nothing else: it is noted, and the follow-up stays open. */
async function round(
  kind: string,
  due: AsyncIterable<FollowUp>,
  at: RoundServices,
): Promise<Round> {
  const { clock, followUps, times, failures } = at
  const executed: Executed[] = []
  const left: FollowUp[] = []
  const busy: FollowUp[] = []
  const missed: string[] = []

  const look = async (followUp: FollowUp) => {
    const outcome = await execute(followUp, at, at.allowance)
    if (outcome === undefined) left.push(followUp)
    else executed.push({ kind: followUp.kind, id: followUp.id, outcome })
  }
  const failed = (followUp: FollowUp) => (error: unknown) => {
    failures.note(`${followUp.kind} ${followUp.id}`, error)
    missed.push(codeOf(error))
  }
  const unlessBusy = (followUp: FollowUp) => (error: unknown) => {
    if (isBusy(error)) busy.push(followUp)
    else failed(followUp)(error)
  }

  const what = `follow-ups that are due${kind && `: ${kind}`}`
  const lookUnlessBusy = (followUp: FollowUp) => look(followUp).catch(unlessBusy(followUp))
  const progress = await workInTime(due, lookUnlessBusy, times, clock)
  const { last, unseen, error } = progress
  const code = whyNotAll(progress)
  if (error !== undefined) failures.note(what, error)
  if (last !== undefined && code !== undefined)
    await followUps.resumeAfter(last).catch((cause: unknown) => failures.note(what, cause))

  // Two of one issuer or client stand in each other's way: these are done one after another.
  for (const followUp of busy) {
    if (clock.now() >= times.workUntil) missed.push('ERR_DEADLINE')
    else await look(followUp).catch(failed(followUp))
  }
  return { executed, left, unseen: unseen + missed.length, code: code ?? missed[0] }
}
