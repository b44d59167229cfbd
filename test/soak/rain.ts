import type { FaultKind, OryEmulator } from '@lapse/ory-emulator'
import type { Random } from '../faults/whole/random.ts'

/** What goes wrong with a single request. */
const kinds: readonly [FaultKind, ...FaultKind[]] = [
  { kind: 'drop-after' },
  { kind: 'reset-before' },
  { kind: 'reset-during', after: 'headers' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 502 },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'delay', ms: 300 },
]

/** Requests to Ory that go wrong: some of them always, and all of them while it is down. */
export interface Rain {
  /** How many requests went wrong while Ory was up. */
  met(): number
  /** Not a request gets through, until what this gives is called. */
  goDown(): () => void
  end(): void
}

/** Lets this share of all requests go wrong. */
export function rainOver({ faults }: OryEmulator, share: number, random: Random): Rain {
  const state = { met: 0 }
  const hits = () => {
    const isHit = random.chance(share / kinds.length)
    if (isHit) state.met += 1
    return isHit
  }
  const ends = kinds.map((kind) => faults.add({ ...kind, operation: '*', when: hits }))
  return {
    met: () => state.met,
    goDown: () => faults.add({ operation: '*', kind: 'reset-before', when: () => true }),
    end: () => {
      for (const end of ends) end()
    },
  }
}
