import { expect, test } from 'vitest'
import type { Profile } from '../ory.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'

const mail = '/admin/clients/mail'
const unrecognizable = { error: 'error', error_description: 'The error is unrecognizable' }

async function startWithMail(client: object = {}, profile: Profile = 'head') {
  const ory = await startOryEmulator({ profile })
  const json = {
    client_id: 'mail',
    client_secret: 'first secret',
    grant_types: ['client_credentials'],
    ...client,
  }
  await ask('POST', ory.adminUrl, '/admin/clients', { json })
  return ory
}

const patch = (ory: OryEmulator, ...operations: object[]) =>
  ask('PATCH', ory.adminUrl, mail, { json: operations })

const get = async (ory: OryEmulator, id = 'mail') =>
  (await ask('GET', ory.adminUrl, `/admin/clients/${id}`)).json as Record<string, unknown>

async function opens(ory: OryEmulator, secret: string, id = 'mail'): Promise<boolean> {
  const { status } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    basic: [id, secret],
    form: { grant_type: 'client_credentials' },
  })
  return status === 200
}

test('changes what it names, and shows the client without its secret', async () => {
  await using ory = await startWithMail({ owner: 'alice' })

  const answer = await patch(
    ory,
    { op: 'replace', path: '/client_name', value: 'Mail' },
    { op: 'replace', path: '/access_token_strategy', value: 'jwt' },
    { op: 'add', path: '/implicit_grant_id_token_lifespan', value: '90m' },
  )

  expect(answer.status).toBe(200)
  expect(answer.json).toMatchObject({
    client_name: 'Mail',
    owner: 'alice',
    access_token_strategy: 'jwt',
    implicit_grant_id_token_lifespan: '1h30m0s',
  })
  expect(answer.json).not.toHaveProperty('client_secret')
  expect(await get(ory)).toEqual(answer.json)
  expect(await opens(ory, 'first secret')).toBe(true)
})

test.each([
  [[{ op: 'add', path: '/metadata/a/b/c', value: 1 }], { a: { b: { c: 1 } } }],
  [[{ op: 'replace', path: '/metadata/a/b', value: 1 }], { a: { b: 1 } }],
  [[{ op: 'add', path: '/metadata/a/-', value: 1 }], { a: [1] }],
  [[{ op: 'add', path: '/metadata/a/2', value: 1 }], { a: [null, null, 1] }],
  [[{ op: 'add', path: '/metadata/a/1/b', value: 1 }], { a: [null, { b: 1 }] }],
  [[{ op: 'add', path: '/metadata/a/-1', value: 1 }], { a: [1] }],
  [[{ op: 'add', path: '/metadata/a~1b', value: 1 }], { 'a/b': 1 }],
  [[{ op: 'add', path: '/metadata', value: [1, { a: 2 }] }], [1, { a: 2 }]],
  [
    [
      { op: 'add', path: '/metadata/a', value: [1] },
      { op: 'add', path: '/metadata/a/3/b', value: 2 },
    ],
    { a: [1, null, null, { b: 2 }] },
  ],
  [
    [
      { op: 'add', path: '/metadata/a', value: null },
      { op: 'add', path: '/metadata/a/b', value: 2 },
    ],
    { a: { b: 2 } },
  ],
  [
    [
      { op: 'add', path: '/metadata', value: { a: { b: 1 }, c: 2 } },
      { op: 'remove', path: '/metadata/a/b' },
    ],
    { a: {}, c: 2 },
  ],
])('reaches into metadata: %j', async (operations, metadata) => {
  await using ory = await startWithMail()

  const { status, json } = await patch(ory, ...operations)

  expect(status).toBe(200)
  expect((json as Record<string, unknown>)['metadata']).toEqual(metadata)
})

test('works on lists by index, by - and from their end', async () => {
  await using ory = await startWithMail({ contacts: ['a', 'b'] })

  await patch(ory, { op: 'add', path: '/contacts/-', value: 'd' })
  await patch(ory, { op: 'add', path: '/contacts/2', value: 'c' })
  await patch(ory, { op: 'replace', path: '/contacts/0', value: 'A' })
  await patch(ory, { op: 'replace', path: '/contacts/-1', value: 'D' })
  await patch(ory, { op: 'remove', path: '/contacts/1' })
  await patch(ory, { op: 'remove', path: '/contacts/-3' })

  expect((await get(ory))['contacts']).toEqual(['c', 'D'])
})

test.each(['[]', 'null', '[{"op":"add","path":"/unknown","value":1}]'])(
  'changes nothing with %s',
  async (body) => {
    await using ory = await startWithMail()
    const { updated_at: _, ...before } = await get(ory)

    expect((await ask('PATCH', ory.adminUrl, mail, { body })).status).toBe(200)

    expect(await get(ory)).toMatchObject(before)
  },
)

