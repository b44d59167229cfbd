import type { CountName } from '../ports/index.ts'
import type { Allowance } from './execute.ts'
import type { Round } from './rounds.ts'

/** Something that is not as it should be, without any secret or subject. */
export type Finding = Readonly<Record<string, unknown>>

/** Something that could not be looked at, and the code of the error that was in the way. */
export type Problem = Finding & { readonly problem: string }

/** What an inspection found where it could not look at everything: at least these. */
export interface PartialLook {
  readonly findings: readonly Finding[]
  readonly problems: readonly Problem[]
  /** How many it knows of that it did not look at, those with problems included. */
  readonly unseen: number
  /** Why not: the first error's. */
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

/**
 * A list where nothing was in the way.
 * @param others how many more could not be looked at, and why not
 */
export function lookOf(
  findings: readonly Finding[],
  problems: readonly Problem[],
  others: { readonly unseen: number; readonly code: string | undefined } = {
    unseen: 0,
    code: undefined,
  },
): Look {
  const code = problems[0]?.problem ?? others.code
  if (code === undefined) return findings
  return { findings, problems, unseen: problems.length + others.unseen, code }
}
