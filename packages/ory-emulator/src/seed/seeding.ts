import { InputError } from '../checks.ts'
import type { MovedClock } from '../clock.ts'
import type { MemoryHolder } from '../memory.ts'
import type { Ory } from '../ory.ts'
import { plant, type Seeded } from './plant.ts'
import { readSeed, type Seed } from './seed.ts'

/** What a server is told besides Ory's own API. */
export interface Seeding {
  /** What came of the seed the server started with, when it was last planted. */
  readonly seeded: Seeded
  /** Adds what is a seed to what is there: all of it, or nothing. @throws InputError */
  seed(seed: unknown): Promise<Seeded>
  /** Back to how the server started. @throws InputError where its seed cannot be planted */
  reset(): Promise<Seeded>
}

interface Soil {
  readonly ory: Ory
  readonly memory: MemoryHolder
  readonly clock: MovedClock
  /** Forgets what is not in the memory: faults, the requests seen. */
  readonly forget: () => void
}

/** Nothing is planted until the first `reset`. */
export function newSeeding({ ory, memory, clock, forget }: Soil, first: Seed): Seeding {
  let seeded: Seeded = { clients: [], users: [], trusted_issuers: [] }
  const inTurn = newQueue()

  const plantAt = async (seed: Seed): Promise<Seeded> => {
    const shift = seed.now === undefined ? 0 : Date.parse(seed.now) - clock.now()
    clock.advance(shift)
    try {
      return await plant(ory, seed)
    } catch (error) {
      clock.advance(-shift)
      throw error
    }
  }
  return {
    get seeded() {
      return seeded
    },
    seed: (seed) =>
      inTurn(async () => {
        const checked = readSeed(seed)
        if (checked.keys_from === undefined) return plantAt(checked)
        throw new InputError('keys_from', 'belongs into the seed that a server starts with')
      }),
    reset: () =>
      inTurn(async () => {
        await memory.forget()
        forget()
        clock.reset()
        seeded = await plantAt(first)
        return seeded
      }),
  }
}

/** One after another: two at once would plant the same twice. */
function newQueue(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}