test.each([
  '',
  'garbage',
  '{}',
  '[1]',
  '[]trailing',
  '[{"path":"/owner","value":"x"}]',
  '[{"op":"add","value":"x"}]',
  '[{"op":"add","path":"/owner"}]',
  '[{"op":"test","path":"/owner","value":""}]',
  '[{"op":"move","from":"/owner","path":"/tos_uri"}]',
  '[{"op":"copy","from":"/owner","path":"/tos_uri"}]',
  '[{"op":"ADD","path":"/owner","value":"x"}]',
  '[{"op":"remove","path":"/unknown"}]',
  '[{"op":"remove","path":""}]',
  '[{"op":"remove","path":"/contacts/9"}]',
  '[{"op":"remove","path":"/contacts/-"}]',
  '[{"op":"remove","path":"/contacts/1"}]',
  '[{"op":"remove","path":"/contacts/-2"}]',
  '[{"op":"add","path":7,"value":"x"}]',
  '[{"op":7,"path":"/owner","value":"x"}]',
  '[{"op":"add","path":"owner","value":"x"}]',
  '[{"op":"add","path":"/contacts/9","value":"x"}]',
  '[{"op":"add","path":"/contacts/-9","value":"x"}]',
  '[{"op":"add","path":"/contacts/x","value":"x"}]',
  '[{"op":"replace","path":"/contacts/9","value":"x"}]',
  '[{"op":"replace","path":"/contacts/-","value":"x"}]',
  '[{"op":"add","path":"/metadata/a/-2","value":"x"}]',
  '[{"op":"add","path":"/a~1b/c","value":"x"}]',
  '[{"op":"add","path":"/owner/deep","value":"x"}]',
  '[{"op":"add","path":"","value":1}]',
  '[{"op":"add","path":"/owner","value":1}]',
  '[{"op":"add","path":"/implicit_grant_id_token_lifespan","value":"1d"}]',
  '[{"op":"add","path":"/id","value":"x"}]',
  '[{"op":"add","path":"/ID","value":"x"}]',
])('answers 500 to %s, and changes nothing', async (body) => {
  await using ory = await startWithMail({ contacts: ['a'] })
  const before = await get(ory)

  const answer = await ask('PATCH', ory.adminUrl, mail, { body })

  expect(answer).toMatchObject({ status: 500, json: unrecognizable })
  expect(await get(ory)).toEqual(before)
})

test('a patch that fails half way changes nothing', async () => {
  await using ory = await startWithMail()
  const before = await get(ory)

  const answer = await patch(
    ory,
    { op: 'replace', path: '/owner', value: 'alice' },
    { op: 'remove', path: '/unknown' },
  )

  expect(answer.status).toBe(500)
  expect(await get(ory)).toEqual(before)
})

test.each([
  ['head', '/RotatedSecrets', 500],
  ['head', '/rotated_secrets', 200],
  ['v26.2', '/RotatedSecrets', 200],
] as const)('%s answers a patch of %s with %i', async (profile, path, status) => {
  await using ory = await startWithMail({}, profile)

  expect((await patch(ory, { op: 'add', path, value: [] })).status).toBe(status)
})

test('looks the client up before it reads the patch', async () => {
  await using ory = await startOryEmulator()

  expect((await ask('PATCH', ory.adminUrl, mail, { body: 'garbage' })).status).toBe(404)
})

test('validates what the patch leaves', async () => {
  await using ory = await startWithMail()

  const answer = await patch(ory, { op: 'add', path: '/client_secret', value: 'short' })

  expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_client_metadata' } })
  expect(await opens(ory, 'first secret')).toBe(true)
})

test('a patched secret is shown, and kills the one before and every rotated one', async () => {
  await using ory = await startWithMail()
  const rotated = await ask('POST', ory.adminUrl, `${mail}/secrets/rotate`)
  const { client_secret } = rotated.json as { client_secret: string }

  const { json } = await patch(ory, { op: 'replace', path: '/client_secret', value: 'own secret' })

  expect(json).toMatchObject({ client_secret: 'own secret' })
  expect(await opens(ory, 'own secret')).toBe(true)
  expect(await opens(ory, client_secret)).toBe(false)
  expect(await opens(ory, 'first secret')).toBe(false)
})

test('removing the secret keeps the current one, and kills every rotated one', async () => {
  await using ory = await startWithMail()
  const rotated = await ask('POST', ory.adminUrl, `${mail}/secrets/rotate`)
  const { client_secret } = rotated.json as { client_secret: string }

  const { json } = await patch(ory, { op: 'remove', path: '/client_secret' })

  expect(json).not.toHaveProperty('client_secret')
  expect(await opens(ory, client_secret)).toBe(true)
  expect(await opens(ory, 'first secret')).toBe(false)
})

test('any other patch leaves rotated secrets alone', async () => {
  await using ory = await startWithMail()
  await ask('POST', ory.adminUrl, `${mail}/secrets/rotate`)

  await patch(ory, { op: 'replace', path: '/owner', value: 'alice' })

  expect(await opens(ory, 'first secret')).toBe(true)
})

test('patching the id of another client into this one writes over the other', async () => {
  await using ory = await startWithMail({ client_name: 'Mail' })
  await ask('POST', ory.adminUrl, '/admin/clients', {
    json: { client_id: 'chat', client_name: 'Chat', client_secret: 'chat secret' },
  })

  const answer = await patch(ory, { op: 'replace', path: '/client_id', value: 'chat' })

  expect(answer).toMatchObject({ status: 200, json: { client_id: 'chat', client_name: 'Mail' } })
  expect(await get(ory, 'chat')).toMatchObject({ client_id: 'chat', client_name: 'Mail' })
  expect(await get(ory)).toMatchObject({ client_id: 'mail', client_name: 'Mail' })
  expect(await opens(ory, 'chat secret', 'chat')).toBe(true)
  expect(await opens(ory, 'first secret', 'chat')).toBe(false)
})

test.each([
  { op: 'replace', path: '/client_id', value: 'nobody' },
  { op: 'remove', path: '/client_id' },
  { op: 'replace', path: '', value: { client_name: 'whole' } },
])('finds nobody after %j', async (operation) => {
  await using ory = await startWithMail()

  expect(await patch(ory, operation)).toMatchObject({
    status: 404,
    json: { error: 'Unable to locate the resource' },
  })
})
