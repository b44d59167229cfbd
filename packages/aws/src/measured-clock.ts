import { type Clock, systemClock } from '@lapse/core/ports'

/** What an answer of AWS's says of the time. */
export interface Dated {
  /** Its `Date` header, which is in whole seconds. */
  readonly date: string | undefined
  /** When the request went out and its answer came, by the clock in question; milliseconds. */
  readonly sentAt: number
  readonly receivedAt: number
}

/** A clock that is compared with AWS's, and goes by it where it is off. */
export interface MeasuredClock extends Clock {
  hear(answer: Dated): void
  /** Whether it has been compared: then it is right to a second. */
  isMeasured(): boolean
  /** How far the clock in question is ahead of AWS's, in milliseconds; 0 where it is right. */
  offMs(): number
}

/** Nothing is corrected below: AWS says whole seconds, and a healthy clock is right to milliseconds. */
const toleratedMs = 2000

/**
 * Each answer says between which two times the clock is off. What all of them allow is kept, so that
 * many say it more exactly than a second; where one contradicts them, the clock was set meanwhile.
 * @param local the clock in question
 * @param tell told by how many milliseconds AWS's is ahead, once for each time that it is corrected
 */
export function measuredClock(
  local: Clock = systemClock,
  tell: (aheadMs: number) => void = () => undefined,
): MeasuredClock {
  const unknown = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }
  const state = { ...unknown, aheadMs: 0 }

  function correct(): void {
    const { least, most, aheadMs: before } = state
    const isOff = least > toleratedMs || most < -toleratedMs
    state.aheadMs = isOff ? Math.round((least + most) / 2) : 0
    if (isOff && Math.abs(state.aheadMs - before) > toleratedMs) tell(state.aheadMs)
  }

  return {
    now: () => local.now() + state.aheadMs,
    isMeasured: () => state.most !== unknown.most,
    offMs: () => 0 - state.aheadMs,
    hear({ date, sentAt, receivedAt }) {
      const time = Date.parse(date ?? '')
      if (Number.isNaN(time)) return
      const heard = { least: time - receivedAt, most: time + 1000 - sentAt }
      const least = Math.max(state.least, heard.least)
      const most = Math.min(state.most, heard.most)
      Object.assign(state, least <= most ? { least, most } : heard)
      correct()
    },
  }
}
