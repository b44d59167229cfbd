/**
 * How a verification ends. `valid`: a checkpoint that one trusts covers it. `valid-as-of`: the log's
 * own checkpoint covers it, which says nothing of what came later. The others are refusals.
 */
export const verdicts = [
  'valid',
  'valid-as-of',
  'altered',
  'missing',
  'reordered',
  'truncated-tail',
  'forked',
  'unknown-key',
  'not-yet-sealed',
  'expired',
] as const

export type Verdict = (typeof verdicts)[number]

/** A verdict, why, and as of when. */
export interface Verification {
  readonly verdict: Verdict
  /** A clause that quotes nothing of what was verified. */
  readonly reason: string
  /** The checkpoint that decided: its size, and its time in milliseconds since the epoch. */
  readonly asOf?: { readonly size: number; readonly time: number }
  /** Of the first receipt that is at fault, or of the one that was proven. */
  readonly index?: number
}

export function isAccepted({ verdict }: Verification): boolean {
  return verdict === 'valid' || verdict === 'valid-as-of'
}
