import { expect, test } from 'vitest'
import { durationText } from './duration.ts'
import { kept } from './layout.ts'

test.each([
  [0, '0 ms'],
  [349.6, '350 ms'],
  [1000, '1 s'],
  [5840, '5.8 s'],
  [60_000, '1 min'],
  [61_500, '1 min 1 s'],
  [1_860_000, '31 min'],
  [5_400_000, '1 h 30 min'],
  [3_600_500, '1 h'],
  [90_061_000, '1 d 1 h'],
])('says %d ms as %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(kept(text))
})
