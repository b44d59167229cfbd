import { beforeAll, expect, test } from 'vitest'
import { certificate, certified } from '../../packages/core/src/testing/certificate.ts'
import { trustIssuer, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { newSigningKey, type SigningKey } from './setup/signing-key.ts'
import { apiError } from './setup/thrown.ts'

const newIssuer = () => `https://${unique('issuer')}.example`
const inAYear = () => new Date(Math.floor(Date.now() / 1000 + 31_536_000) * 1000).toISOString()

let key: SigningKey
beforeAll(async () => {
  key = await newSigningKey('k1')
})

test('trusts an issuer for a subject, and never shows the key again', async () => {
  const issuer = newIssuer()
  const expires_at = inAYear()

  const trusted = await trustIssuer({
    issuer,
    subject: 'u1',
    scope: ['read'],
    jwk: key.jwk,
    expires_at,
  })

  expect(trusted).toEqual({
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f-]{27}$/),
    issuer,
    subject: 'u1',
    allow_any_subject: false,
    scope: ['read'],
    public_key: { set: issuer, kid: 'k1' },
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    expires_at: expires_at.replace('.000Z', 'Z'),
  })
  expect(await ory.getTrustedOAuth2JwtGrantIssuer({ id: trusted.id })).toEqual(trusted)
})

test('trusts an issuer for any subject, which is shown as an empty one', async () => {
  const trusted = await trustIssuer({
    issuer: newIssuer(),
    allow_any_subject: true,
    scope: ['read'],
    jwk: key.jwk,
    expires_at: inAYear(),
  })

  expect(trusted).toMatchObject({ subject: '', allow_any_subject: true })
})

test('accepts a time of expiry that has passed, and rounds it to seconds', async () => {
  const { expires_at } = await trustIssuer({
    issuer: newIssuer(),
    subject: 'u1',
    scope: ['read'],
    jwk: key.jwk,
    expires_at: '2020-01-02T03:04:05+01:00',
  })

  expect(expires_at).toBe('2020-01-02T02:04:05Z')
})

test('refuses the same issuer, subject and kid again with 409, whatever else is new', async () => {
  const issuer = newIssuer()
  const trust = { issuer, subject: 'u1', scope: ['read'], jwk: key.jwk, expires_at: inAYear() }
  await trustIssuer(trust)

  const error = await apiError(trustIssuer({ ...trust, scope: ['write'] }))

  expect(error).toMatchObject({
    status: 409,
    retryable: false,
    body: {
      error:
        'Unable to insert or update resource because a resource with that value exists already',
    },
  })
})

test('trusts one key for several subjects, and for several issuers', async () => {
  const issuer = newIssuer()
  const trust = { scope: ['read'], jwk: key.jwk, expires_at: inAYear() }

  const ids = [
    await trustIssuer({ ...trust, issuer, subject: 'u1' }),
    await trustIssuer({ ...trust, issuer, subject: 'u2' }),
    await trustIssuer({ ...trust, issuer, allow_any_subject: true }),
    await trustIssuer({ ...trust, issuer: newIssuer(), subject: 'u1' }),
  ].map(({ id }) => id)

  expect(new Set(ids).size).toBe(4)
})

test('lists the issuers of one name alone, in the order of their ids', async () => {
  const issuer = newIssuer()
  const trust = { issuer, scope: ['read'], jwk: key.jwk, expires_at: inAYear() }
  const ids: string[] = []
  for (const subject of ['u1', 'u2', 'u3']) ids.push((await trustIssuer({ ...trust, subject })).id)

  const { items, nextPageToken } = await ory.listTrustedOAuth2JwtGrantIssuers({ issuer })

  expect(items.map(({ id }) => id)).toEqual(ids.toSorted())
  expect(nextPageToken).toBeUndefined()
  expect(await ory.listTrustedOAuth2JwtGrantIssuers({ issuer: newIssuer() })).toMatchObject({
    items: [],
  })
})

test('lists every issuer where it is asked for none by name', async () => {
  const trust = { scope: ['read'], jwk: key.jwk, expires_at: inAYear(), subject: 'u1' }
  const { id } = await trustIssuer({ ...trust, issuer: newIssuer() })

  const listed: string[] = []
  for await (const issuer of ory.listTrustedOAuth2JwtGrantIssuers()) listed.push(issuer.id)

  expect(listed).toContain(id)
})

