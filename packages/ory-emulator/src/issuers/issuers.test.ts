import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'

const issuers = '/admin/trust/grants/jwt-bearer/issuers'
const rowNotFound = { error: 'Unable to locate the resource', error_description: '' }

const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  kid: 'k1',
}

const grant = {
  issuer: 'https://idp.example',
  subject: 'alice',
  scope: ['read'],
  jwk,
  expires_at: '2126-01-02T03:04:05.6+01:00',
}

interface Issuer {
  readonly id: string
  readonly subject: string
}

const trust = (ory: OryEmulator, body: object = {}) =>
  ask('POST', ory.adminUrl, issuers, { json: { ...grant, ...body } })

const trusted = async (ory: OryEmulator, body: object = {}) =>
  (await trust(ory, body)).json as Issuer

const get = (ory: OryEmulator, id: string) => ask('GET', ory.adminUrl, `${issuers}/${id}`)
const remove = (ory: OryEmulator, id: string) => ask('DELETE', ory.adminUrl, `${issuers}/${id}`)

test('shows what is trusted, and never the key', async () => {
  await using ory = await startOryEmulator({ now: () => Date.parse('2026-01-02T03:04:05.500Z') })

  const { status, headers, json } = await trust(ory)

  const { id } = json as Issuer
  expect(status).toBe(201)
  // Without `/admin`, as Ory has it.
  expect(headers['location']).toBe(`/trust/grants/jwt-bearer/issuers/${id}`)
  expect(Object.entries(json as object)).toEqual(
    Object.entries({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      issuer: 'https://idp.example',
      subject: 'alice',
      allow_any_subject: false,
      scope: ['read'],
      public_key: { set: 'https://idp.example', kid: 'k1' },
      created_at: '2026-01-02T03:04:06Z',
      expires_at: '2126-01-02T02:04:06Z',
    }),
  )
  expect(await get(ory, id)).toMatchObject({ status: 200, json })
})

test('shows null for a scope not given, and a list from then on', async () => {
  await using ory = await startOryEmulator()

  const { json } = await trust(ory, { scope: undefined })

  expect(json).toMatchObject({ scope: null })
  expect((await get(ory, (json as Issuer).id)).json).toMatchObject({ scope: [] })
})

test('takes a date that is past, and any key it can read', async () => {
  await using ory = await startOryEmulator()

  expect((await trust(ory, { expires_at: '2001-01-01T00:00:00Z' })).status).toBe(201)
  expect((await trust(ory, { jwk: { kty: 'oct', k: 'AAAA', kid: 'k2' } })).status).toBe(201)
})

test('refuses the same issuer, subject and kid', async () => {
  await using ory = await startOryEmulator()
  await trust(ory)
  await trust(ory, { subject: '', allow_any_subject: true })

  for (const again of [{ scope: ['write'] }, { subject: '', allow_any_subject: true }]) {
    expect(await trust(ory, again)).toMatchObject({
      status: 409,
      json: {
        error:
          'Unable to insert or update resource because a resource with that value exists already',
        error_description: '',
      },
    })
  }
  expect((await trust(ory, { subject: 'bob' })).status).toBe(201)
  expect((await trust(ory, { jwk: { ...jwk, kid: 'k2' } })).status).toBe(201)
})

test.each([
  [{ issuer: '' }, "Field 'issuer' is required."],
  [{ subject: '' }, "One of 'subject' or 'allow_any_subject' field must be set."],
  [
    { allow_any_subject: true },
    "Both 'subject' and 'allow_any_subject' fields cannot be set at the same time.",
  ],
  [{ expires_at: undefined }, "Field 'expires_at' is required."],
  [{ expires_at: '0001-01-01T00:00:00Z' }, "Field 'expires_at' is required."],
  [{ jwk: { ...jwk, kid: '' } }, "Field 'jwk' must contain JWK with kid header."],
  [{ jwk: undefined }, "Field 'jwk' must contain JWK with kid header."],
  [{ issuer: '', subject: '' }, "Field 'issuer' is required."],
  [{ expires_at: undefined, jwk: undefined }, "Field 'expires_at' is required."],
])('misses what %j lacks', async (body, hint) => {
  await using ory = await startOryEmulator()

  expect(await trust(ory, body)).toMatchObject({
    status: 400,
    json: {
      error: 'missing_required_parameter',
      error_description: `One of the required parameters is missing. Check your request parameters. ${hint}`,
    },
  })
})

test.each([
  ['', 'EOF'],
  ['[]', 'json: cannot unmarshal array into Go value of type trust.createGrantRequest'],
  [
    '{"issuer":1}',
    'json: cannot unmarshal number into Go struct field createGrantRequest.issuer of type string',
  ],
  [
    '{"scope":"x"}',
    'json: cannot unmarshal string into Go struct field createGrantRequest.scope of type []string',
  ],
  ['{"jwk":{}}', "go-jose/go-jose: unknown json web key type ''"],
  ['{"jwk":null}', "go-jose/go-jose: unknown json web key type ''"],
  ['{"jwk":1}', 'json: cannot unmarshal number into Go value of type jose.rawJSONWebKey'],
  ['{"issuer":1,"jwk":{"kty":"x"}}', "go-jose/go-jose: unknown json web key type 'x'"],
  [
    '{"expires_at":"x"}',
    "parsing time 'x' as '2006-01-02T15:04:05Z07:00': cannot parse 'x' as '2006'",
  ],
])('refuses the body %s in the words of Go', async (body, complaint) => {
  await using ory = await startOryEmulator()

  expect(await ask('POST', ory.adminUrl, issuers, { body })).toMatchObject({
    status: 400,
    json: { error: 'error', error_description: complaint },
  })
})

