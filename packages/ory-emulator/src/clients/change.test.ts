import { expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'

const mail = '/admin/clients/mail'
const rowNotFound = { error: 'Unable to locate the resource', error_description: '' }

async function startWithMail(client: object = {}): Promise<OryEmulator> {
  const ory = await startOryEmulator()
  const json = {
    client_id: 'mail',
    client_secret: 'first secret',
    grant_types: ['client_credentials'],
    ...client,
  }
  await ask('POST', ory.adminUrl, '/admin/clients', { json })
  return ory
}

/** Whether the secret opens the client at the token endpoint. */
async function opens(ory: OryEmulator, secret: string, id = 'mail'): Promise<boolean> {
  const { status } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    basic: [id, secret],
    form: { grant_type: 'client_credentials' },
  })
  return status === 200
}

test('a PUT resets everything it leaves out, but not the secret', async () => {
  await using ory = await startWithMail({
    owner: 'alice',
    metadata: { tenant: 7 },
    skip_consent: true,
    jwks: { keys: [] },
    implicit_grant_id_token_lifespan: '5m',
  })
  const json = { grant_types: ['client_credentials'] }

  const answer = await ask('PUT', ory.adminUrl, mail, { json })

  expect(answer.status).toBe(200)
  expect(answer.json).toMatchObject({
    owner: '',
    metadata: {},
    skip_consent: false,
    jwks: {},
    implicit_grant_id_token_lifespan: null,
    redirect_uris: null,
    contacts: null,
  })
  expect(answer.json).not.toHaveProperty('client_secret')
  expect((await ask('GET', ory.adminUrl, mail)).json).toMatchObject({
    owner: '',
    redirect_uris: [],
    contacts: [],
  })
  expect(await opens(ory, 'first secret')).toBe(true)
})

test('a PUT shows the secret it sets, and the old one is dead', async () => {
  await using ory = await startWithMail()
  const json = { client_secret: 'second secret', grant_types: ['client_credentials'] }

  const answer = await ask('PUT', ory.adminUrl, mail, { json })

  expect(answer.json).toMatchObject({ client_secret: 'second secret' })
  expect(await opens(ory, 'first secret')).toBe(false)
  expect(await opens(ory, 'second secret')).toBe(true)
  expect((await ask('GET', ory.adminUrl, mail)).json).not.toHaveProperty('client_secret')
})

test('a PUT goes to the id of its path', async () => {
  await using ory = await startWithMail()

  const { json } = await ask('PUT', ory.adminUrl, mail, { json: { client_id: 'other' } })

  expect(json).toMatchObject({ client_id: 'mail' })
  expect((await ask('GET', ory.adminUrl, '/admin/clients/other')).status).toBe(404)
})

test('a PUT says what created_at it was given, and keeps the old one', async () => {
  await using ory = await startWithMail()
  const before = (await ask('GET', ory.adminUrl, mail)).json as { created_at: string }

  const { json } = await ask('PUT', ory.adminUrl, mail, {
    json: { created_at: '2020-01-01T00:00:00.123456789+02:00', registration_access_token: 'mine' },
  })

  expect(json).toMatchObject({
    created_at: '2019-12-31T22:00:00.123456789Z',
    registration_access_token: 'mine',
  })
  expect(before.created_at).toMatch(/^20/)
  expect((await ask('GET', ory.adminUrl, mail)).json).toMatchObject({
    created_at: before.created_at,
  })
})

test('a PUT is decoded, then validated, and only then looked up', async () => {
  await using ory = await startOryEmulator()
  const put = (body: string) => ask('PUT', ory.adminUrl, mail, { body })

  expect((await put('{')).status).toBe(400)
  expect((await put('{"client_secret":"short"}')).status).toBe(400)
  expect(await put('{}')).toMatchObject({ status: 404, json: rowNotFound })
})

test('lifespans are replaced as a whole, and shown in Go’s spelling', async () => {
  await using ory = await startWithMail({ implicit_grant_id_token_lifespan: '5m', owner: 'alice' })
  const path = `${mail}/lifespans`
  const put = (body: string) => ask('PUT', ory.adminUrl, path, { body })

  const answer = await put('{"refresh_token_grant_access_token_lifespan":"31h","owner":"ignored"}')

  expect(answer.status).toBe(200)
  expect(answer.json).toMatchObject({
    owner: 'alice',
    redirect_uris: [],
    implicit_grant_id_token_lifespan: null,
    refresh_token_grant_access_token_lifespan: '31h0m0s',
  })
  expect(answer.json).not.toHaveProperty('client_secret')
  expect((await put('null')).json).toMatchObject({
    refresh_token_grant_access_token_lifespan: null,
  })
  expect(await opens(ory, 'first secret')).toBe(true)
})

test.each([
  ['', 'EOF'],
  ['[]', 'json: cannot unmarshal array into Go value of type client.Lifespans'],
  ['{"implicit_grant_id_token_lifespan":"1d"}', "time: unknown unit 'd' in duration '1d'"],
  [
    '{"implicit_grant_id_token_lifespan":1}',
    'json: cannot unmarshal number into Go struct field Lifespans.implicit_grant_id_token_lifespan of type string',
  ],
])('refuses the lifespans %s', async (body, complaint) => {
  await using ory = await startWithMail()

  const answer = await ask('PUT', ory.adminUrl, `${mail}/lifespans`, { body })

  expect(answer).toMatchObject({
    status: 400,
    json: { error_description: `Unable to decode the request body: ${complaint}` },
  })
})

test('lifespans of nobody are looked up before they are read', async () => {
  await using ory = await startOryEmulator()

  const answer = await ask('PUT', ory.adminUrl, `${mail}/lifespans`, { body: '' })

  expect(answer).toMatchObject({ status: 404, json: rowNotFound })
})
