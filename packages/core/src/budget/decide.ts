import type { BookingRequest } from '../ports/index.ts'
import { type Cells, emptyCells, pushedCells, type Timeline, timelineOf } from './gcra.ts'
import type { Shares } from './windows.ts'

/** Everything that is known of a bucket. Times are whole milliseconds since the epoch; 0: never. */
export interface BucketState {
  readonly common: Cells
  /** Of the incidents' reserve. */
  readonly reserve: Cells
  /** When hygiene's own share has room again. */
  readonly hygiene: number
  /** When the line of those who were told to come back has an end. */
  readonly line: number
}

/** A bucket that nobody has used. */
export const unused: BucketState = {
  common: emptyCells,
  reserve: emptyCells,
  hygiene: 0,
  line: 0,
}

/** What a booking came to, and the state that has to be kept before anybody is told. */
export type Decision = { readonly state: BucketState } & (
  | { readonly slots: readonly number[] }
  | { readonly comeBackAt: number }
)

/** No slot is further ahead than this, in milliseconds. */
const aheadMs = 60_000

/** Hygiene beyond its share gets what nobody uses, and that only so far ahead. */
const lentMs = 5000

/** Decides on a booking. Pure: of state, time, lane and cost. */
export function decide(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  now: number,
): Decision {
  const timelines = timelinesOf(state, shares, request, now)
  const first = firstSlot(state, shares, request, now)
  const comeBackAt = isGranted(state, request, first, now)
    ? undefined
    : comeBack(state, request, first)
  if (comeBackAt === undefined) {
    const { cost, atOnce = cost } = request
    const slots = takeSlots(timelines, atOnce, now + aheadMs)
    return { slots, state: spent(state, shares, request, { timelines, slots, now }) }
  }
  const joinsLine = request.standing === 'new' && request.lane === 'deletion'
  const line = comeBackAt + request.cost * shares.common.minute.intervalMs
  return { comeBackAt, state: joinsLine ? { ...state, line } : state }
}

/** Nobody gets a slot before this time. */
export function pushed(state: BucketState, time: number): BucketState {
  const until = Math.ceil(time)
  return {
    ...state,
    common: pushedCells(state.common, until),
    reserve: pushedCells(state.reserve, until),
  }
}

type Timelines = readonly [Timeline, ...Timeline[]]

function timelinesOf(
  { common, reserve }: BucketState,
  shares: Shares,
  { lane }: BookingRequest,
  now: number,
): Timelines {
  const ordinary = timelineOf(shares.common, common, now)
  return lane === 'incident' && shares.reserve !== undefined
    ? [ordinary, timelineOf(shares.reserve, reserve, now)]
    : [ordinary]
}

/**
 * When calls would begin. Of calls that would come to a halt on their way, the last counts: what is
 * not half done by then may as well wait for all of its slots.
 */
function firstSlot(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  now: number,
): number {
  const timelines = timelinesOf(state, shares, request, now)
  const slots = takeSlots(timelines, request.cost, now + aheadMs)
  const [first = now, last = first] = [slots[0], slots.at(-1)]
  if (request.standing === 'begun') return first
  return Math.max(first, last - (slots.length - 1) * shares.common.minute.intervalMs)
}

/** The common one first, where both would do: the reserve is for when it is needed. */
function soonest(timelines: Timelines): Timeline {
  return timelines.reduce((one, other) => (other.next() < one.next() ? other : one))
}

function isGranted(
  { hygiene, line }: BucketState,
  { lane, standing, patienceMs }: BookingRequest,
  first: number,
  now: number,
): boolean {
  if (first > now + aheadMs) return false
  if (standing === 'begun') return true
  if (first > now + patienceMs) return false
  const isIdle = first <= now
  const hasLine = line > now
  switch (lane) {
    case 'incident':
      return true
    case 'deletion':
      return standing === 'due' || isIdle || !hasLine
    case 'hygiene':
      return hygiene <= now || isIdle || (!hasLine && first <= now + lentMs)
  }
}

/** So that who comes back then, or a little later, finds a slot within its patience. */
function comeBack(
  { hygiene, line }: BucketState,
  { lane, standing, patienceMs }: BookingRequest,
  first: number,
): number {
  const inTime = first - Math.floor(patienceMs / 2)
  if (lane === 'hygiene') return Math.max(inTime, hygiene)
  return lane === 'deletion' && standing === 'new' ? Math.max(inTime, line) : inTime
}

/** At least one. */
function takeSlots(timelines: Timelines, cost: number, until: number): readonly number[] {
  const slots: number[] = []
  while (slots.length < cost) {
    const timeline = soonest(timelines)
    if (slots.length > 0 && timeline.next() > until) break
    slots.push(timeline.take())
  }
  return slots
}

function spent(
  state: BucketState,
  { hygieneIntervalMs }: Shares,
  { lane }: BookingRequest,
  {
    timelines: [common, reserve],
    slots,
    now,
  }: { readonly timelines: Timelines; readonly slots: readonly number[]; readonly now: number },
): BucketState {
  const isOwnShare = lane === 'hygiene' && state.hygiene <= now
  return {
    ...state,
    common: common.cells,
    reserve: reserve?.cells ?? state.reserve,
    hygiene: isOwnShare ? now + slots.length * hygieneIntervalMs : state.hygiene,
  }
}
