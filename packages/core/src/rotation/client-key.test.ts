import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { forged, signAssertion } from './assertion.ts'
import { isSameKey, newPrivateJwk, publicJwk, signingAlgorithm } from './client-key.ts'
import type { PrivateJwk } from './credential.ts'

const none: PrivateJwk = { kty: 'EC', kid: 'before' }
const audience = 'https://ory.example/oauth2/token'

test.each(['RS256', 'PS256', 'ES256', 'ES384', 'ES512'])(
  'makes a key for %s that verifies what it signs',
  async (algorithm) => {
    const private_jwk = await newPrivateJwk(algorithm, none)
    const terms = { algorithm, audience, now: Date.now() }
    const assertion = await signAssertion({ client_id: 'c', private_jwk }, terms)
    const key = await importJWK({ ...publicJwk(private_jwk) } as PrivateJwk, algorithm)
    const { payload } = await jwtVerify(assertion, key, { audience, issuer: 'c', subject: 'c' })

    expect(payload.iat).toBeUndefined()
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: algorithm, kid: private_jwk.kid })
    await expect(jwtVerify(forged(assertion), key)).rejects.toThrow(/signature/)
  },
)

test('makes an RSA key no shorter than the one before, nor than 2048 bits', async () => {
  const bits = ({ n }: PrivateJwk) => Buffer.from(n ?? '', 'base64url').length * 8
  const n = Buffer.alloc(384, 1).toString('base64url')

  expect(bits(await newPrivateJwk('RS256', { ...none, n }))).toBe(3072)
  expect(bits(await newPrivateJwk('RS256', { ...none, n: 'AQ' }))).toBe(2048)
})

test('calls every key by its thumbprint, and says what it is for', async () => {
  const one = await newPrivateJwk('ES256', none)
  const other = await newPrivateJwk('ES256', none)

  expect(one.kid).toBe(await calculateJwkThumbprint(one))
  expect(one.kid).not.toBe(other.kid)
  expect(one).toMatchObject({ use: 'sig', alg: 'ES256' })
})

test.each(['RS256', 'ES256'])('gives away nothing private of a key for %s', async (algorithm) => {
  const key = await newPrivateJwk(algorithm, none)
  const members = Object.keys(publicJwk(key)).sort()

  expect(members).toEqual(
    [
      'alg',
      'kid',
      'kty',
      'use',
      ...(algorithm === 'RS256' ? ['e', 'n'] : ['crv', 'x', 'y']),
    ].sort(),
  )
})

test('tells keys apart by what they are, not by what they are called', async () => {
  const one = publicJwk(await newPrivateJwk('ES256', none))
  const other = publicJwk(await newPrivateJwk('ES256', none))

  expect(await isSameKey(one, { ...one, kid: 'another', use: 'enc' })).toBe(true)
  expect(await isSameKey(one, { ...other, kid: one.kid })).toBe(false)
  expect(await isSameKey({ kty: 'odd', kid: 'a' }, { kty: 'odd', kid: 'a' })).toBe(false)
})

test('signs with what the client is registered with, RS256 where it says nothing', () => {
  expect(signingAlgorithm({ client_id: 'c', token_endpoint_auth_signing_alg: 'ES256' })).toBe(
    'ES256',
  )
  expect(signingAlgorithm({ client_id: 'c', token_endpoint_auth_signing_alg: '' })).toBe('RS256')
  expect(signingAlgorithm({ client_id: 'c' })).toBe('RS256')
  expect(() =>
    signingAlgorithm({ client_id: 'c', token_endpoint_auth_signing_alg: 'EdDSA' }),
  ).toThrow(/EdDSA/)
})
