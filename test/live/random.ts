import { createHash } from 'node:crypto'
import { randomOf } from '../faults/whole/random.ts'

/** Choices that follow from a seed alone: the same seed makes the same requests, at every server. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  readonly chance: (probability: number) => boolean
  /** From 0 up to `limit`, which is left out. */
  readonly below: (limit: number) => number
  readonly pick: <T>(options: readonly T[]) => T
  /** As many as come, each with its probability, in the order given. */
  readonly some: <T>(options: readonly T[], probability: number) => T[]
}

/** Random numbers, seeded with the hash of a text. */
export const newRandom = (seed: string): Random => {
  const { next, chance } = randomOf(createHash('sha256').update(seed).digest().readUInt32LE())
  const below = (limit: number) => Math.floor(next() * limit)

  return {
    next,
    chance,
    below,
    pick: <T>(options: readonly T[]): T => options[below(options.length)] as T,
    some: (options, probability) => options.filter(() => chance(probability)),
  }
}
