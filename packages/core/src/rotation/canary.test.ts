import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { ConfigError, OryApiError } from '../errors.ts'
import type { Ory } from '../ory/index.ts'
import { manualClock, unprotected } from '../testing/index.ts'
import { authenticates, type CanaryTerms, proveCredential, proveRefused } from './canary.ts'
import type { Credential } from './credential.ts'

const clock = manualClock('2026-01-02T03:04:05Z')
const settings = { entries: [], ...unprotected, tokenEndpoint: 'https://ory.example/token' }
const secret: Credential = { client_id: 'c', client_secret: 'right' }
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = {
  client_id: 'c',
  private_jwk: { ...privateKey.export({ format: 'jwk' }), kid: 'k', kty: 'EC' },
} as Credential
const basic: CanaryTerms = { authMethod: 'client_secret_basic', algorithm: '' }
const post: CanaryTerms = { authMethod: 'client_secret_post', algorithm: '' }
const assertion: CanaryTerms = { authMethod: 'private_key_jwt', algorithm: 'ES256' }

interface Asked {
  readonly token: string
  readonly basic?: object
  readonly client_id?: string
  readonly client_secret?: string
  readonly client_assertion?: string
}

/** An Ory that answers revocations with these statuses, one after another. */
function answering(...statuses: readonly number[]) {
  const asked: Asked[] = []
  const revokeOAuth2Token = async (params: Asked) => {
    const status = statuses[asked.length] ?? 0
    asked.push(params)
    const answer = { status, body: {}, retryable: status >= 429 }
    if (status !== 200) throw new OryApiError('revokeOAuth2Token', answer)
  }
  const ory = { revokeOAuth2Token } as unknown as Ory
  return { asked, services: { ory, clock, settings } }
}

test('proves a credential by its 200 and the 401 of a wrong one, and says when', async () => {
  const { services } = answering(200, 401)
  expect(await proveCredential('pending-refused', secret, basic, services)).toBe(clock.now())
})

test.each([200, 400])('proves nothing where a wrong credential gets %i', async (status) => {
  const { services } = answering(200, status)
  await expect(proveCredential('pending-refused', secret, basic, services)).rejects.toMatchObject({
    reason: 'canary-blind',
    message: `Ory answers a wrong credential with ${status}, not 401`,
  })
})

test.each([401, 400])('takes %i for a refusal, and asks no more', async (status) => {
  const { asked, services } = answering(status, 401)
  await expect(proveCredential('current-refused', secret, basic, services)).rejects.toMatchObject({
    reason: 'current-refused',
  })
  expect(asked).toHaveLength(1)
  expect(await authenticates(secret, basic, answering(status).services)).toBe(false)
})

test.each([403, 404, 409, 429, 500, 503])('takes %i for no answer at all', async (status) => {
  const failure = { code: 'ERR_ORY_API', status }
  await expect(authenticates(secret, basic, answering(status).services)).rejects.toMatchObject(
    failure,
  )
  const { services } = answering(200, status)
  await expect(proveCredential('pending-refused', secret, basic, services)).rejects.toMatchObject(
    failure,
  )
})

test('gives a wrong credential of the same client in the same place', async () => {
  const inHeader = answering(200, 401)
  await proveCredential('pending-refused', secret, basic, inHeader.services)
  expect(inHeader.asked).toMatchObject([
    { basic: secret },
    { basic: { client_id: 'c', client_secret: expect.stringMatching(/^[\w-]{32}$/) } },
  ])
  const inBody = answering(200, 401)
  await proveCredential('pending-refused', secret, post, inBody.services)
  expect(inBody.asked).toMatchObject([
    secret,
    { client_id: 'c', client_secret: expect.stringMatching(/^[\w-]{32}$/) },
  ])
})

test('gives a wrong assertion that differs in nothing but its signature', async () => {
  const { asked, services } = answering(200, 401)
  await proveCredential('pending-refused', key, assertion, services)
  const [right, wrong] = asked.map(({ client_assertion }) => String(client_assertion))
  const signature = (jwt = '') => jwt.split('.').at(-1) ?? ''

  expect(decodeProtectedHeader(String(wrong))).toEqual({ alg: 'ES256', kid: 'k' })
  expect(decodeJwt(String(wrong))).toEqual({
    iss: 'c',
    sub: 'c',
    aud: settings.tokenEndpoint,
    jti: expect.any(String),
    exp: clock.now() / 1000 + 120,
  })
  expect(signature(wrong)).toHaveLength(signature(right).length)
  expect(signature(wrong)).not.toBe(signature(right))
})

test('asks for the end of a token that never was, by an assertion that was never used', async () => {
  const { asked, services } = answering(200, 401)
  await proveCredential('pending-refused', key, assertion, services)
  expect(new Set(asked.map(({ token }) => token)).size).toBe(2)
  expect(asked.every(({ token }) => /^lapse-canary-[\w-]{32}$/.test(token))).toBe(true)
  const ids = asked.map(({ client_assertion }) => decodeJwt(String(client_assertion)).jti)
  expect(new Set(ids).size).toBe(2)
})

/** An Ory that refuses every revocation, and says of assertions what the exchange of a token says. */
function refusing(said: string, status = 401) {
  const refuse = (op: string, answered: number, error_description: string) => async () => {
    const body = { error: 'invalid_client', error_description }
    throw new OryApiError(op, { status: answered, body, retryable: false })
  }
  const general = 'Client authentication failed.'
  const ory = {
    revokeOAuth2Token: refuse('revokeOAuth2Token', 401, general),
    oauth2TokenExchange: refuse('oauth2TokenExchange', status, `${general} ${said}`),
  } as unknown as Ory
  return { ory, clock, settings }
}

test('takes an assertion for another audience for a wrong setting, and not for a wrong key', async () => {
  const services = refusing(
    "Claim 'audience' from 'client_assertion' must match the authorization server's token endpoint 'https://other.example/oauth2/token'.",
  )
  for (const ask of [
    () => authenticates(key, assertion, services),
    () => proveCredential('current-refused', key, assertion, services),
    () => proveRefused(key, assertion, services),
  ]) {
    await expect(ask()).rejects.toBeInstanceOf(ConfigError)
    await expect(ask()).rejects.toThrow(
      /no assertion that is meant for https:\/\/ory\.example\/token; set ORY_TOKEN_ENDPOINT/,
    )
  }
  expect(await authenticates(secret, basic, services)).toBe(false)
})

test('takes an assertion that is refused for anything else for a refusal', async () => {
  expect(await authenticates(key, assertion, refusing('Its signature is wrong.'))).toBe(false)
  expect(await authenticates(key, assertion, refusing('No such refresh token.', 400))).toBe(false)
})

test('takes no answer of the exchange for no answer at all', async () => {
  await expect(authenticates(key, assertion, refusing('', 503))).rejects.toMatchObject({
    status: 503,
  })
})
