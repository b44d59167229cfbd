import type { StageOption } from '../place/find-place.ts'
import type { Site } from '../site/site.ts'

/** Something that is not as it should be, and what to do about it. */
export interface Problem {
  readonly says: string
  readonly todo: string
}

/**
 * What a check comes to. `cannot-tell` is neither of the others: nobody looked, or what is there to
 * be seen does not decide it.
 */
export type Outcome =
  | { readonly outcome: 'well'; readonly says: string }
  | { readonly outcome: 'wrong'; readonly problems: readonly [Problem, ...Problem[]] }
  | { readonly outcome: 'cannot-tell'; readonly why: string }

/** What a person tells the doctor besides the place. */
export interface Told {
  /** Ory's own configuration, as `ory get oauth2-config` prints it. */
  readonly oryConfig?: unknown
}

/** One thing that is looked at. `read` asks and judges nothing; `judge` is pure. */
export interface Check<Seen> {
  /** Stable: by this programs know it. */
  readonly name: string
  readonly about: string
  /** Rejects where it cannot look, with `CannotTell` where it can say why. */
  read(site: Site, told: Told): Promise<Seen>
  /** @param where the stage that was asked for, for the commands that it names */
  judge(seen: Seen, where?: StageOption): Outcome
}

export function well(says: string): Outcome {
  return { outcome: 'well', says }
}

export function wrong(says: string, todo: string): Outcome {
  return { outcome: 'wrong', problems: [{ says, todo }] }
}

export function cannotTell(why: string): Outcome {
  return { outcome: 'cannot-tell', why }
}

/** Wrong where there are problems, otherwise as given. */
export function unless(problems: readonly Problem[], otherwise: Outcome): Outcome {
  const [first, ...others] = problems
  return first === undefined ? otherwise : { outcome: 'wrong', problems: [first, ...others] }
}
