import { expect, test } from 'vitest'
import type { Ory } from '../../ory.ts'
import { readSettings } from '../../settings.ts'
import { emptyState } from '../../state.ts'
import { checkAssertionClaims, readAssertionClaims } from './assertion-claims.ts'

const ory: Ory = {
  settings: readSettings({})('http://127.0.0.1:4444'),
  state: emptyState(),
  now: () => 5_000,
  wait: async () => undefined,
  background: () => undefined,
  stopping: new AbortController().signal,
}

const aud = 'http://127.0.0.1:4444/oauth2/token'
const check = (claims: object) => () =>
  checkAssertionClaims(
    readAssertionClaims({ iss: 'i', sub: 's', aud, jti: 'j', iat: 5, exp: 6, ...claims }),
    ory,
  )

test.each([{ exp: 5 }, { nbf: 4 }, { iat: 5, exp: 5 + 720 * 3600 }, { aud: ['https://x', aud] }])(
  'takes an assertion with %j at second 5',
  (claims) => {
    expect(check(claims)()).toMatchObject({ iss: 'i', sub: 's', jti: 'j' })
  },
)

test.each([{ exp: 4 }, { nbf: 5 }, { iat: 5, exp: 6 + 720 * 3600 }, { aud: ['https://x'] }])(
  'refuses an assertion with %j',
  (claims) => {
    expect(check(claims)).toThrow('invalid_grant')
  },
)