test('deletes trust once, and answers the second time that its row is missing', async () => {
  const issuer = newIssuer()
  const trust = { issuer, subject: 'u1', scope: ['read'], jwk: key.jwk, expires_at: inAYear() }
  const { id } = await trustIssuer(trust)

  expect(await ory.deleteTrustedOAuth2JwtGrantIssuer({ id })).toBeUndefined()
  const errors = [
    await apiError(ory.deleteTrustedOAuth2JwtGrantIssuer({ id })),
    await apiError(ory.getTrustedOAuth2JwtGrantIssuer({ id })),
  ]

  for (const error of errors) {
    expect(error).toMatchObject({
      status: 404,
      rowMissing: true,
      body: { error: 'Unable to locate the resource' },
    })
  }
  expect(await ory.listTrustedOAuth2JwtGrantIssuers({ issuer })).toMatchObject({ items: [] })
})

test('deletes with one grant every other that stands on the same issuer and kid', async () => {
  const issuer = newIssuer()
  const trust = { issuer, scope: ['read'], jwk: key.jwk, expires_at: inAYear() }
  const deleted = await trustIssuer({ ...trust, subject: 'u1' })
  const sibling = await trustIssuer({ ...trust, subject: 'u2' })
  const otherKid = await trustIssuer({ ...trust, subject: 'u1', jwk: { ...key.jwk, kid: 'k2' } })
  const otherIssuer = await trustIssuer({ ...trust, subject: 'u1', issuer: newIssuer() })

  await ory.deleteTrustedOAuth2JwtGrantIssuer({ id: deleted.id })

  const gone = await apiError(ory.getTrustedOAuth2JwtGrantIssuer({ id: sibling.id }))
  expect(gone).toMatchObject({ status: 404, rowMissing: true })
  expect(await ory.getTrustedOAuth2JwtGrantIssuer({ id: otherKid.id })).toEqual(otherKid)
  expect(await ory.getTrustedOAuth2JwtGrantIssuer({ id: otherIssuer.id })).toEqual(otherIssuer)
})

test('answers an id that is not a UUID as a malformed request, and no missing row', async () => {
  const errors = [
    await apiError(ory.getTrustedOAuth2JwtGrantIssuer({ id: 'no-uuid' })),
    await apiError(ory.deleteTrustedOAuth2JwtGrantIssuer({ id: 'no-uuid' })),
  ]

  for (const error of errors) {
    expect(error).toMatchObject({
      status: 400,
      rowMissing: false,
      body: { error: 'The request was malformed or contained invalid parameters' },
    })
  }
})

test('takes a certificate of the key itself along with it', async () => {
  const issuer = newIssuer()
  const jwk = { ...certified, kid: 'c', use: 'sig', x5c: [certificate] }
  const trust = { issuer, subject: 'u1', scope: ['read'], expires_at: inAYear() }

  expect(await trustIssuer({ ...trust, jwk })).toMatchObject({ issuer })
})

const x5cOf = (...x5c: readonly string[]) => ({ jwk: { ...certified, kid: 'z', x5c } })

test.each([
  [
    'of another key',
    { jwk: { ...certified, kty: 'OKP', crv: 'Ed25519', kid: 'z', x5c: [certificate] } },
    'public keys in key and x5c fields do not match',
  ],
  ['that is none', x5cOf(certificate, 'AAAA'), 'x5c field: x509: malformed certificate'],
  ['with something behind it', x5cOf(`${certificate}AAAA`), 'illegal base64 data at input byte'],
  ['in no base64', x5cOf('*'), 'x5c field: illegal base64 data at input byte 0'],
])('refuses a certificate %s', async (_what, wrong, problem) => {
  const trust = { issuer: newIssuer(), subject: 'u1', scope: ['read'], expires_at: inAYear() }
  const error = await apiError(trustIssuer({ ...trust, ...wrong }))

  expect(error).toMatchObject({ status: 400, body: { error: 'error' } })
  expect(JSON.stringify(error.body)).toContain(problem)
})

test.each([
  ['a key of no known type', { jwk: { kty: 'zzz', kid: 'z' } }],
  ['a key without its members', { jwk: { kty: 'RSA', kid: 'z' } }],
  ['a time of expiry that is none', { expires_at: 'tomorrow' }],
])('answers %s as an error without a name', async (_what, wrong) => {
  const error = await apiError(
    trustIssuer({
      issuer: newIssuer(),
      subject: 'u1',
      scope: ['read'],
      jwk: key.jwk,
      expires_at: inAYear(),
      ...wrong,
    }),
  )

  expect(error).toMatchObject({ status: 400, retryable: false, body: { error: 'error' } })
})
