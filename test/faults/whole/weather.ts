import type { Random } from './random.ts'

/** Everything outside that can fail. */
export type Target = 'ory' | 'ledger' | 'follow-ups' | 'queue' | 'secrets'

/** What becomes of one call. */
export interface Fate {
  readonly kind: string
  /** Whether the work is done on the other side. */
  readonly effect: boolean
  /** The process dies: before the call is on its way, or before its answer is back. */
  readonly dies?: 'before' | 'after'
  /** What the caller is told instead of an answer: AWS's name, or Node's code. */
  readonly error?: string
  /** Answered instead by Ory. */
  readonly status?: number
  readonly retryAfterSeconds?: number
  /** No answer ever comes. */
  readonly hangs?: boolean
  readonly slowMs?: number
}

export const calm: Fate = { kind: 'none', effect: true }

const crashes: readonly [Fate, ...Fate[]] = [
  { kind: 'crash before', effect: false, dies: 'before' },
  { kind: 'crash after', effect: true, dies: 'after' },
]

const oryFates: readonly [Fate, ...Fate[]] = [
  { kind: 'lost answer', effect: true, error: 'ECONNRESET' },
  { kind: 'reset', effect: false, error: 'ECONNRESET' },
  { kind: 'refused', effect: false, error: 'ECONNREFUSED' },
  { kind: '429, short', effect: false, status: 429, retryAfterSeconds: 2 },
  { kind: '429, long', effect: false, status: 429, retryAfterSeconds: 300 },
  { kind: '5xx', effect: false, status: 500 },
  { kind: '5xx', effect: false, status: 502 },
  { kind: '5xx', effect: false, status: 503 },
  { kind: '504 behind which it was done', effect: true, status: 504 },
  { kind: 'hang', effect: false, hangs: true },
  { kind: 'hang behind which it was done', effect: true, hangs: true },
  { kind: 'slow', effect: true, slowMs: 8000 },
]

/** As each service names it: throttled, failing, out of reach. */
const awsNames: Readonly<Record<Exclude<Target, 'ory'>, readonly [string, ...string[]]>> = {
  ledger: [
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'InternalServerError',
    'TimeoutError',
  ],
  'follow-ups': ['ProvisionedThroughputExceededException', 'InternalServerError', 'TimeoutError'],
  queue: ['RequestThrottled', 'ThrottlingException', 'KmsThrottled', 'ServiceUnavailable'],
  secrets: ['ThrottlingException', 'InternalServiceError', 'KMSInternalException'],
}

/** A service that is away for a while. */
interface Outage {
  readonly target: Target
  readonly fate: Fate
  readonly from: number
  readonly until: number
}

/** What goes wrong in one scenario, and until when. */
export interface Weather {
  readonly style: string
  fateOf(target: Target): Fate
  /** How often which fate was met. */
  readonly met: ReadonlyMap<string, number>
  /** No fault comes after it, in milliseconds since the epoch. */
  readonly ends: number
}

const minute = 60_000
const day = 24 * 60 * minute

/** Draws the faults of a scenario. */
export function weatherOf(random: Random, now: () => number, style: string): Weather {
  const met = new Map<string, number>()
  const start = now()
  const plan = plans[style]?.(random, start)
  if (plan === undefined) throw new Error(`there is no weather called ${style}`)
  const { chance, at, outages } = plan
  const stormEnds = start + 3 * 60 * minute
  const state = { calls: 0 }

  function drawn(target: Target): Fate {
    const outage = outages.find(
      (one) => one.target === target && one.from <= now() && now() < one.until,
    )
    if (outage !== undefined) return outage.fate
    state.calls += 1
    const hits = at === undefined ? now() < stormEnds && random.chance(chance) : at === state.calls
    return hits ? fateFor(target, random) : calm
  }
  return {
    style,
    met,
    ends: Math.max(stormEnds, ...outages.map(({ until }) => until)),
    fateOf(target) {
      const fate = drawn(target)
      if (fate !== calm) {
        const name = `${target}: ${fate.kind}`
        met.set(name, (met.get(name) ?? 0) + 1)
      }
      return fate
    },
  }
}

function fateFor(target: Target, random: Random): Fate {
  if (random.chance(0.3)) return random.pick(crashes)
  return target === 'ory' ? random.pick(oryFates) : awsFate(target, random)
}

function awsFate(target: Exclude<Target, 'ory'>, random: Random): Fate {
  const error = random.pick(awsNames[target])
  return random.pick<Fate>([
    { kind: 'throttled or failing', effect: false, error },
    { kind: 'lost answer', effect: true, error: 'TimeoutError' },
    { kind: 'slow', effect: true, slowMs: 1500 },
  ])
}

interface Plan {
  readonly chance: number
  /** Only the call with this number goes wrong. */
  readonly at?: number
  readonly outages: readonly Outage[]
}

const plans: Readonly<Record<string, (random: Random, start: number) => Plan>> = {
  calm: () => ({ chance: 0, outages: [] }),
  'one fault': (random) => ({ chance: 0, at: random.between(1, 120), outages: [] }),
  showers: (random) => ({ chance: 0.01 + random.next() * 0.05, outages: [] }),
  storm: (random) => ({ chance: 0.1 + random.next() * 0.15, outages: [] }),
  outage: (random, start) => ({ chance: 0, outages: outagesFrom(random, start) }),
  everything: (random, start) => ({
    chance: random.next() * 0.1,
    outages: outagesFrom(random, start),
  }),
}

/** From a minute to three days, one after the other or at once. */
function outagesFrom(random: Random, start: number): readonly Outage[] {
  return Array.from({ length: random.between(1, 3) }, () => {
    const target = random.pick<Target>([
      'ory',
      'ory',
      'ory',
      'ledger',
      'follow-ups',
      'queue',
      'secrets',
    ])
    const from = start + random.between(0, 40 * minute)
    const longest = target === 'queue' ? 20 * minute : day
    const until = from + Math.round(minute * (longest / minute) ** random.next())
    return { target, fate: outageFate(target, random), from, until }
  })
}

function outageFate(target: Target, random: Random): Fate {
  if (target !== 'ory') {
    // Only a person mends what is denied; a queue that denies copies could not keep its messages.
    const denied = target !== 'queue' && random.chance(0.2)
    const error = denied ? 'AccessDeniedException' : random.pick(awsNames[target])
    return { kind: `outage (${denied ? 'denied' : 'failing'})`, effect: false, error }
  }
  return random.pick<Fate>([
    { kind: 'outage (refused)', effect: false, error: 'ECONNREFUSED' },
    { kind: 'outage (reset)', effect: false, error: 'ECONNRESET' },
    { kind: 'outage (5xx)', effect: false, status: 503 },
    { kind: 'outage (hangs)', effect: false, hangs: true },
    { kind: 'outage (429)', effect: false, status: 429, retryAfterSeconds: 600 },
    { kind: 'outage (no such name)', effect: false, error: 'ENOTFOUND' },
    { kind: 'outage (401)', effect: false, status: 401 },
  ])
}

export const styles = ['one fault', 'showers', 'storm', 'outage', 'everything'] as const
