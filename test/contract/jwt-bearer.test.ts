import type { OAuth2TokenExchange, TrustOAuth2JwtGrantIssuerBody } from '@lapse/core/ory'
import type { JWTPayload } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import {
  type CreatedClient,
  createClient,
  newSubject,
  trustIssuer,
  unique,
} from './setup/created.ts'
import { ory } from './setup/server.ts'
import { freshClaims, newSigningKey, type SigningKey } from './setup/signing-key.ts'
import { apiError } from './setup/thrown.ts'
import { introspect, isActive } from './setup/tokens.ts'

const newIssuer = () => `https://${unique('issuer')}.example`

let key: SigningKey
let otherKey: SigningKey
beforeAll(async () => {
  key = await newSigningKey('k1')
  otherKey = await newSigningKey('k1')
})

/** Trusts the key for any subject, unless the body says otherwise. */
const trust = (body: Partial<TrustOAuth2JwtGrantIssuerBody> & { readonly issuer: string }) =>
  trustIssuer({
    jwk: key.jwk,
    scope: ['read'],
    expires_at: '2099-01-01T00:00:00Z',
    ...(body.subject === undefined && { allow_any_subject: true }),
    ...body,
  } as TrustOAuth2JwtGrantIssuerBody)

const exchange = (
  { basic }: CreatedClient,
  assertion: string,
  more: { readonly scope?: string; readonly audience?: string } = {},
): Promise<OAuth2TokenExchange> =>
  ory.oauth2TokenExchange({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion,
    basic,
    ...more,
  })

const sign = (claims: JWTPayload, by: SigningKey = key) => by.sign({ ...freshClaims(), ...claims })

test('exchanges an assertion of a trusted issuer for a token of its subject', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  await trust({ issuer, subject: 'u1' })

  const answered = await exchange(client, await sign({ iss: issuer, sub: 'u1' }), { scope: 'read' })

  expect(answered).toMatchObject({ token_type: 'bearer', scope: 'read' })
  expect(answered).not.toHaveProperty('refresh_token')
  expect(await introspect(answered.access_token)).toMatchObject({
    active: true,
    sub: 'u1',
    scope: 'read',
    client_id: client.client_id,
    token_use: 'access_token',
  })
})

test('exchanges an assertion signed with an elliptic curve key', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  const curve = await newSigningKey('k1', 'ES256')
  await trust({ issuer, subject: 'u1', jwk: curve.jwk })

  const { access_token } = await exchange(client, await sign({ iss: issuer, sub: 'u1' }, curve))

  expect(await isActive(access_token)).toBe(true)
})

