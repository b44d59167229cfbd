import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { certificate, certified } from '../testing/certificate.ts'
import { parseKeyRotated } from './key-rotated.ts'
import { withoutSecrets } from './without-secrets.ts'

const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  kid: 'k2',
  use: 'sig',
  alg: 'ES256',
}

const data = {
  issuer: 'https://partner.example',
  subject: 'alice',
  scope: ['read'],
  jwk,
  expires_at: '2126-01-02T03:04:05Z',
}

const eventOf = (content: Readonly<Record<string, unknown>>) => ({
  specversion: '1.0',
  id: 'e-1',
  source: 'https://partner.example/keys',
  type: 'key.rotated',
  time: '2026-01-02T03:04:05Z',
  data: content,
})

const bodyOf = (change: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify(eventOf({ ...data, ...change }))

const reasonOf = (body: string): string => {
  try {
    parseKeyRotated(body)
  } catch (error) {
    if (error instanceof EventError) return error.reason
    throw error
  }
  throw new Error('it was read')
}

test('reads a new key for one subject', () => {
  expect(parseKeyRotated(bodyOf())).toEqual({
    type: 'key.rotated',
    id: 'e-1',
    source: 'https://partner.example/keys',
    time: '2026-01-02T03:04:05Z',
    data,
    issuer: 'https://partner.example',
    subject: 'alice',
    scope: ['read'],
    jwk,
    expiresAt: '2126-01-02T03:04:05Z',
    siblings: 'refuse',
  })
})

test('reads a new key for any subject, and what it takes the place of', () => {
  const read = parseKeyRotated(
    bodyOf({
      subject: undefined,
      allow_any_subject: true,
      retire: { kids: ['k1', 'k0', 'k1'], after: 'P1DT12H' },
      siblings: 'follow',
    }),
  )

  expect(read).not.toHaveProperty('subject')
  expect(read).toMatchObject({
    retire: { kids: ['k1', 'k0'], afterMs: 129_600_000 },
    siblings: 'follow',
  })
  expect(parseKeyRotated(bodyOf({ retire: { others: true, after: 'PT0S' } })).retire).toEqual({
    kids: 'others',
    afterMs: 0,
  })
})

test('reads what is wrapped by EventBridge and by SNS', () => {
  const { time, source } = eventOf(data)
  const bridged = { 'detail-type': 'key.rotated', id: 'eb-1', source, time, detail: data }
  const noted = { Type: 'Notification', TopicArn: 'arn:aws:sns:x', Message: bodyOf() }

  expect(parseKeyRotated(JSON.stringify(bridged)).issuer).toBe(data.issuer)
  expect(parseKeyRotated(JSON.stringify(noted)).issuer).toBe(data.issuer)
})

test('takes no member of a key any further that it does not know', () => {
  const key = { ...jwk, ...certified, x5c: [certificate] }
  const read = parseKeyRotated(bodyOf({ jwk: { ...key, note: 'hello' } }))

  expect(read.jwk).toEqual(key)
})

const publicKeyOf = (pair: { readonly publicKey: KeyObject }) => ({
  ...pair.publicKey.export({ format: 'jwk' }),
  kid: 'k2',
})
const rsaOf = (modulusLength: number, publicExponent = 65_537) =>
  publicKeyOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }))
const ecOf = (namedCurve: string) => publicKeyOf(generateKeyPairSync('ec', { namedCurve }))
const rsa = rsaOf(2048)
const ed25519 = publicKeyOf(generateKeyPairSync('ed25519'))

test.each([rsa, ed25519, ecOf('P-256'), ecOf('P-384'), ecOf('P-521')])(
  'takes a key of kind $kty $crv',
  (key) => {
    expect(parseKeyRotated(bodyOf({ jwk: key })).jwk).toEqual(key)
  },
)

const malformed = 'malformed-event: '
const control = 'holds a control character'
const wrong = (member: string, words: string) => `${malformed}${member} has to be ${words}`
const absent = (member: string, words: string) =>
  `${malformed}${member} is missing; it has to be ${words}`
const anIssuer = 'a URL of at most 255 characters, like https://partner.example'
const aText = 'a text of 1 to 255 characters'
const aTime = 'a time with its zone as in RFC 3339, like 2026-01-02T03:04:05Z'
const anOverlap =
  'an ISO 8601 duration in weeks, days, hours, minutes and seconds, like PT36H or P7D, of ten years at most'