test('deleting one takes every other that stands on its key along', async () => {
  await using ory = await startOryEmulator()
  const [alice, bob] = [await trusted(ory), await trusted(ory, { subject: 'bob' })]
  const anyone = await trusted(ory, { subject: '', allow_any_subject: true })
  const otherKey = await trusted(ory, { jwk: { ...jwk, kid: 'k2' } })
  const otherIssuer = await trusted(ory, { issuer: 'https://other.example' })

  expect(await remove(ory, alice.id)).toMatchObject({ status: 204, text: '' })

  for (const { id } of [alice, bob, anyone]) {
    expect(await get(ory, id)).toMatchObject({ status: 404, json: rowNotFound })
    expect(await remove(ory, id)).toMatchObject({ status: 404, json: rowNotFound })
  }
  expect((await get(ory, otherKey.id)).status).toBe(200)
  expect((await get(ory, otherIssuer.id)).status).toBe(200)
})

test('silently keeps the key it has for an issuer and kid, until that is deleted', async () => {
  await using ory = await startOryEmulator()
  await ask('POST', ory.adminUrl, '/admin/clients', {
    json: {
      client_id: 'mail',
      client_secret: 'secret of mail',
      grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
    },
  })
  const [old, fresh] = [newKey(), newKey()]
  const first = await trusted(ory, { jwk: old.jwk })

  const second = await trust(ory, { jwk: fresh.jwk, subject: 'bob' })

  expect(second.status).toBe(201)
  expect(await exchanges(ory, fresh.privateKey, 'bob')).toBe(400)
  expect(await exchanges(ory, old.privateKey, 'bob')).toBe(200)
  await remove(ory, first.id)
  await trust(ory, { jwk: fresh.jwk, subject: 'bob' })
  expect(await exchanges(ory, fresh.privateKey, 'bob')).toBe(200)
})

function newKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' } }
}

/** The status that an assertion signed with this key is answered with. */
async function exchanges(
  ory: OryEmulator,
  privateKey: ReturnType<typeof newKey>['privateKey'],
  subject: string,
): Promise<number> {
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer(grant.issuer)
    .setSubject(subject)
    .setAudience(`${ory.publicUrl}/oauth2/token`)
    .setIssuedAt()
    .setExpirationTime('5m')
    .setJti(crypto.randomUUID())
    .sign(privateKey)
  const { status } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    basic: ['mail', 'secret of mail'],
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion },
  })
  return status
}

test('lists by id, filtered by issuer, page by page', async () => {
  await using ory = await startOryEmulator()
  const ids = []
  for (const subject of ['a', 'b', 'c']) ids.push((await trusted(ory, { subject })).id)
  const other = await trusted(ory, { issuer: 'https://other.example' })
  const list = (query: string) => ask('GET', ory.adminUrl, `${issuers}${query}`)
  const idsOf = ({ json }: { json: unknown }) => (json as Issuer[]).map(({ id }) => id)

  expect(idsOf(await list(''))).toEqual([...ids, other.id].sort())
  expect(idsOf(await list('?issuer='))).toEqual([...ids, other.id].sort())
  const first = await list('?issuer=https%3A%2F%2Fidp.example&page_size=2')
  expect(idsOf(first)).toEqual(ids.toSorted().slice(0, 2))
  const link = String(first.headers['link'])
  expect(link).toMatch(
    /^<\/admin\/trust\/grants\/jwt-bearer\/issuers\?issuer=https%3A%2F%2Fidp.example&page_size=2&page_token=[\w%-]+>; rel="first",</,
  )
  const next = /page_token=([^>]+)>; rel="next"/.exec(link)?.[1]
  const second = await list(`?issuer=https%3A%2F%2Fidp.example&page_token=${next}`)
  expect(idsOf(second)).toEqual(ids.toSorted().slice(2))
  expect((await list('?issuer=nobody')).json).toEqual([])
})

test('never read what the specification calls page parameters', async () => {
  await using ory = await startOryEmulator()
  for (const subject of ['a', 'b']) await trust(ory, { subject })

  const { json } = await ask('GET', ory.adminUrl, `${issuers}?MaxItems=1&DefaultItems=1`)

  expect(json).toHaveLength(2)
})

test('takes an id in any spelling of a UUID, and nothing else', async () => {
  await using ory = await startOryEmulator()
  const { id } = await trusted(ory)

  expect((await get(ory, id.toUpperCase())).status).toBe(200)
  expect((await get(ory, `%7B${id}%7D`)).status).toBe(200)
  for (const verb of ['GET', 'DELETE']) {
    expect(await ask(verb, ory.adminUrl, `${issuers}/x`)).toMatchObject({
      status: 400,
      json: {
        error: 'The request was malformed or contained invalid parameters',
        error_description:
          "Unable to parse parameter id: uuid: incorrect UUID length 1 in string 'x'",
      },
    })
  }
  const nobody = '00000000-0000-0000-0000-000000000000'
  expect(await get(ory, nobody)).toMatchObject({ status: 404, json: rowNotFound })
})
