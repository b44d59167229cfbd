import { expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'

const rotate = '/admin/clients/mail/secrets/rotate'

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

async function rotated(ory: OryEmulator): Promise<string> {
  const { json } = await ask('POST', ory.adminUrl, rotate)
  return (json as { client_secret: string }).client_secret
}

async function opens(ory: OryEmulator, secret: string): Promise<boolean> {
  const { status } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    basic: ['mail', secret],
    form: { grant_type: 'client_credentials' },
  })
  return status === 200
}

async function whichOpen(ory: OryEmulator, secrets: readonly string[]) {
  const open = []
  for (const secret of secrets) if (await opens(ory, secret)) open.push(secret)
  return open
}

test('six secrets are valid at once, and the seventh evicts the oldest', async () => {
  await using ory = await startWithMail()
  const secrets = ['first secret']
  for (let times = 0; times < 5; times += 1) secrets.push(await rotated(ory))
  expect(await whichOpen(ory, secrets)).toEqual(secrets)

  secrets.push(await rotated(ory))

  expect(new Set(secrets).size).toBe(7)
  expect(await whichOpen(ory, secrets)).toEqual(secrets.slice(1))
})

test('shows the client with its new secret, and never again', async () => {
  await using ory = await startWithMail({ owner: 'alice' })

  const answer = await ask('POST', ory.adminUrl, rotate)

  expect(answer).toMatchObject({ status: 200, json: { client_id: 'mail', owner: 'alice' } })
  expect(answer.json).toMatchObject({ client_secret: expect.stringMatching(/^[\w\-.~]{26}$/) })
  const { json } = await ask('GET', ory.adminUrl, '/admin/clients/mail')
  expect(json).not.toHaveProperty('client_secret')
})

test('retires all rotated secrets at once, as often as one likes', async () => {
  await using ory = await startWithMail()
  const secrets = ['first secret', await rotated(ory), await rotated(ory)]

  for (let times = 0; times < 2; times += 1) {
    const answer = await ask('DELETE', ory.adminUrl, rotate)
    expect(answer).toMatchObject({ status: 200, json: { client_id: 'mail' } })
    expect(answer.json).not.toHaveProperty('client_secret')
  }

  expect(await whichOpen(ory, secrets)).toEqual(secrets.slice(2))
})

test('a PUT without a secret keeps the rotated ones, and one with a secret does not', async () => {
  await using ory = await startWithMail()
  const current = await rotated(ory)
  const put = (json: object) =>
    ask('PUT', ory.adminUrl, '/admin/clients/mail', {
      json: { grant_types: ['client_credentials'], ...json },
    })

  await put({})
  expect(await whichOpen(ory, ['first secret', current])).toEqual(['first secret', current])
  await put({ client_secret: 'own secret' })
  expect(await whichOpen(ory, ['first secret', current, 'own secret'])).toEqual(['own secret'])
})

test.each(['none', 'private_key_jwt', 'of their own'])(
  'has nothing to rotate for a client of the method %s',
  async (method) => {
    await using ory = await startWithMail({
      token_endpoint_auth_method: method,
      jwks: { keys: [] },
    })

    for (const verb of ['POST', 'DELETE']) {
      expect(await ask(verb, ory.adminUrl, rotate)).toMatchObject({
        status: 400,
        json: {
          error: 'The request was malformed or contained invalid parameters',
          error_description: `The client is configured to use the '${method}' authentication method, which does not support client secret rotation.`,
        },
      })
    }
  },
)

test('rotates for client_secret_post too', async () => {
  await using ory = await startWithMail({ token_endpoint_auth_method: 'client_secret_post' })

  expect((await ask('POST', ory.adminUrl, rotate)).status).toBe(200)
})

test('finds nobody in Ory’s words where the route is, and in Go’s where it is not yet', async () => {
  await using head = await startOryEmulator({ profile: 'head' })
  await using older = await startOryEmulator({ profile: 'v26.2' })

  for (const verb of ['POST', 'DELETE']) {
    expect(await ask(verb, head.adminUrl, rotate)).toMatchObject({
      status: 404,
      json: { error: 'Unable to locate the resource' },
    })
    expect(await ask(verb, older.adminUrl, rotate)).toMatchObject({
      status: 404,
      text: '404 page not found\n',
    })
  }
})
