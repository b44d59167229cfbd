import { expect, test } from 'vitest'
import type { ClientRow } from '../state.ts'
import { lifespanMs, roundedExpiry, secondsLeft } from './lifespans.ts'

const client = (fields: ClientRow['fields']): ClientRow => ({
  client_id: 'app',
  fields,
  secretDigest: undefined,
  rotatedSecretDigests: [],
  registrationTokenDigest: undefined,
})

test('a client’s own lifespan counts, and otherwise the server’s', () => {
  const own = client({
    implicit_grant_id_token_lifespan: '1h30m0s',
    implicit_grant_access_token_lifespan: null,
  })

  expect(lifespanMs(own, 'implicit', 'id_token', 1000)).toBe(5_400_000)
  expect(lifespanMs(own, 'implicit', 'access_token', 1000)).toBe(1000)
  expect(lifespanMs(own, 'refresh_token', 'id_token', 2000)).toBe(2000)
})

test.each([
  [10_499, 70_000],
  [10_500, 71_000],
])('a minute after %i is rounded to %i', (now, expiresAt) => {
  expect(roundedExpiry(now, 60_000)).toBe(expiresAt)
})

test.each([
  [60_000, 0, 59],
  [60_001, 0, 60],
  [60_000, 59_500, 0],
])('until %i there are from %i on %i seconds left', (expiresAt, now, left) => {
  expect(secondsLeft(expiresAt, now)).toBe(left)
})