test('takes any subject where any is trusted, and no other than the one where one is', async () => {
  const client = await createClient()
  const [any, one] = [newIssuer(), newIssuer()]
  await trust({ issuer: any })
  await trust({ issuer: one, subject: 'u1' })

  const { access_token } = await exchange(client, await sign({ iss: any, sub: 'whoever' }))
  const error = await apiError(exchange(client, await sign({ iss: one, sub: 'u2' })))

  expect(await introspect(access_token)).toMatchObject({ sub: 'whoever' })
  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test("takes the trust's scope as an upper bound, without a look at the client's", async () => {
  const client = await createClient({ scope: 'write' })
  const issuer = newIssuer()
  await trust({ issuer, scope: ['read', 'admin'] })
  const ask = async (scope: string) =>
    exchange(client, await sign({ iss: issuer, sub: 'u1' }), { scope })

  expect(await ask('read admin')).toMatchObject({ scope: 'read admin' })
  expect(await apiError(ask('read write'))).toMatchObject({
    status: 400,
    body: { error: 'invalid_scope' },
  })
})

test('grants the audience that is asked for', async () => {
  const client = await createClient({ audience: ['https://api.example'] })
  const issuer = newIssuer()
  await trust({ issuer })

  const { access_token } = await exchange(client, await sign({ iss: issuer, sub: 'u1' }), {
    audience: 'https://api.example',
  })

  const { aud } = await introspect(access_token)
  expect(aud).toContain('https://api.example')
})

test('takes an assertion once', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  await trust({ issuer })
  const assertion = await sign({ iss: issuer, sub: 'u1' })
  await exchange(client, assertion)

  const error = await apiError(exchange(client, assertion))

  expect(error).toMatchObject({ status: 400, retryable: false, body: { error: 'jti_known' } })
})

test.each<[string, JWTPayload]>([
  ['is meant for somebody else', { aud: 'https://somebody.example' }],
  ['has expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
  ['is good for more than thirty days', { exp: Math.floor(Date.now() / 1000) + 31 * 86_400 }],
  ['does not say when it was issued', { iat: undefined as unknown as number }],
  ['has no id', { jti: undefined as unknown as string }],
])('refuses an assertion that %s', async (_what, claims) => {
  const client = await createClient()
  const issuer = newIssuer()
  await trust({ issuer })

  const error = await apiError(exchange(client, await sign({ iss: issuer, sub: 'u1', ...claims })))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('refuses an assertion of an issuer that nobody trusts', async () => {
  const client = await createClient()

  const error = await apiError(exchange(client, await sign({ iss: newIssuer(), sub: 'u1' })))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('keeps the old key under a known kid, whatever key comes with the second trust', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  await trust({ issuer, subject: 'u1' })

  await trust({ issuer, subject: 'u2', jwk: otherKey.jwk })

  const claims = { iss: issuer, sub: 'u2' }
  const byNew = await apiError(exchange(client, await sign(claims, otherKey)))
  const byOld = await exchange(client, await sign(claims, key))
  expect(byNew).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await isActive(byOld.access_token)).toBe(true)
})

test('takes the new key once trust in the old one was deleted', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  const { id } = await trust({ issuer })
  await ory.deleteTrustedOAuth2JwtGrantIssuer({ id })

  await trust({ issuer, jwk: otherKey.jwk })

  const claims = { iss: issuer, sub: 'u1' }
  const { access_token } = await exchange(client, await sign(claims, otherKey))
  expect(await isActive(access_token)).toBe(true)
  expect(await apiError(exchange(client, await sign(claims, key)))).toMatchObject({ status: 400 })
})

test('takes two keys of an issuer side by side until trust in one is deleted', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  const next = await newSigningKey('k2')
  const old = await trust({ issuer })
  await trust({ issuer, jwk: next.jwk })
  const by = async (signer: SigningKey) =>
    exchange(client, await sign({ iss: issuer, sub: 'u1' }, signer))
  const { access_token } = await by(key)
  await by(next)

  await ory.deleteTrustedOAuth2JwtGrantIssuer({ id: old.id })

  expect(await apiError(by(key))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await isActive((await by(next)).access_token)).toBe(true)
  expect(await isActive(access_token)).toBe(true)
})

test('stops trusting every subject of a key when trust in one of them is deleted', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  const { id } = await trust({ issuer, subject: 'u1' })
  await trust({ issuer, subject: 'u2' })

  await ory.deleteTrustedOAuth2JwtGrantIssuer({ id })

  const error = await apiError(exchange(client, await sign({ iss: issuer, sub: 'u2' })))
  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('still takes an assertion after the trust has expired, unless it names no kid', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  await trust({ issuer, expires_at: '2020-01-01T00:00:00Z' })
  const claims = () => ({ ...freshClaims(), iss: issuer, sub: 'u1' })

  const { access_token } = await exchange(client, await key.sign(claims()))
  const error = await apiError(exchange(client, await key.sign(claims(), {})))

  expect(await isActive(access_token)).toBe(true)
  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('is not ended by revoking every consent and login session of its subject', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  const subject = newSubject()
  await trust({ issuer })
  const { access_token } = await exchange(client, await sign({ iss: issuer, sub: subject }))

  await ory.revokeOAuth2LoginSessions({ subject })
  await ory.revokeOAuth2ConsentSessions({ subject, all: true })
  expect(await ory.listOAuth2ConsentSessions({ subject })).toMatchObject({ items: [] })
  expect(await isActive(access_token)).toBe(true)

  await ory.deleteOAuth2Token({ client_id: client.client_id })
  expect(await isActive(access_token)).toBe(false)
})

test('outlives no client, while trust in the issuer does', async () => {
  const client = await createClient()
  const issuer = newIssuer()
  const trusted = await trust({ issuer })
  const { access_token } = await exchange(client, await sign({ iss: issuer, sub: 'u1' }))

  await ory.deleteOAuth2Client({ id: client.client_id })

  expect(await isActive(access_token)).toBe(false)
  expect(await ory.getTrustedOAuth2JwtGrantIssuer({ id: trusted.id })).toEqual(trusted)
})
