/** A failure that may mean that Ory is down, and the event it happened to. */
export interface OutageSign {
  /** A pseudonym of the event: its idempotency key. */
  readonly event: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Whether Ory is believed to be down. Times are milliseconds since the epoch. */
export interface CircuitState {
  /** The latest sign of each event. */
  readonly signs: readonly OutageSign[]
  /** Nothing is sent before; 0 where the circuit is closed. */
  readonly openUntil: number
  /** How often in a row it was found open. */
  readonly opened: number
  /** When Ory was seen to answer again; absent where it never had to, or is open. */
  readonly closedAt?: number
}

export const closed: CircuitState = { signs: [], openUntil: 0, opened: 0 }

/** So many different events have to have met the same before it is Ory, and not one of them. */
const eventsToOpen = 3

/** Signs older than this say nothing of now. */
const signsCountMs = 60_000

/** How long it stays open the first time, in milliseconds; it doubles from then on. */
const firstOpenMs = 10_000
const longestOpenMs = 60_000

/**
 * What opens it again so soon goes on counting: an Ory may answer whoever looks, and fail everything
 * else.
 */
const relapseMs = 5 * 60_000

/** How long one who looks has for it. */
export const probeMs = 10_000

/** `probe`: it was open, and somebody has to look whether Ory is there again. */
export type Gate = 'closed' | 'open' | 'probe'

export function gateOf({ openUntil }: CircuitState, now: number): Gate {
  if (openUntil === 0) return 'closed'
  return openUntil > now ? 'open' : 'probe'
}

/** A connection failed, or Ory said 503. */
export function signed(state: CircuitState, event: string, now: number): CircuitState {
  if (state.openUntil !== 0) return state
  const others = state.signs.filter((sign) => sign.event !== event && now - sign.at < signsCountMs)
  const signs = [...others, { event, at: now }]
  return signs.length < eventsToOpen ? { ...state, signs } : reopened(state, now)
}

/** Takes on looking: for everybody else it is open meanwhile. */
export function probing(state: CircuitState, now: number): CircuitState {
  return gateOf(state, now) === 'probe' ? { ...state, openUntil: now + probeMs } : state
}

/** Somebody has looked. */
export function probed(state: CircuitState, isThere: boolean, now: number): CircuitState {
  return isThere ? { ...closed, opened: state.opened, closedAt: now } : reopened(state, now)
}

function reopened(state: CircuitState, now: number): CircuitState {
  const { closedAt = now } = state
  const opened = now - closedAt < relapseMs ? state.opened : 0
  const openMs = Math.min(longestOpenMs, firstOpenMs * 2 ** opened)
  return { signs: [], openUntil: now + openMs, opened: opened + 1 }
}
