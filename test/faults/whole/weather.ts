import type { Random } from './random.ts'

/** Who is asked by HTTP: Ory's OAuth2, the identity provider, the API keys. */
const servers = ['ory', 'kratos', 'talos'] as const
export type Server = (typeof servers)[number]

/** Everything outside that can fail. */
export type Target = Server | Port

/** What AWS does for us. */
export type Port = 'ledger' | 'follow-ups' | 'queue' | 'secrets'

export function isServer(target: Target): target is Server {
  return (servers as readonly Target[]).includes(target)
}

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
  /** Consents that were to go are said to be gone, and stay. */
  readonly ignores?: boolean
  /** No answer ever comes. */
  readonly hangs?: boolean
  readonly slowMs?: number
}

export const calm: Fate = { kind: 'none', effect: true }

export const crashes: readonly [Fate, ...Fate[]] = [
  { kind: 'crash before', effect: false, dies: 'before' },
  { kind: 'crash after', effect: true, dies: 'after' },
]

const ignoring: Fate = { kind: 'ignored', effect: true, ignores: true }

/** They are said to be gone. */
const consentsStay = { target: 'ory', only: /^DELETE .*consent/, fate: ignoring } as const

export const oryFates: readonly [Fate, ...Fate[]] = [
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
  ignoring,
  { kind: 'slow', effect: true, slowMs: 8000 },
]

/** As each service names it: throttled, failing, out of reach. */
const awsNames: Readonly<Record<Port, readonly [string, ...string[]]>> = {
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
  /** Of Ory's calls only these, by method and path; absent: all. */
  readonly only?: RegExp
  /** Begins only after a call like this; absent: at once. */
  readonly after?: RegExp
  readonly fate: Fate
  readonly from: number
  readonly until: number
}

/** What goes wrong in one scenario, and until when. */
export interface Weather {
  readonly style: string
  /** @param call what is called: at Ory a method and a path */
  fateOf(target: Target, call: string): Fate
  /** How often which fate was met. */
  readonly met: ReadonlyMap<string, number>
  /** How long the longest outage lasts, in milliseconds. */
  readonly longestOutageMs: number
}

const minute = 60_000
const day = 24 * 60 * minute

/** Draws the faults of a scenario. */
export function weatherOf(random: Random, now: () => number, style: string): Weather {
  const met = new Map<string, number>()
  const start = now()
  const plan = plans[style]?.(random, start)
  if (plan === undefined) throw new Error(`there is no weather called ${style}`)
  const { chance, at, outages, fates = fateFor } = plan
  const stormEnds = start + 3 * 60 * minute
  const state = { calls: 0 }
  const begun = new Set<Outage>(outages.filter(({ after }) => after === undefined))

  function drawn(target: Target, call: string): Fate {
    for (const one of outages) if (one.after?.test(call)) begun.add(one)
    const outage = [...begun].find(
      ({ target: of, only, from, until, fate }) =>
        of === target &&
        from <= now() &&
        now() < until &&
        (only?.test(call) ?? true) &&
        canMeet(fate, call),
    )
    if (outage !== undefined) return outage.fate
    state.calls += 1
    const hits = at === undefined ? now() < stormEnds && random.chance(chance) : at === state.calls
    return hits ? fates(target, random) : calm
  }
  return {
    style,
    met,
    longestOutageMs: Math.max(0, ...outages.map(({ from, until }) => until - from)),
    fateOf(target, call) {
      const fate = drawn(target, call)
      if (fate !== calm) {
        const name = `${target}: ${fate.kind}`
        met.set(name, (met.get(name) ?? 0) + 1)
      }
      return fate
    },
  }
}

/** A key that is refused is that of the admin side: the public one takes none. */
function canMeet({ status }: Fate, call: string): boolean {
  return status !== 401 || call.includes(' /admin/')
}

function fateFor(target: Target, random: Random): Fate {
  if (random.chance(0.3)) return random.pick(crashes)
  return isServer(target) ? random.pick(oryFates) : awsFate(target, random)
}

function awsFate(target: Port, random: Random): Fate {
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
  /** What a call that goes wrong meets. */
  readonly fates?: (target: Target, random: Random) => Fate
}

const plans: Readonly<Record<string, (random: Random, start: number) => Plan>> = {
  calm: () => ({ chance: 0, outages: [] }),
  'one fault': (random) => ({ chance: 0, at: random.between(1, 120), outages: [] }),
  showers: (random) => ({ chance: 0.01 + random.next() * 0.05, outages: [] }),
  storm: (random) => ({ chance: 0.1 + random.next() * 0.15, outages: [] }),
  outage: (random, start) => ({ chance: 0, outages: outagesFrom(random, start) }),
  'slow Ory': () => ({ chance: 0.8, outages: [], fates: slowOry }),
  'consents stay': (random, start) => ({
    chance: 0,
    outages: [{ ...consentsStay, from: start, until: start + random.between(5, 240) * minute }],
  }),
  'lists fail after the first change': (random, start) => ({
    chance: 0,
    outages: [blinding(random, start)],
  }),
  'long outage': (random, start) => ({ chance: 0, outages: [longOutage(random, start)] }),
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
    return { ...outageOf(target, random), from, until }
  })
}

/** Part of Ory may be away: its lists, its revocations, or one session. */
const parts: readonly [RegExp, ...RegExp[]] = [/^GET/, /^DELETE/, /sid=sid-s\d-0$/, /^PATCH/]

function outageOf(target: Target, random: Random): Omit<Outage, 'from' | 'until'> {
  if (!isServer(target) || random.chance(0.5)) return { target, fate: outageFate(target, random) }
  const fate = random.pick<Fate>([
    { kind: 'part of it (5xx)', effect: false, status: 500 },
    { kind: 'part of it (hangs)', effect: false, hangs: true },
  ])
  return { target, only: random.pick(parts), fate }
}

/** What was done cannot be looked at. */
function blinding(random: Random, from: number): Outage {
  const fate = random.pick<Fate>([
    { kind: 'lists fail', effect: false, status: 500 },
    { kind: 'lists hang', effect: false, hangs: true },
  ])
  const until = from + random.between(1, 12) * 60 * minute
  return { target: 'ory', only: /^GET/, after: /^(DELETE|PATCH|POST)/, fate, from, until }
}

/** Longer than any message waits: all are given up, with their reason. */
function longOutage(random: Random, start: number): Outage {
  const from = start + random.between(0, 20 * minute)
  return random.chance(0.5)
    ? {
        target: 'ory',
        fate: { kind: 'long outage', effect: false, error: 'ECONNREFUSED' },
        from,
        until: from + 11 * day,
      }
    : {
        target: 'ory',
        fate: { kind: 'long outage (401)', effect: false, status: 401 },
        from,
        until: from + 5 * day,
      }
}

/** Invocations run into their deadlines with something still to be done. */
function slowOry(target: Target, random: Random): Fate {
  if (!isServer(target)) return calm
  return { kind: 'slow', effect: true, slowMs: random.between(3000, 11_000) }
}

function outageFate(target: Target, random: Random): Fate {
  if (!isServer(target)) {
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

/** In turn, by the seed. */
export const styles = [
  'one fault',
  'showers',
  'storm',
  'outage',
  'everything',
  'consents stay',
  'showers',
  'slow Ory',
  'outage',
  'everything',
  'lists fail after the first change',
  'long outage',
] as const
