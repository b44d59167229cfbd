import type { BookingRequest, Unused } from '../ports/index.ts'
import type { BucketState } from './bucket-state.ts'
import { withoutCall } from './call-log.ts'
import { withoutKept } from './kept-calls.ts'
import type { Shares } from './windows.ts'

/** The state without what was booked and is not used. A slot that nobody knows of is none. */
export function givenBack(
  state: BucketState,
  { intervalMs, hygieneIntervalMs }: Shares,
  lane: BookingRequest['lane'],
  { slots, later, together, begun }: Unused,
): BucketState {
  const common = slots.reduce((log, slot) => withoutCall(log, slot) ?? log, state.common)
  if (lane === 'incident') return { ...state, common, urgent: withoutKept(state.urgent, later) }
  const owed = withoutKept(state.owed, later)
  const ends = withoutKept(state.ends, Math.min(later, together))
  const calls = begun ? 0 : slots.length + later
  const pace = state.pace - calls * intervalMs
  const hygiene = state.hygiene - (lane === 'hygiene' ? calls * hygieneIntervalMs : 0)
  return { ...state, common, owed, ends, pace, hygiene }
}
