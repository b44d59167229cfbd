import { createHash } from 'node:crypto'

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

/** Random numbers by Mulberry32, seeded with the hash of a text. */
export const newRandom = (seed: string): Random => {
  let state = createHash('sha256').update(seed).digest().readUInt32LE()
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const chance = (probability: number) => next() < probability
  const below = (limit: number) => Math.floor(next() * limit)

  return {
    next,
    chance,
    below,
    pick: <T>(options: readonly T[]): T => options[below(options.length)] as T,
    some: (options, probability) => options.filter(() => chance(probability)),
  }
}
