import { expect, test } from 'vitest'
import { checkJwtTimes } from './jwt-times.ts'

const check = (claims: object) => () => checkJwtTimes({ ...claims }, 5_900)

test.each([
  {},
  { exp: 5 },
  { exp: 0 },
  { iat: 5, nbf: 5 },
  { exp: 'soon' },
  { nbf: 'late' },
  { iat: 5.9 },
  { exp: 1e18 },
])('the times of %j hold at second 5', (claims) => {
  expect(check(claims)).not.toThrow()
})

test.each([{ exp: 4 }, { iat: 6 }, { nbf: 6 }, { exp: 4.9 }, { exp: 1e30 }])(
  'the times of %j do not',
  (claims) => {
    expect(check(claims)).toThrow('error')
  },
)
