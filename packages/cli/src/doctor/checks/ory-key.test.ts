import { expect, test } from 'vitest'
import { judged } from '../../testing/judged-outcome.ts'
import { type KeySeen, oryKey } from './ory-key.ts'

const day = 86_400_000
const seen: KeySeen = {
  secretId: 'ory-api-key',
  hasKey: true,
  status: 404,
  isIn: true,
  ageMs: 3 * day,
}
const judge = (change: Partial<KeySeen>) => judged(oryKey.judge({ ...seen, ...change }))

test.each([
  [{}, 'well: Ory accepts the key, which is 3 d old'],
  [{ ageMs: undefined }, 'well: Ory accepts the key; how old it is, nobody says'],
  [{ hasKey: false }, 'well: Ory asks for no key, as a Hydra of your own does'],
  [{ isIn: false }, 'cannot tell: Ory answered 404: see the check of its URLs'],
  [{ ageMs: 365 * day }, 'well: Ory accepts the key, which is 365 d old'],
])('judges %j', (change, outcome) => {
  expect(judge(change)).toBe(outcome)
})

test.each([
  [{ status: 401, isIn: false }, /^wrong: Ory does not accept the key in ory-api-key \(401\)/],
  [{ status: 401, isIn: false, hasKey: false }, /none is configured/],
  [{ status: 403, isIn: false }, /a key of this project/],
  [{ status: 403, isIn: false, hasKey: false }, /what stands in front of Ory/],
  [{ ageMs: 366 * day }, /^wrong: the key in ory-api-key is 366 d old/],
])('finds %j', (change, outcome) => {
  expect(judge(change)).toMatch(outcome)
})
