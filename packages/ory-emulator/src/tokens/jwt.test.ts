import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { decodeJwt, isSignedBy, isSupported, signJwt, sorted } from './jwt.ts'
import { newKeys } from './keys.ts'

test('signs what others can verify', async () => {
  const key = await newKeys().idToken()

  const token = signJwt({ sub: 'alice', aud: ['b', 'a'], nested: { z: 1, a: 2 } }, key)

  const { payload, protectedHeader } = await jwtVerify(
    token,
    await importJWK(key.publicJwk, 'RS256'),
  )
  expect(protectedHeader).toEqual({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
  expect(JSON.stringify(payload)).toBe('{"aud":["b","a"],"nested":{"a":2,"z":1},"sub":"alice"}')
})

test('makes a key once, and another for each use', async () => {
  const keys = newKeys()

  const [first, again] = await Promise.all([keys.idToken(), keys.idToken()])
  const other = await keys.accessToken()

  expect(first).toBe(again)
  expect(other.kid).not.toBe(first.kid)
  expect(Object.keys(first.publicJwk)).toEqual(['use', 'kty', 'kid', 'alg', 'n', 'e'])
})

const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pairs = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
}

test.each(Object.entries(pairs))('verifies %s, and nothing that was changed', async (alg, pair) => {
  const token = await new SignJWT({ sub: 'alice' })
    .setProtectedHeader({ alg })
    .sign(pair.privateKey)
  const jwk = pair.publicKey.export({ format: 'jwk' }) as JWK
  const jwt = decodeJwt(token)
  if (jwt === undefined) throw new Error('undecodable')

  expect(isSupported(alg)).toBe(true)
  expect(isSignedBy(jwt, jwk)).toBe(true)
  expect(isSignedBy({ ...jwt, signed: `${jwt.signed} ` }, jwk)).toBe(false)
  expect(isSignedBy({ ...jwt, header: { alg: 'none' } }, jwk)).toBe(false)
  expect(isSignedBy(jwt, { ...jwk, kty: 'oct' })).toBe(false)
  expect(isSignedBy(jwt, { kty: jwk.kty ?? '' })).toBe(false)
})

test('does not verify with a key of another kind than the algorithm names', () => {
  const signed = `${segment({ alg: 'RS256' })}.${segment({ sub: 'alice' })}`
  const { privateKey, publicKey } = pairs.ES256
  const signature = sign('sha256', Buffer.from(signed), privateKey)
  const jwt = decodeJwt(`${signed}.${signature.toString('base64url')}`)
  if (jwt === undefined) throw new Error('undecodable')

  expect(isSignedBy(jwt, publicKey.export({ format: 'jwk' }) as JWK)).toBe(false)
})

test.each(['HS256', 'none', 'EdDSA', 'toString'])('does not verify %s', (algorithm) => {
  expect(isSupported(algorithm)).toBe(false)
})

test.each(['', 'a', 'a.b.c', 'e30', 'e30.e30.x.y', 'W10.e30.x', 'bnVsbA.e30.x', 'e30.MQ.x'])(
  'takes "%s" for no JWT',
  (token) => {
    expect(decodeJwt(token)).toBeUndefined()
  },
)

test('decodes a token without a signature', () => {
  expect(decodeJwt('e30.eyJhIjoxfQ.')).toMatchObject({ claims: { a: 1 }, header: {} })
})

test('sorts members all the way down, and leaves lists as they are', () => {
  expect(JSON.stringify(sorted({ b: [{ z: 1, y: 2 }, 'x'], a: null }))).toBe(
    '{"a":null,"b":[{"y":2,"z":1},"x"]}',
  )
})

test('publishes the public half of what it signs with', async () => {
  const { publicJwk, privateKey } = await newKeys().accessToken()
  const token = signJwt({}, { kid: 'k', privateKey, publicJwk })
  const jwt = decodeJwt(token)

  const key = createPublicKey({ key: { ...publicJwk }, format: 'jwk' })
  expect(
    verify('sha256', Buffer.from(jwt?.signed ?? ''), key, jwt?.signature ?? Buffer.alloc(0)),
  ).toBe(true)
})