test.each([
  ['an issuer that is not a URL', { issuer: 'partner' }, wrong('data.issuer', anIssuer)],
  ["Ory's own key sets", { issuer: 'hydra.openid.id-token' }, wrong('data.issuer', anIssuer)],
  [
    'an issuer of another scheme',
    { issuer: 'ftp://partner.example' },
    wrong('data.issuer', anIssuer),
  ],
  ['an issuer that is hardly a URL', { issuer: 'https://' }, wrong('data.issuer', anIssuer)],
  ['an issuer with a blank', { issuer: 'https://a.example/ b' }, wrong('data.issuer', anIssuer)],
  [
    'an issuer of 256 characters',
    { issuer: `https://${'a'.repeat(248)}` },
    wrong('data.issuer', anIssuer),
  ],
  [
    'no scope',
    { scope: undefined },
    absent('data.scope', 'a list of scopes, like ["read", "write"]'),
  ],
  [
    'a scope of two words',
    { scope: ['read write'] },
    wrong('data.scope.0', 'one scope, without a blank in it'),
  ],
  [
    'an empty subject',
    { subject: '' },
    wrong('data.subject', 'the OAuth2 subject, a text of 1 to 255 characters'),
  ],
  ['a subject that is blank', { subject: '  ' }, `${malformed}data.subject is blank`],
  [
    'a subject that stands for everybody',
    { subject: '*' },
    `${malformed}data.subject is *, which is not a user`,
  ],
  ['a NUL in a subject', { subject: 'a\u0000' }, `${malformed}data.subject ${control}`],
  ['a line in a kid', { jwk: { ...jwk, kid: 'k\n2' } }, `${malformed}data.jwk.kid ${control}`],
  [
    'a control character in an issuer',
    { issuer: 'https://p.example/\u0001' },
    `${malformed}data.issuer ${control}`,
  ],
  [
    'a control character in a key to retire',
    { retire: { kids: ['k\u0000'], after: 'P1D' } },
    `${malformed}data.retire.kids.0 ${control}`,
  ],
  ['no kid', { jwk: { ...jwk, kid: undefined } }, absent('data.jwk.kid', aText)],
  ['an empty kid', { jwk: { ...jwk, kid: '' } }, wrong('data.jwk.kid', aText)],
  ['a key to encrypt with', { jwk: { ...jwk, use: 'enc' } }, wrong('data.jwk.use', '"sig"')],
  ['half a key', { jwk: { ...jwk, y: undefined } }, absent('data.jwk.y', 'a text in base64url')],
  [
    'a symmetric key',
    { jwk: { kty: 'oct', kid: 'k2' } },
    wrong('data.jwk.kty', '"RSA", "EC" or "OKP"'),
  ],
  [
    'an unknown curve',
    { jwk: { ...jwk, crv: 'P-257' } },
    wrong('data.jwk.crv', '"P-256", "P-384" or "P-521"'),
  ],
  ['no expiry', { expires_at: undefined }, absent('data.expires_at', aTime)],
  ['an expiry that is no time', { expires_at: 'tomorrow' }, wrong('data.expires_at', aTime)],
  [
    'an expiry on a day that is none',
    { expires_at: '2027-02-29T03:04:05Z' },
    wrong('data.expires_at', aTime),
  ],
  [
    'another way with siblings',
    { siblings: 'drop' },
    wrong('data.siblings', '"refuse" or "follow"'),
  ],
  [
    'an overlap of a month',
    { retire: { others: true, after: 'P1M' } },
    wrong('data.retire.after', anOverlap),
  ],
  ['no overlap', { retire: { others: true } }, absent('data.retire.after', anOverlap)],
  [
    'no key to retire',
    { retire: { kids: [], after: 'P1D' } },
    wrong('data.retire.kids', 'a list of 1 to 50 key ids'),
  ],
  [
    'an expiry before the event',
    { expires_at: '2026-01-02T03:04:05Z' },
    `${malformed}data.expires_at is not later than the event`,
  ],
  [
    'an expiry within the overlap',
    { expires_at: '2026-01-03T03:04:05Z', retire: { others: true, after: 'P1D' } },
    `${malformed}data.expires_at is not later than the end of data.retire.after`,
  ],
  [
    'neither one subject nor any',
    { subject: undefined },
    `${malformed}data has to have one of subject and allow_any_subject: true`,
  ],
  [
    'one subject and any',
    { allow_any_subject: true },
    `${malformed}data has to have one of subject and allow_any_subject: true`,
  ],
  [
    'keys and others to retire',
    { retire: { kids: ['k1'], others: true, after: 'P1D' } },
    `${malformed}data.retire has to have one of kids and others: true`,
  ],
  [
    'nothing to retire',
    { retire: { after: 'P1D' } },
    `${malformed}data.retire has to have one of kids and others: true`,
  ],
  [
    'the new key to retire',
    { retire: { kids: ['k2'], after: 'P1D' } },
    `${malformed}data.retire.kids holds the new key`,
  ],
])('refuses %s', (_what, change, reason) => {
  expect(reasonOf(bodyOf(change))).toBe(reason)
})

