import type { Lane } from '../lane.ts'

/** A number of calls that are to be made. */
export interface BookingRequest {
  /** As the operation table names it. */
  readonly bucket: string
  readonly lane: Lane
  /** How many calls: every attempt and every page is one. */
  readonly cost: number
  /**
   * How many of them get their slots now; the others are booked when it is their turn. 0: it is only
   * asked whether one could begin, and nothing is taken.
   */
  readonly atOnce?: number
  /**
   * Whether it is not known yet what there is to be done: where nobody else waits, slots are not
   * taken before it is, and none is the answer. Otherwise as many calls are booked as plans made of
   * late, and at most `cost`.
   */
  readonly isUnplanned?: boolean
  /** How many of them, the last ones, get their slots together or not at all; absent: one. */
  readonly together?: number
  /**
   * `new` takes its place in the line, `due` was told to come back by now, and `begun` has made
   * calls already: it goes before all others but incidents.
   */
  readonly standing: 'new' | 'due' | 'begun'
  /** The longest that any of the calls may be waited for, in milliseconds. */
  readonly patienceMs: number
  /**
   * A slot that was missed, which is given back for this one: of its room nobody else is given any
   * in between.
   */
  readonly instead?: number
  /** What was booked before it was known what there is to be done, which is given back for this. */
  readonly ahead?: Unused
}

/**
 * When calls may begin, or when to ask again. Times are milliseconds since the epoch. There may be
 * fewer slots than were asked for: none is further ahead than the caller's patience.
 */
export type Booking =
  | {
      readonly slots: readonly number[]
      /** Calls that were booked with them, and get their slots when it is their turn; absent: none. */
      readonly later?: number
    }
  | { readonly comeBackAt: number }

/** What was booked and is not used. */
export interface Unused {
  /** At which no call was begun, nor will be. */
  readonly slots: readonly number[]
  /** Calls that were to get their slots later. */
  readonly later: number
  /** How many of all these, the last ones, were to be made together. */
  readonly together: number
  /** Whether calls of the same plan were made: then it has begun all the same. */
  readonly begun: boolean
}

/** The rate limits of one Ory project, shared by everybody who calls it. */
export interface RateBudget {
  /** Whether calls of this bucket need slots at all. */
  isBooked(bucket: string): boolean
  /** How long after its slot a call may still begin, in milliseconds: later it is missed. */
  readonly graceMs: number
  /** @throws UnavailableError where nobody can say what is left: then nothing may be sent */
  book(request: BookingRequest): Promise<Booking>
  /** Leaves to others what was booked in this lane and is not used. */
  giveBack(bucket: string, lane: Lane, unused: Unused): Promise<void>
  /** Ory said that the bucket is used up: nobody gets a slot before this time. */
  pushTo(bucket: string, time: number): Promise<void>
  /** Until when slots of this bucket are not to be used, as far as it is known here. */
  heldUntil(bucket: string): number
}
