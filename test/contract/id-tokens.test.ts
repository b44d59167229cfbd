import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { newServer } from '../live/server.ts'
import { exchangeCode, signIn } from '../live/sign-in.ts'
import { createClient, newSubject } from './setup/created.ts'
import { adminUrl, ory, publicUrl } from './setup/server.ts'

const server = newServer('contract', { adminUrl, publicUrl, prefix: '' })

const createHybridClient = (more = {}) =>
  createClient({
    client_secret: 'a secret of the fuzzer',
    response_types: ['code', 'code id_token', 'id_token'],
    grant_types: ['authorization_code', 'implicit', 'refresh_token'],
    ...more,
  })

const authorize = (client_id: string, query: Readonly<Record<string, string>>) =>
  signIn(server, client_id, { query, login: { subject: newSubject() } })

/** The left half of the SHA-256 (OpenID Connect Core section 3.3.2.11). */
const halfHash = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')

test('says the hash of its code in both ID tokens of the hybrid flow, and in no later one', async () => {
  const { client_id, basic } = await createHybridClient()
  const { landed, code } = await authorize(client_id, {
    response_type: 'code id_token',
    nonce: 'a long nonce',
  })
  const first = new URLSearchParams(landed.split('#')[1]).get('id_token') ?? ''

  const issued = await exchangeCode(server, client_id, code)
  const next = await ory.oauth2TokenExchange({
    grant_type: 'refresh_token',
    refresh_token: String(issued.json['refresh_token']),
    basic,
  })

  expect(decodeJwt(first)).toMatchObject({ c_hash: halfHash(code) })
  expect(decodeJwt(String(issued.json['id_token']))).toMatchObject({ c_hash: halfHash(code) })
  expect(decodeJwt(next.id_token ?? '')).not.toHaveProperty('c_hash')
})

test('says no hash of a code that came alone', async () => {
  const { client_id } = await createHybridClient()
  const { code } = await authorize(client_id, {})

  const { json } = await exchangeCode(server, client_id, code)

  expect(decodeJwt(String(json['id_token']))).not.toHaveProperty('c_hash')
})

test('cannot issue an ID token whose lifespan is over before it begins', async () => {
  const { client_id } = await createHybridClient({
    authorization_code_grant_id_token_lifespan: '-1h',
  })
  const { code } = await authorize(client_id, {})

  // Nothing is spent by it: the same again is answered the same.
  for (const _ of [1, 2]) {
    expect(await exchangeCode(server, client_id, code)).toMatchObject({
      status: 500,
      json: { error: 'server_error' },
    })
  }
})

test.each([
  ['üüüü', 'login_challenge='],
  ['1234567', 'error=invalid_state'],
])('counts the bytes of the state %s', async (state, expected) => {
  const { client_id } = await createHybridClient()
  const query = new URLSearchParams({
    client_id,
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1:9/callback',
    state,
  })

  const { location } = await server.send('public', { target: `/oauth2/auth?${query}` })

  expect(location).toContain(expected)
})