const ed25519Of = (...bytes: readonly number[]) => ({
  ...ed25519,
  x: Buffer.from(bytes.concat(Array.from({ length: 32 - bytes.length }, () => 0))).toString(
    'base64url',
  ),
})
/** A point of order 8. */
const eighth = 'JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU'
const offCurve = 'point-off-curve: data.jwk is not a point on its curve'
const fewBits = 'weak-key: data.jwk is an RSA key of fewer than 2,048 bits'
const lowExponent = 'weak-key: data.jwk has an RSA exponent below 65,537'
const highExponent = 'weak-key: data.jwk has an RSA exponent above 2,147,483,647'
const even = 'weak-key: data.jwk has an RSA modulus or exponent that is even'
const ofAnotherKey = `${malformed}data.jwk has an x5c whose first certificate is of another key`
const noCertificates = `${malformed}data.jwk has an x5c that holds something else than certificates`
const anybody = 'weak-key: data.jwk is a point that anybody can sign for'
const wrongLength = `${malformed}data.jwk has coordinates of the wrong length`

test.each([
  ['an RSA key of 1,024 bits', rsaOf(1024), fewBits],
  ['an RSA key of 2,047 bits', rsaOf(2047), fewBits],
  ['a short RSA key behind zeros', { ...rsa, n: `${'A'.repeat(400)}AQAB` }, fewBits],
  ['an RSA key with the exponent 3', rsaOf(2048, 3), lowExponent],
  ['an RSA key with the exponent 1', { ...rsa, e: 'AQ' }, lowExponent],
  ['an RSA key with the exponent 65,535', { ...rsa, e: 'AP__' }, lowExponent],
  ['an RSA key with the exponent 2^32 + 1', { ...rsa, e: 'AQAAAAE' }, highExponent],
  ['an RSA key with an even exponent', { ...rsa, e: 'AQAC' }, even],
  ['an RSA key with an even modulus', { ...rsa, n: `${rsa.n?.slice(0, -4)}AAAA` }, even],
  ['a certificate of another key', { ...jwk, x5c: [certificate] }, ofAnotherKey],
  ['a certificate that is none', { ...jwk, x5c: ['MII='] }, noCertificates],
  [
    'a certificate and something else',
    { ...jwk, ...certified, x5c: [certificate, 'AAAA'] },
    noCertificates,
  ],
  [
    'a certificate with something behind it',
    { ...jwk, ...certified, x5c: [`${certificate}AAAA`] },
    noCertificates,
  ],
  ['a point beside P-256', { ...jwk, x: jwk.y }, offCurve],
  ['a point of another curve', { ...ecOf('P-384'), crv: 'P-521' }, wrongLength],
  ['a coordinate that is cut off', { ...jwk, x: jwk.x.slice(4) }, wrongLength],
  ['the origin', { ...jwk, x: 'A'.repeat(43), y: 'A'.repeat(43) }, offCurve],
  ['a point beside Ed25519', ed25519Of(2), offCurve],
  ['half a point of Ed25519', { ...ed25519, x: 'AQAB' }, wrongLength],
  ['the neutral point of Ed25519', ed25519Of(1), anybody],
  ['a point of order 4', ed25519Of(0), anybody],
  ['a point of order 8', { ...ed25519, x: eighth }, anybody],
])('refuses %s before Ory sees it', (_which, key, reason) => {
  expect(reasonOf(bodyOf({ jwk: key }))).toBe(reason)
})

test('takes any point of Ed25519, and half of what is none', () => {
  const isTaken = (key: object) => {
    try {
      return parseKeyRotated(bodyOf({ jwk: key })) !== undefined
    } catch {
      return false
    }
  }
  const keys = Array.from({ length: 20 }, () => publicKeyOf(generateKeyPairSync('ed25519')))
  const others = Array.from({ length: 100 }, (_, first) => ed25519Of(first + 2, 1)).filter(isTaken)

  expect(keys.filter(isTaken)).toHaveLength(20)
  expect(others.length).toBeGreaterThan(30)
  expect(others.length).toBeLessThan(70)
})

