import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Changes, hs256, impostor, issuerOf, okta, url } from '../testing/issuer.ts'
import { signedJwt } from './signed-jwt.ts'

const scheme = signedJwt({ typ: 'global-token-revocation+jwt' })
const now = Date.parse('2026-01-02T03:04:05.000Z')
const seconds = now / 1000
const trusted = { keys: okta.keys, issuer: okta.trusted.issuer, audience: url, now }

async function proofOf(token: string, terms: Partial<typeof trusted> = {}) {
  const jwt = scheme.read({ header: () => `Bearer ${token}` })
  return jwt && scheme.verify(jwt, { ...trusted, ...terms })
}

const pem = String(okta.publicKey.export({ type: 'spki', format: 'pem' }))
const theirJwk = impostor.publicKey.export({ format: 'jwk' })

test('proves who signed it, its id and when', async () => {
  expect(await proofOf(okta.jwt())).toEqual({
    issuer: 'https://acme.okta.com',
    id: 'jwt-1',
    at: now,
  })
})

test.each([
  ['ES256', 'ec', { namedCurve: 'P-256' }, 'sha256'],
  ['EdDSA', 'ed25519', {}, undefined],
] as const)('takes %s', async (alg, type, options, digest) => {
  const { publicKey, privateKey } = generateKeyPairSync(
    type as 'ec',
    options as { namedCurve: 'P-256' },
  )
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key-1' }] } as never
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  const by = (input: string) => sign(digest, Buffer.from(input), key)

  expect(await proofOf(okta.jwt({ header: { alg }, sign: by }), { keys })).toBeDefined()
})

test.each<readonly [string, Changes]>([
  ['by another key of the same name', { sign: signatureOf(impostor) }],
  ['by nobody', { header: { alg: 'none' }, sign: () => Buffer.alloc(0) }],
  ['by nobody, with a signature', { header: { alg: 'none' } }],
  ['by the public key as a secret', { header: { alg: 'HS256' }, sign: hs256(pem) }],
  [
    'by the modulus as a secret',
    { header: { alg: 'HS256' }, sign: hs256(String(okta.keys.keys[0]?.n)) },
  ],
  ['of another algorithm of the same key', { header: { alg: 'PS256' } }],
  ['of an algorithm that there is not', { header: { alg: 'RS1' } }],
  ['with a key of its own', { header: { jwk: theirJwk }, sign: signatureOf(impostor) }],
  [
    'with keys at a URL of its own',
    { header: { jku: 'https://evil.example/keys' }, sign: signatureOf(impostor) },
  ],
  ['by a foreign kid', { header: { kid: 'key-2' } }],
  ['without a kid', { header: { kid: undefined } }],
  ['with a kid that is not a text', { header: { kid: 1 } }],
  ['of another type', { header: { typ: 'JWT' } }],
  ['of no type', { header: { typ: undefined } }],
  ['with something critical', { header: { crit: ['b64'], b64: false } }],
  ['for another audience', { payload: { aud: `${url}/` } }],
  ['for another host', { payload: { aud: url.replace('door', 'other') } }],
  ['for no audience', { payload: { aud: undefined } }],
  ['for another audience as well', { payload: { aud: [url, 'https://other.example'] } }],
  ['by another issuer', { payload: { iss: 'https://evil.okta.com' } }],
  ['without an id', { payload: { jti: undefined } }],
  ['with an empty id', { payload: { jti: '' } }],
  ['with an id that is not a text', { payload: { jti: 1 } }],
  ['with an endless id', { payload: { jti: 'x'.repeat(257) } }],
  ['that does not say when', { payload: { iat: undefined } }],
  ['that never ends', { payload: { exp: undefined } }],
  ['that has ended', { payload: { exp: seconds - 61 } }],
  ['of six minutes ago', { payload: { iat: seconds - 361, exp: seconds + 9999 } }],
  ['of the future', { payload: { iat: seconds + 61 } }],
  ['that is not valid yet', { payload: { nbf: seconds + 61 } }],
  ['that says when as a text', { payload: { iat: String(seconds) } }],
])('takes no JWT %s', async (_what, changes) => {
  expect(await proofOf(okta.jwt(changes))).toBeUndefined()
})

test('takes a JWT whose one audience is in a list', async () => {
  expect(await proofOf(okta.jwt({ payload: { aud: [url] } }))).toBeDefined()
})

test('takes no JWT in which a member is twice', async () => {
  const [, payload, signature] = okta.jwt().split('.')
  const twice = '{"alg":"RS256","typ":"global-token-revocation+jwt","kid":"key-2","kid":"key-1"}'
  const input = `${Buffer.from(twice).toString('base64url')}.${payload}`
  const signed = `${input}.${signatureOf(okta)(input).toString('base64url')}`

  expect(await proofOf(`${input}.${signature}`)).toBeUndefined()
  expect(await proofOf(signed)).toBeUndefined()
})

test('a key that cannot verify anything has verified nothing', async () => {
  const keys = { keys: [{ kty: 'RSA', kid: 'key-1', n: 'AQAB', e: 'AQAB' }] } as typeof okta.keys

  expect(await proofOf(okta.jwt(), { keys })).toBeUndefined()
})

test('takes a JWT by that one of several keys which it names', async () => {
  const other = issuerOf('https://acme.okta.com', 'key-0')
  const keys = { keys: [...other.keys.keys, ...okta.keys.keys] }

  expect(await proofOf(okta.jwt(), { keys })).toBeDefined()
  expect(await proofOf(okta.jwt({ header: { kid: 'key-0' } }), { keys })).toBeUndefined()
})

test('takes no JWT of which one bit is another', async () => {
  const token = okta.jwt()
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: token.length * 8 - 1 }), async (bit) => {
      const bytes = Buffer.from(token, 'latin1')
      const at = Math.floor(bit / 8)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8))
      expect(await proofOf(bytes.toString('latin1'))).toBeUndefined()
    }),
    { numRuns: 1000 },
  )
})

test('reads no other spelling of the same bytes', async () => {
  const token = okta.jwt()
  // The last of 342 characters holds four bits of the signature, and two of nothing.
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const spellings = [...last].map((letter) => token.slice(0, -1) + letter)
  const taken = await Promise.all(spellings.map((spelling) => proofOf(spelling)))

  expect(taken.filter((proof) => proof !== undefined)).toHaveLength(1)
  expect(await proofOf(`${token}=`)).toBeUndefined()
  expect(await proofOf(`${token}.`)).toBeUndefined()
})

test.each(['', 'Bearer', 'Bearer a.b', 'Bearer a.b.c.d', 'DPoP a.b.c', 'Bearer e30.e30.e30'])(
  'reads no JWT in %j',
  (authorization) => {
    expect(scheme.read({ header: () => authorization })).toBeUndefined()
  },
)

test('reads no JWT that is longer than headers are', () => {
  const jwt = okta.jwt({ payload: { more: 'x'.repeat(8192) } })

  expect(scheme.read({ header: () => `Bearer ${jwt}` })).toBeUndefined()
})

function signatureOf(issuer: typeof okta): (input: string) => Buffer {
  return issuer.sign
}
