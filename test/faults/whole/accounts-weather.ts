import type { Random } from './random.ts'
import {
  calm,
  crashes,
  type Fate,
  isServer,
  oryFates,
  type Target,
  type Weather,
} from './weather.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How one of the servers beside Ory is away. */
export const aways: readonly [Fate, ...Fate[]] = [
  { kind: 'away (refused)', effect: false, error: 'ECONNREFUSED' },
  { kind: 'away (hangs)', effect: false, hangs: true },
  { kind: 'away (500)', effect: false, status: 500 },
  { kind: 'away (no such route)', effect: false, status: 404 },
  { kind: 'away (401)', effect: false, status: 401 },
  { kind: 'away (429)', effect: false, status: 429, retryAfterSeconds: 600 },
  { kind: 'away (slow)', effect: true, slowMs: 8500 },
  { kind: 'away (too slow)', effect: true, slowMs: 11_000 },
]

/** For how long a server is away. Times are milliseconds since the epoch. */
export interface Away {
  readonly fate: Fate
  readonly from: number
  readonly until: number
}

/**
 * What the identity provider and the API keys meet: nothing that Ory does, and the other way round.
 * @param given how both are away; drawn where nothing is said
 */
export function accountsWeather(random: Random, now: () => number, given?: Away): Weather {
  const met = new Map<string, number>()
  const start = now()
  const stormEnds = start + 3 * hour
  const chance = given ? 0 : random.pick([0, 0, 0.03, 0.15])
  const awayAt: Readonly<Partial<Record<Target, Away>>> = {
    kratos: given ?? awayFrom(start, random),
    talos: given ?? awayFrom(start, random),
  }
  const drawn = (target: Target): Fate => {
    const away = awayAt[target]
    if (away !== undefined && away.from <= now() && now() < away.until) return away.fate
    if (now() >= stormEnds || !random.chance(chance)) return calm
    return random.chance(0.2) ? random.pick(crashes) : random.pick(oryFates)
  }
  return {
    style: 'accounts',
    met,
    longestOutageMs: Math.max(
      ...Object.values(awayAt).map(({ from, until }: Away) => until - from),
    ),
    fateOf(target) {
      const fate = isServer(target) ? drawn(target) : calm
      if (fate !== calm) {
        const name = `${target}: ${fate.kind}`
        met.set(name, (met.get(name) ?? 0) + 1)
      }
      return fate
    },
  }
}

/** From no time at all to longer than any message waits. */
function awayFrom(start: number, random: Random): Away {
  const from = start + random.between(0, 20 * minute)
  const long = random.chance(0.03) ? 11 * day : random.pick([0, 0, minute, 10 * minute, 5 * hour])
  return { fate: random.pick(aways), from, until: from + long }
}