test('takes an optional member that is null for an absent one', () => {
  const nulls = { allow_any_subject: null, retire: null, siblings: null }
  const key = { ...jwk, use: null, alg: null, x5c: null, d: null }
  const { use: _use, alg: _alg, ...bare } = jwk
  const read = parseKeyRotated(bodyOf({ ...nulls, jwk: key }))

  expect(read).toMatchObject({ jwk: bare, siblings: 'refuse', subject: 'alice' })
  expect(read).not.toHaveProperty('retire')
  expect(
    parseKeyRotated(bodyOf({ retire: { kids: null, others: true, after: 'P1D' } })).retire,
  ).toMatchObject({ kids: 'others' })
  expect(reasonOf(bodyOf({ jwk: { ...jwk, kid: null } }))).toBe(absent('data.jwk.kid', aText))
  expect(reasonOf(bodyOf({ retire: { kids: [null], after: 'P1D' } }))).toBe(
    wrong('data.retire.kids.0', aText),
  )
})

test('refuses an event of another type, and what is not an event', () => {
  const other = JSON.stringify({ ...eventOf(data), type: 'user.deleted' })

  expect(reasonOf(other)).toBe('unexpected-type: this queue takes key.rotated')
  expect(reasonOf('x')).toBe('not-json')
})

const leaked = 'private-key: the event holds one, which is not kept in this copy'
const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ'
const pem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`
const sns = (message: string) =>
  JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:x', Message: message })

const base64 = (text: string) => Buffer.from(text).toString('base64')
const behindBase64 = (content: object) =>
  JSON.stringify({ ...eventOf({}), data: undefined, data_base64: base64(JSON.stringify(content)) })

/** A body, and what stands in it behind base64. */
const readable = (body: string) =>
  body.replace(/"data_base64":"(.*?)"/, (_, bytes) => Buffer.from(bytes, 'base64').toString())

test.each([
  ['in the key', bodyOf({ jwk: { ...jwk, d: secret } })],
  ['in a key that is not complete', bodyOf({ jwk: { d: secret } })],
  ['as a symmetric key', bodyOf({ jwk: { kty: 'oct', k: secret, kid: 'k2' } })],
  ['as a prime of an RSA key', bodyOf({ jwk: { kty: 'RSA', p: secret } })],
  ['beside the key', bodyOf({ private_key: { kty: 'EC', d: secret } })],
  ['in a set of keys', bodyOf({ jwks: { keys: [jwk, { d: secret }] } })],
  ['as text', bodyOf({ jwk: JSON.stringify({ kty: 'EC', d: secret }) })],
  ['as PEM', bodyOf({ pem })],
  [
    'in content that is a text',
    JSON.stringify({ ...eventOf({}), data: JSON.stringify({ jwk: { d: secret } }) }),
  ],
  ['behind base64', behindBase64({ jwk: { ...jwk, d: secret } })],
  ['as PEM behind base64', behindBase64({ pem })],
  ['within SNS', sns(bodyOf({ jwk: { ...jwk, d: secret } }))],
  ['in what is not an event', JSON.stringify({ jwk: { d: secret } })],
])('refuses a private key %s, also in the copy that is kept', (_where, body) => {
  const kept = withoutSecrets(body)

  expect(readable(body)).toContain(secret)
  expect(readable(kept)).not.toContain(secret)
  expect([reasonOf(body), reasonOf(kept)]).toEqual([leaked, leaked])
})

test('takes an issuer and a subject that end in a slash', () => {
  const read = parseKeyRotated(bodyOf({ issuer: 'https://partner.example/', subject: 'alice/' }))

  expect(read).toMatchObject({ issuer: 'https://partner.example/', subject: 'alice/' })
})

test.each([
  ['in the event', (body: string) => body],
  ['within SNS', sns],
])('refuses a private key that another member of its name hides %s', (_where, wrap) => {
  const hidden = `"jwk":{"kty":"EC","d":"${secret}"}`
  const body = wrap(bodyOf().replace('"jwk":', `${hidden},"jwk":`))

  expect(reasonOf(body)).toBe(leaked)
})

test('says of what is nested too deeply just that, and not that it holds a private key', () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
  const body = bodyOf({ deep: 'deep' }).replace('"deep":"deep"', `"deep":${deep}`)

  expect(reasonOf(body)).toBe('malformed-event: it is nested too deeply')
  expect(reasonOf(sns(body))).toBe('malformed-event: it is nested too deeply')
})
