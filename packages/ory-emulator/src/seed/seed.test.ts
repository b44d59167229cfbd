import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InputError } from '../checks.ts'
import { parseSeed, readSeed } from './seed.ts'

const mail = { client_id: 'mail' }
const withConsent = (consent: object) => ({ users: [{ subject: 'alice', consents: [consent] }] })
const issuer = { issuer: 'https://idp.example', jwk: {}, expires_at: '2030-01-01T00:00:00Z' }

test.each([
  [[], 'a JSON object belongs here'],
  [
    { client: [] },
    'client is not known; known here: now, keys_from, clients, users, trusted_issuers, identities, api_keys',
  ],
  [{ clients: {} }, 'clients has to be a list'],
  [{ clients: [{}] }, 'clients[0].client_id is missing'],
  [
    { clients: [mail, { client_id: '' }] },
    'clients[1].client_id has to be a text that is not empty',
  ],
  [
    { clients: [{ ...mail, redirect_uri: 'x' }] },
    'clients[0].redirect_uri is not known; known here: redirect_uris',
  ],
  [{ clients: [{ ...mail, redirect_uris: 'x' }] }, 'clients[0].redirect_uris has to be a list'],
  [
    { clients: [{ ...mail, contacts: ['a', 1] }] },
    'clients[0].contacts[1] has to be a text that is not empty',
  ],
  [
    { clients: [{ ...mail, skip_consent: 'yes' }] },
    'clients[0].skip_consent has to be true or false',
  ],
  [
    { clients: [{ ...mail, jwt_bearer_grant_access_token_lifespan: 60 }] },
    'clients[0].jwt_bearer_grant_access_token_lifespan has to be a Go duration such as 90s, 30m or 1h30m',
  ],
  [{ users: [{ subject: 1 }] }, 'users[0].subject has to be a text that is not empty'],
  [
    { users: [{ subject: 'alice', sid: 'x' }] },
    'users[0].sid has to be a UUID in lower case, such as 6a1f1c1e-0000-4000-8000-000000000001',
  ],
  [withConsent({}), 'users[0].consents[0].client_id is missing'],
  [
    withConsent({ ...mail, remember_for: -1 }),
    'users[0].consents[0].remember_for has to be a whole number, 0 or more',
  ],
  [
    withConsent({ ...mail, session: { id_token: [] } }),
    'users[0].consents[0].session.id_token has to be an object',
  ],
  [
    withConsent({ ...mail, refresh_token: 'ory_at_alice.mail' }),
    'users[0].consents[0].refresh_token has to be ory_rt_, letters and digits, a dot, and letters and digits, such as ory_rt_alice.mail',
  ],
  [{ trusted_issuers: [{ issuer: 'x' }] }, 'trusted_issuers[0].jwk is missing'],
  [
    { trusted_issuers: [{ ...issuer, expires_at: 'never' }] },
    'trusted_issuers[0].expires_at has to be a time such as 2026-11-29T12:00:00Z',
  ],
  [{ now: '2026-02-31' }, 'now has to be a time such as 2026-11-29T12:00:00Z'],
])('says of %j where it is wrong and what belongs there', (seed, line) => {
  expect(() => readSeed(seed)).toThrow(new InputError('', line))
})

test('says in one line that something is not JSON', () => {
  expect(() => parseSeed('{\n  "clients": [\n  }\n')).toThrow(/^this is not JSON: [^\n]+$/)
})

test('gives back whatever is right, and refuses everything else in one line', () => {
  const names = fc.constantFrom('clients', 'users', 'trusted_issuers', 'subject', 'consents', 'now')
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.oneof(names, fc.string()), tie('value'), { maxKeys: 3 }),
    ),
  }))

  fc.assert(
    fc.property(values.value, (value) => {
      try {
        expect(readSeed(value)).toEqual(value)
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
        expect((error as Error).message).not.toContain('\n')
      }
    }),
  )
})
