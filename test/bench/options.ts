import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** The parts to run, by name. */
  readonly parts: readonly string[]
  readonly json: boolean
  readonly check: boolean
  readonly write: boolean
  /** Whether what grows is measured at the sizes that are promised, which takes long. */
  readonly large: boolean
  /** How often what is compared is measured, where it is said. */
  readonly rounds: number | undefined
}

/** Reads the command line. @throws Error in one line that says what to do */
export function benchOptions(given: readonly string[], known: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...given],
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  })
  const { only = known, rounds, ...how } = values
  if (rounds !== undefined && !/^[1-9]\d*$/.test(rounds))
    throw new Error(`--rounds ${rounds}: give it a whole number, such as 7`)
  const stray = only.find((name) => !known.includes(name))
  if (stray === undefined)
    return { parts: only, ...how, rounds: rounds === undefined ? undefined : Number(rounds) }
  throw new Error(`--only ${stray}: there is no such part; name one of ${known.join(', ')}`)
}
