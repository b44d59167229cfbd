import { expect, test } from 'vitest'
import { createBareClient, createClient, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { apiError } from './setup/thrown.ts'
import { acceptsSecret } from './setup/tokens.ts'

const notLocated = { error: 'Unable to locate the resource', error_description: '' }

test('creates a client under the id and the secret it is given', async () => {
  const client_id = unique('chosen')

  const created = await createBareClient({ client_id, client_secret: 'my own secret' })

  expect(created).toMatchObject({ client_id, client_secret: 'my own secret' })
  expect(await acceptsSecret(client_id, 'my own secret')).toBe(true)
  expect(await acceptsSecret(client_id, 'not my own secret')).toBe(false)
})

test('fills in the defaults of a client that is sent empty', async () => {
  const created = await createBareClient()

  expect(created).toMatchObject({
    scope: 'offline_access offline openid',
    subject_type: 'public',
    token_endpoint_auth_method: 'client_secret_basic',
    userinfo_signed_response_alg: 'none',
    client_secret_expires_at: 0,
    skip_consent: false,
    skip_logout_consent: null,
    jwks: {},
    metadata: {},
    audience: [],
    owner: '',
  })
})

test('generates a secret of 26 characters and shows it once', async () => {
  const created = await createBareClient()

  const read = await ory.getOAuth2Client({ id: created.client_id })

  expect(created.client_secret).toMatch(/^[\w.~-]{26}$/)
  expect(created.registration_access_token).toMatch(/^ory_at_/)
  expect(read).not.toHaveProperty('client_secret')
  expect(read).not.toHaveProperty('registration_access_token')
  expect(read).not.toHaveProperty('registration_client_uri')
})

test('gives a public client no secret', async () => {
  const created = await createBareClient({ token_endpoint_auth_method: 'none' })

  expect(created).not.toHaveProperty('client_secret')
})

test('keeps an id with characters that a path has to escape', async () => {
  const client_id = `${unique('odd')}/b c?d#e%2Ff`
  await createBareClient({ client_id, client_name: 'odd' })

  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({
    client_id,
    client_name: 'odd',
  })
  await ory.deleteOAuth2Client({ id: client_id })
  expect(await apiError(ory.getOAuth2Client({ id: client_id }))).toMatchObject({ rowMissing: true })
})

test('keeps metadata as it was sent, whatever it holds', async () => {
  const metadata = { team: 'payments', nested: { list: [1, 'zwei', null, true] }, 'a/b~c': 'ü' }

  const { client_id } = await createBareClient({ metadata })

  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({ metadata })
})

test('writes times in UTC, the second of creation among them', async () => {
  const before = Math.floor(Date.now() / 1000) - 1

  const { created_at = '', updated_at = '' } = await createBareClient()

  expect(created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(updated_at).toMatch(/Z$/)
  expect(Date.parse(created_at) / 1000).toBeGreaterThanOrEqual(before)
})

test('refuses an id that is taken with 409, and leaves its client alone', async () => {
  const { client_id } = await createBareClient({ client_name: 'first' })

  const error = await apiError(
    ory.createOAuth2Client({ body: { client_id, client_name: 'second' } }),
  )

  expect(error).toMatchObject({
    status: 409,
    retryable: false,
    rowMissing: false,
    body: {
      error:
        'Unable to insert or update resource because a resource with that value exists already',
      error_description: '',
    },
  })
  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({ client_name: 'first' })
})

test.each([
  ['a short secret', { client_secret: '12345' }],
  ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' as const }],
  ['keys by value and by URL', { jwks: { keys: [] }, jwks_uri: 'https://a.example/jwks' }],
  ['a URI that is none', { client_uri: 'nope' }],
  ['a CORS origin with a path', { allowed_cors_origins: ['https://a.example/b'] }],
  ['an unknown access token strategy', { access_token_strategy: 'paper' as unknown as 'jwt' }],
])('refuses %s as invalid client metadata', async (_what, body) => {
  const error = await apiError(createBareClient(body))

  expect(error).toMatchObject({
    status: 400,
    retryable: false,
    body: { error: 'invalid_client_metadata' },
  })
})

test('refuses a redirect URI with a fragment', async () => {
  const error = await apiError(createBareClient({ redirect_uris: ['https://a.example/cb#f'] }))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_redirect_uri' } })
})

test('answers a body it cannot decode as a malformed request', async () => {
  const body = { redirect_uris: 'https://a.example/cb' as unknown as string[] }

  const error = await apiError(createBareClient(body))

  expect(error).toMatchObject({
    status: 400,
    body: { error: 'The request was malformed or contained invalid parameters' },
  })
})

test('answers a client it does not know as a missing row', async () => {
  const error = await apiError(ory.getOAuth2Client({ id: unique('unknown') }))

  expect(error).toMatchObject({
    operation: 'getOAuth2Client',
    status: 404,
    rowMissing: true,
    retryable: false,
    configuration: false,
    body: notLocated,
  })
})

test('resets by PUT whatever the body leaves out, and keeps the secret', async () => {
  const { client_id: id, client_secret } = await createClient({
    client_name: 'before',
    owner: unique('owner'),
    metadata: { a: 1 },
    skip_consent: true,
    client_credentials_grant_access_token_lifespan: '5m',
  })

  const answered = await ory.setOAuth2Client({ id, body: { client_name: 'after' } })

  expect(answered).not.toHaveProperty('client_secret')
  expect(await ory.getOAuth2Client({ id })).toMatchObject({
    client_id: id,
    client_name: 'after',
    owner: '',
    metadata: {},
    redirect_uris: [],
    grant_types: [],
    skip_consent: false,
    client_credentials_grant_access_token_lifespan: null,
  })
  expect(await acceptsSecret(id, client_secret)).toBe(true)
})

test('echoes by PUT a secret that is sent, which ends the old one at once', async () => {
  const { client_id: id, client_secret } = await createClient()

  const answered = await ory.setOAuth2Client({ id, body: { client_secret: 'another-secret' } })

  expect(answered.client_secret).toBe('another-secret')
  expect(await acceptsSecret(id, client_secret)).toBe(false)
  expect(await acceptsSecret(id, 'another-secret')).toBe(true)
})

test('takes the answer of a GET back by PUT without changing anything', async () => {
  const { client_id: id } = await createClient({
    jwks_uri: 'https://a.example/jwks',
    metadata: { a: 1 },
  })
  const before = await ory.getOAuth2Client({ id })

  await ory.setOAuth2Client({ id, body: before })

  const { updated_at: _, ...after } = await ory.getOAuth2Client({ id })
  expect(before).toMatchObject(after)
})

test('validates a PUT before it looks for the client', async () => {
  const id = unique('unknown')

  const invalid = await apiError(ory.setOAuth2Client({ id, body: { client_secret: 'short' } }))
  const missing = await apiError(ory.setOAuth2Client({ id, body: {} }))

  expect(invalid).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  expect(missing).toMatchObject({ status: 404, rowMissing: true, body: notLocated })
})

test('deletes a client once, and answers the second time that its row is missing', async () => {
  const { client_id: id } = await createBareClient()

  expect(await ory.deleteOAuth2Client({ id })).toBeUndefined()
  const second = await apiError(ory.deleteOAuth2Client({ id }))

  expect(second).toMatchObject({ status: 404, rowMissing: true, body: notLocated })
  expect(await apiError(ory.getOAuth2Client({ id }))).toMatchObject({ rowMissing: true })
})
