import { expect, test } from 'vitest'
import { startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'

const clients = '/admin/clients'
const now = () => Date.parse('2026-01-02T03:04:05.250Z')

const lifespans = {
  authorization_code_grant_access_token_lifespan: null,
  authorization_code_grant_id_token_lifespan: null,
  authorization_code_grant_refresh_token_lifespan: null,
  client_credentials_grant_access_token_lifespan: null,
  implicit_grant_access_token_lifespan: null,
  implicit_grant_id_token_lifespan: null,
  jwt_bearer_grant_access_token_lifespan: null,
  refresh_token_grant_id_token_lifespan: null,
  refresh_token_grant_access_token_lifespan: null,
  refresh_token_grant_refresh_token_lifespan: null,
  device_authorization_grant_id_token_lifespan: null,
  device_authorization_grant_access_token_lifespan: null,
  device_authorization_grant_refresh_token_lifespan: null,
}

const shownAlways = {
  client_name: '',
  scope: 'offline_access offline openid',
  audience: [],
  owner: '',
  policy_uri: '',
  allowed_cors_origins: [],
  tos_uri: '',
  client_uri: '',
  logo_uri: '',
  client_secret_expires_at: 0,
  subject_type: 'public',
  jwks: {},
  token_endpoint_auth_method: 'client_secret_basic',
  userinfo_signed_response_alg: 'none',
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2026-01-02T03:04:05.25Z',
  metadata: {},
  skip_consent: false,
  skip_logout_consent: null,
  ...lifespans,
}

test.each(['head', 'v26.2'] as const)('%s fills its defaults in', async (profile) => {
  await using ory = await startOryEmulator({ profile, now })

  const { status, headers, json } = await ask('POST', ory.adminUrl, clients, { body: '{}' })

  expect(status).toBe(201)
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  const { client_id, client_secret, registration_access_token, ...client } = json as Record<
    string,
    unknown
  >
  expect(headers['location']).toBe(`${clients}/${client_id}`)
  expect(client_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(client_secret).toMatch(/^[A-Za-z0-9\-_.~]{26}$/)
  expect(registration_access_token).toMatch(/^ory_at_[\w-]{43}\.[\w-]{43}$/)
  expect(client).toEqual({
    ...shownAlways,
    redirect_uris: null,
    grant_types: null,
    response_types: null,
    contacts: null,
    // Ory makes it before it has made the id.
    registration_client_uri: `${ory.publicUrl}/oauth2/register`,
  })
})

test('a GET shows lists where the POST showed null, and nothing secret', async () => {
  await using ory = await startOryEmulator({ now })
  await ask('POST', ory.adminUrl, clients, { json: { client_id: 'mail' } })

  const { status, json } = await ask('GET', ory.adminUrl, `${clients}/mail`)

  expect(status).toBe(200)
  expect(json).toEqual({
    client_id: 'mail',
    ...shownAlways,
    redirect_uris: [],
    grant_types: [],
    response_types: [],
    contacts: [],
  })
})

test('writes the members in the order of the wire, and leaves the empty optional ones out', async () => {
  await using ory = await startOryEmulator()
  const optional = {
    sector_identifier_uri: '',
    jwks_uri: '',
    token_endpoint_auth_signing_alg: '',
    request_uris: [],
    request_object_signing_alg: '',
    frontchannel_logout_uri: '',
    frontchannel_logout_session_required: false,
    post_logout_redirect_uris: [],
    backchannel_logout_uri: '',
    backchannel_logout_session_required: false,
    access_token_strategy: '',
  }

  const { json } = await ask('POST', ory.adminUrl, clients, { json: optional })

  expect(Object.keys(json as object)).toEqual([
    'client_id',
    'client_name',
    'client_secret',
    'redirect_uris',
    'grant_types',
    'response_types',
    'scope',
    'audience',
    'owner',
    'policy_uri',
    'allowed_cors_origins',
    'tos_uri',
    'client_uri',
    'logo_uri',
    'contacts',
    'client_secret_expires_at',
    'subject_type',
    'jwks',
    'token_endpoint_auth_method',
    'userinfo_signed_response_alg',
    'created_at',
    'updated_at',
    'metadata',
    'registration_access_token',
    'registration_client_uri',
    'skip_consent',
    'skip_logout_consent',
    ...Object.keys(lifespans),
  ])
})

test('keeps what it is given, and overrules what is its own to say', async () => {
  await using ory = await startOryEmulator({ now })
  const kept = {
    client_id: 'mail',
    client_name: 'Mail',
    redirect_uris: ['https://mail.example/cb', 'mail-app:/cb'],
    grant_types: ['authorization_code'],
    post_logout_redirect_uris: ['https://mail.example/bye'],
    backchannel_logout_uri: 'https://mail.example/logout',
    backchannel_logout_session_required: true,
    metadata: { tenant: 7 },
    skip_consent: true,
    skip_logout_consent: false,
  }
  const overruled = {
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    client_secret_expires_at: 5,
    registration_access_token: 'mine',
    registration_client_uri: 'mine',
    unknown: 'ignored',
  }

  const { json } = await ask('POST', ory.adminUrl, clients, { json: { ...kept, ...overruled } })

  expect(json).toMatchObject({
    ...kept,
    created_at: '2026-01-02T03:04:05Z',
    updated_at: '2026-01-02T03:04:05.25Z',
    client_secret_expires_at: 0,
    registration_access_token: expect.stringMatching(/^ory_at_/),
    registration_client_uri: `${ory.publicUrl}/oauth2/register/mail`,
  })
  expect(json).not.toHaveProperty('unknown')
})

test('created_at is rounded, even into the future', async () => {
  await using ory = await startOryEmulator({ now: () => Date.parse('2026-01-02T03:04:05.500Z') })

  const { json } = await ask('POST', ory.adminUrl, clients, { body: '{}' })

  expect(json).toMatchObject({ created_at: '2026-01-02T03:04:06Z' })
})

test.each([
  [{}, expect.stringMatching(/^.{26}$/)],
  [{ client_secret: 'of my own' }, 'of my own'],
  [{ token_endpoint_auth_method: 'none' }, undefined],
  [{ token_endpoint_auth_method: 'none', client_secret: 'of my own' }, undefined],
])('%j is answered with the secret %j', async (json, client_secret) => {
  await using ory = await startOryEmulator()

  const answer = await ask('POST', ory.adminUrl, clients, { json })

  expect((answer.json as Record<string, unknown>)['client_secret']).toEqual(client_secret)
})

test('normalises origins, the strategy, and lifespans', async () => {
  await using ory = await startOryEmulator()

  const { json } = await ask('POST', ory.adminUrl, clients, {
    json: {
      allowed_cors_origins: ['https://a.example/', 'HTTP://b.example'],
      access_token_strategy: 'JWT',
      implicit_grant_id_token_lifespan: '31h',
    },
  })

  expect(json).toMatchObject({
    allowed_cors_origins: ['https://a.example', 'http://b.example'],
    access_token_strategy: 'jwt',
    implicit_grant_id_token_lifespan: '31h0m0s',
  })
})

test('escapes the id twice', async () => {
  await using ory = await startOryEmulator()
  const client_id = "a b/ü%!*'()$&+,:;=@~"
  const escaped = 'a%2520b%252F%25C3%25BC%2525%2521%252A%2527%2528%2529$&+%252C:%253B=@~'

  const { headers, json } = await ask('POST', ory.adminUrl, clients, { json: { client_id } })

  expect(headers['location']).toBe(`${clients}/${escaped}`)
  expect(json).toMatchObject({
    registration_client_uri: `${ory.publicUrl}/oauth2/register/${escaped}`,
  })
  const path = `${clients}/${encodeURIComponent(client_id)}`
  expect((await ask('GET', ory.adminUrl, path)).json).toMatchObject({ client_id })
})

test('refuses an id that is taken', async () => {
  await using ory = await startOryEmulator()
  const create = (json: unknown) => ask('POST', ory.adminUrl, clients, { json })
  await create({ client_id: 'mail', owner: 'first' })

  const second = await create({ client_id: 'mail', owner: 'second' })

  expect(second).toMatchObject({
    status: 409,
    json: {
      error:
        'Unable to insert or update resource because a resource with that value exists already',
      error_description: '',
    },
  })
  expect((await ask('GET', ory.adminUrl, `${clients}/mail`)).json).toMatchObject({ owner: 'first' })
})

test('validates before it looks at the id', async () => {
  await using ory = await startOryEmulator()
  await ask('POST', ory.adminUrl, clients, { json: { client_id: 'mail' } })

  const { status } = await ask('POST', ory.adminUrl, clients, {
    json: { client_id: 'mail', client_secret: 'short' },
  })

  expect(status).toBe(400)
})

test.each(['{"metadata":{"b":1.0,"a":1e3}}', '{"metadata":[1,null]}', '{"metadata":null}'])(
  'keeps metadata as it was written: %s',
  async (body) => {
    await using ory = await startOryEmulator()

    const created = await ask('POST', ory.adminUrl, clients, { body })

    const { client_id } = created.json as { client_id: string }
    const metadata = body.slice(1, -1)
    expect(created.text).toContain(metadata)
    expect((await ask('GET', ory.adminUrl, `${clients}/${client_id}`)).text).toContain(metadata)
  },
)

const badRequest = 'The request was malformed or contained invalid parameters'

test.each([
  ['', 'EOF'],
  ['{', 'unexpected EOF'],
  ['nope', "invalid character 'o' in literal null (expecting 'u')"],
  ['[]', 'json: cannot unmarshal array into Go value of type client.Client'],
  [
    '{"client_name":1}',
    'json: cannot unmarshal number into Go struct field Client.client_name of type string',
  ],
  [
    '{"client_name":1e3}',
    'json: cannot unmarshal number into Go struct field Client.client_name of type string',
  ],
  [
    '{"client_secret_expires_at":1.0}',
    'json: cannot unmarshal number 1.0 into Go struct field Client.client_secret_expires_at of type int',
  ],
  [
    '{"client_secret_expires_at":1e+21}',
    'json: cannot unmarshal number 1e+21 into Go struct field Client.client_secret_expires_at of type int',
  ],
  [
    '{"client_secret_expires_at":9223372036854776000}',
    'json: cannot unmarshal number 9223372036854776000 into Go struct field Client.client_secret_expires_at of type int',
  ],
  [
    '{"client_secret_expires_at":-9223372036854775809}',
    'json: cannot unmarshal number -9223372036854775809 into Go struct field Client.client_secret_expires_at of type int',
  ],
  [
    '{"redirect_uris":"x"}',
    'json: cannot unmarshal string into Go struct field Client.redirect_uris of type sqlxx.StringSliceJSONFormat',
  ],
  [
    '{"redirect_uris":[1]}',
    'json: cannot unmarshal number into Go struct field Client.redirect_uris of type string',
  ],
  [
    '{"client_secret_expires_at":1.5}',
    'json: cannot unmarshal number 1.5 into Go struct field Client.client_secret_expires_at of type int',
  ],
  [
    '{"skip_consent":"x"}',
    'json: cannot unmarshal string into Go struct field Client.skip_consent of type bool',
  ],
  ['{"skip_logout_consent":"x"}', 'json: cannot unmarshal string into Go value of type bool'],
  [
    '{"jwks":1}',
    'json: cannot unmarshal number into Go struct field Client.jwks of type x.JoseJSONWebKeySet',
  ],
  [
    '{"jwks":{"keys":"a"}}',
    'json: cannot unmarshal string into Go struct field JoseJSONWebKeySet.jwks.JSONWebKeySet.keys of type []jose.JSONWebKey',
  ],
  ['{"jwks":{"keys":[{"kty":"x"}]}}', "go-jose/go-jose: unknown json web key type 'x'"],
  ['{"implicit_grant_id_token_lifespan":"31"}', "time: missing unit in duration '31'"],
  [
    '{"implicit_grant_id_token_lifespan":1}',
    'json: cannot unmarshal number into Go struct field Client.Lifespans.implicit_grant_id_token_lifespan of type string',
  ],
  ['{"created_at":1}', 'Time.UnmarshalJSON: input is not a JSON string'],
  // What a member's own decoder complains of comes before what is merely of the wrong type.
  ['{"client_name":1,"created_at":1}', 'Time.UnmarshalJSON: input is not a JSON string'],
])('refuses the body %s in the words of Go', async (body, complaint) => {
  await using ory = await startOryEmulator()

  const answer = await ask('POST', ory.adminUrl, clients, { body })

  expect(answer).toMatchObject({
    status: 400,
    json: {
      error: badRequest,
      error_description: `Unable to decode the request body: ${complaint}`,
    },
  })
})

test.each(['{}garbage', '{} {}', 'null', '{"Client_Name":"Mail","unknown":[]}'])(
  'takes %s',
  async (body) => {
    await using ory = await startOryEmulator()

    const { status, json } = await ask('POST', ory.adminUrl, clients, { body })

    expect(status).toBe(201)
    expect(json).toMatchObject({ client_name: body.includes('Mail') ? 'Mail' : '' })
  },
)
