import type { CountName } from '../ports/index.ts'
import type { Allowance } from './execute.ts'
import type { Round } from './rounds.ts'

/** Something that is not as it should be, without any secret or subject. */
export type Finding = Readonly<Record<string, unknown>>

/** What an inspection found where it could not look at everything: at least these. */
export interface PartialLook {
  readonly findings: readonly Finding[]
  /** How many it knows of that it could not look at. */
  readonly unseen: number
  /** Why not: the code of the first error. */
  readonly code: string
}

/** What an inspection found; a list where it has looked at everything. */
export type Look = readonly Finding[] | PartialLook

/** Looks for one kind of trouble. */
export interface Inspection {
  readonly name: string
  /** How many findings there are, on every sweep. */
  readonly metric: CountName
  /** @param seen what this sweep saw of the follow-ups of a kind that were due */
  readonly look: (allowance: Allowance, seen: (kind: string) => Round) => Promise<Look>
}

/** A list where `codes` says that nothing was in the way. */
export function lookOf(
  findings: readonly Finding[],
  unseen: number,
  [code]: readonly string[],
): Look {
  return code === undefined ? findings : { findings, unseen, code }
}
