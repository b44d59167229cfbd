import { type Difference, differences, type Line, linesOf } from './compare.ts'
import type { Family } from './family.ts'
import { newRandom } from './random.ts'
import { newServer } from './server.ts'

/** Where a server listens. */
export interface Addresses {
  readonly adminUrl: string
  readonly publicUrl: string
}

/** One case of a family: its seed says everything about it. */
export interface Case {
  readonly family: Family
  readonly seed: string
}

/** The cases of a round, in the order they are played. */
export const casesOf = (
  families: readonly Family[],
  seed: string,
  round: number,
): readonly Case[] =>
  families
    .filter(({ every = 1 }) => round % every === 0)
    .flatMap((family) =>
      Array.from({ length: family.cases ?? 1 }, (_, index) => ({
        family,
        seed: `${seed}/${round}/${family.name}/${index}`,
      })),
    )

/** Plays a case at one server. `run` sets this run's names apart from another's. */
export const play = async (
  { family, seed }: Case,
  name: string,
  addresses: Addresses,
  run: string,
): Promise<readonly Line[]> => {
  const server = newServer(name, { ...addresses, prefix: `fz-${run}-` })
  await family.run(server, newRandom(seed))

  return linesOf(server)
}

/** One case of every family that need not wait: few enough to be recorded, and played in every test run. */
export const sampleOf = (families: readonly Family[]): readonly Case[] =>
  families
    .filter(({ every = 1 }) => every === 1)
    .map((family) => ({ family, seed: `sample/0/${family.name}/0` }))

/** What a live server answered to the sample, by the seeds of its cases. */
export type Recorded = Readonly<Record<string, readonly Line[]>>

export interface Compared {
  readonly exchanges: number
  readonly differences: readonly Difference[]
}

/** Plays a case at both servers. */
export const compare = async (
  played: Case,
  profile: string,
  live: Addresses,
  emulator: Addresses,
  run: string,
): Promise<Compared> => {
  const [a, b] = await Promise.all([
    play(played, 'live', live, run),
    play(played, 'emulator', emulator, run),
  ])

  return { exchanges: a.length, differences: differences(played.family.name, profile, a, b) }
}
