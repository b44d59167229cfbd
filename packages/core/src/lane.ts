/** Every lane, the most urgent first. */
export const lanes = ['incident', 'deletion', 'hygiene'] as const

/**
 * What is done for an event, which decides who goes first: an `incident` before all work that has no
 * slot yet, a `deletion` in its turn, `hygiene` in what is its own share or used by nobody.
 */
export type Lane = (typeof lanes)[number]

/** The lane of what says nothing of it; everybody may use it. */
export const ordinaryLane: Lane = 'deletion'

/**
 * Which lanes events may be in. One: all of them are in it, whatever they say. A list: those that
 * they may claim besides `deletion`.
 */
export type LaneRule = Lane | readonly Lane[]

/** Nobody is in anybody's way by taking less. */
export const usualLanes: LaneRule = ['hygiene']

export function isLane(text: unknown): text is Lane {
  return (lanes as readonly unknown[]).includes(text)
}

/** The lane of an event, which itself claims one or none; `undefined` where it may not claim that one. */
export function laneBy(rule: LaneRule, claimed: Lane = ordinaryLane): Lane | undefined {
  if (typeof rule === 'string') return rule
  return claimed === ordinaryLane || rule.includes(claimed) ? claimed : undefined
}

/** The lanes that a list lets events claim, for people. */
export function claimable(rule: readonly Lane[]): string {
  return lanes.filter((lane) => laneBy(rule, lane) !== undefined).join(', ')
}
