import fc from 'fast-check'
import type { Move } from './world.ts'

const fate = fc.oneof(
  { weight: 8, arbitrary: fc.constant('go-on' as const) },
  { weight: 1, arbitrary: fc.constantFrom('die-before' as const, 'die-after' as const) },
  { weight: 1, arbitrary: fc.constantFrom('fail' as const, 'lose-answer' as const) },
)
const pick = fc.nat({ max: 9 })
/** Deliveries, duplicates among them, that get on, die, fail or lose an answer, and time that passes. */
export const deliveryMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deliver' as const), pick }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('step' as const), pick, fate }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pass-time' as const),
      seconds: fc.integer({ min: 1, max: 2000 }),
    }),
  },
)
