import { isUnseen, type MayStillWork } from '../run/index.ts'
import { announcedBy, isFollowUp, isLate } from './announced.ts'
import { inOrder, type SomeReceipt } from './some-receipt.ts'

/** How an event stands by its receipts. Times are RFC 3339. */
export interface Standing {
  readonly ending: Ending
  /** The receipt that says so: it was seen, or the last call accepted, when that was closed. */
  readonly deciding: SomeReceipt
  /** What may work at this moment. */
  readonly alive: readonly MayStillWork[]
  /** Login sessions that ended without their relying parties being told. */
  readonly notTold: number
  readonly followUp: FollowUp
}

/**
 * `gone`: listed before, and not listed afterwards. `gone-again`: the same, of what was granted
 * between the passes. `moot`: a dead letter was closed, and nothing done. `accepted`: nothing was listed, and the calls were accepted. `unseen`: nobody
 * could look afterwards. `requested`: somebody else was asked.
 */
export type Ending =
  | 'gone'
  | 'gone-again'
  | 'accepted'
  | 'unseen'
  | 'requested'
  | 'superseded'
  | 'moot'

/** Whether another pass follows; `unknown` where only one receipt was looked at. */
export type FollowUp =
  | { readonly is: 'none' | 'made' }
  | { readonly is: 'unknown' | 'due' | 'overdue'; readonly notBefore: string }

/**
 * How one event stands at a time.
 *
 * @param receipts of this event, in any order
 * @param now milliseconds since the epoch
 * @param isAll whether these are all of its receipts, so that what is not there has not been made
 */
export function standingOf(
  receipts: readonly [SomeReceipt, ...SomeReceipt[]],
  now: number,
  isAll: boolean,
): Standing {
  const ordered = inOrder(receipts) as typeof receipts
  const deciding = decidingOf(ordered)
  return {
    ending: endingOf(deciding, deciding !== ordered.find((receipt) => !isOfLetter(receipt))),
    deciding,
    alive: aliveAt(ordered, now),
    notTold: ordered.reduce((sum, receipt) => sum + sessionsNotTold(receipt), 0),
    followUp: followUpOf(ordered, now, isAll),
  }
}

/** Whether a receipt says that a dead letter of the event was closed, and of no pass over it. */
export function isOfLetter({ result }: SomeReceipt): boolean {
  return result === 'moot'
}

/**
 * What a follow-up pass finds and ends is what counts, also where it could not look whether that was
 * all; one that finds nothing only bears out the first. That a dead letter was closed counts where
 * there is nothing else.
 */
function decidingOf([oldest, ...others]: readonly [SomeReceipt, ...SomeReceipt[]]): SomeReceipt {
  const passes = [oldest, ...others].filter((receipt) => !isOfLetter(receipt))
  const [first = oldest, ...later] = passes
  return later.findLast(({ pass, steps }) => pass !== 'follow-up' || seenGone(steps)) ?? first
}

function endingOf(receipt: SomeReceipt, isLater: boolean): Ending {
  const { result, steps, unseen_after } = receipt
  if (result !== 'done') return result
  // What else was seen to go says nothing of what Ory's list would have shown.
  if (unseen_after !== undefined) return 'unseen'
  if (seenGone(steps)) return isLater ? 'gone-again' : 'gone'
  if (steps.length > 0 && steps.every(({ status }) => status === 'requested')) return 'requested'
  if (isUnseen(receipt)) return 'unseen'
  return 'accepted'
}

/** Whether something was listed before, and not listed afterwards. */
export function seenGone(steps: SomeReceipt['steps']): boolean {
  return steps.some(({ ends }) => ends.some(({ status }) => status === 'observed'))
}

/** What the newest receipt says of a thing counts; a later pass has looked again. */
function aliveAt(ordered: readonly SomeReceipt[], now: number): readonly MayStillWork[] {
  const newest = new Map<string, MayStillWork>()
  for (const { may_still_work } of ordered)
    for (const survivor of may_still_work) newest.set(survivor.what, survivor)
  return [...newest.values()].filter((survivor) => isAlive(survivor, now))
}

/** Whether something that a receipt could not end may work at a time. */
export function isAlive({ count, until }: MayStillWork, now: number): boolean {
  return count !== 0 && (until === null || Date.parse(until) > now)
}

/** Of two ends of what a receipt could not end the later one; `null`: until somebody ends it. */
export function laterEnd(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return null
  return Date.parse(one) > Date.parse(other) ? one : other
}

/** Sessions that ended without a call of their own, or without an answer that it was accepted. */
export function sessionsNotTold({ result, before, steps }: SomeReceipt): number {
  const told = steps.find(({ by }) => by === 'sid')
  if (result !== 'done') return 0
  const meant = Math.max(before['login_sessions'] ?? 0, told?.calls ?? 0)
  return meant - (told?.accepted ?? 0)
}

/** @param ordered the receipts of one event */
function followUpOf(ordered: readonly SomeReceipt[], now: number, isAll: boolean): FollowUp {
  const [announced] = ordered.flatMap((receipt) => announcedBy(receipt) ?? [])
  if (announced === undefined) return { is: 'none' }
  if (ordered.some(isFollowUp)) return { is: 'made' }
  const { notBefore } = announced
  if (!isAll) return { is: 'unknown', notBefore }
  return { is: isLate(announced, now) ? 'overdue' : 'due', notBefore }
}
