import type { OAuth2ClientPatch } from '@lapse/core/ory'
import { expect, test } from 'vitest'
import { createBareClient, createClient, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { apiError } from './setup/thrown.ts'
import { acceptsSecret, clientCredentials } from './setup/tokens.ts'

const unrecognizable = { error: 'error', error_description: 'The error is unrecognizable' }

test('changes the members that a patch names, and no other', async () => {
  const { client_id: id } = await createClient({ client_name: 'before', metadata: { a: 1 } })

  const answered = await ory.patchOAuth2Client({
    id,
    body: [{ op: 'replace', path: '/client_name', value: 'after' }],
  })

  expect(answered).toMatchObject({ client_id: id, client_name: 'after', metadata: { a: 1 } })
  expect(answered).not.toHaveProperty('client_secret')
  expect(await ory.getOAuth2Client({ id })).toEqual(answered)
})

test('adds a member, and the objects it stands in, whether add or replace is asked for', async () => {
  const { client_id: id } = await createBareClient({ metadata: { list: ['x'] } })

  await ory.patchOAuth2Client({
    id,
    body: [
      { op: 'replace', path: '/metadata/new', value: 1 },
      { op: 'add', path: '/metadata/deep/er', value: 2 },
      { op: 'add', path: '/metadata/list/-', value: 'y' },
    ],
  })

  expect(await ory.getOAuth2Client({ id })).toMatchObject({
    metadata: { list: ['x', 'y'], new: 1, deep: { er: 2 } },
  })
})

test('changes one lifespan by a patch, and leaves the others', async () => {
  const { client_id: id } = await createBareClient({
    refresh_token_grant_refresh_token_lifespan: '24h',
  })

  await ory.patchOAuth2Client({
    id,
    body: [
      { op: 'replace', path: '/client_credentials_grant_access_token_lifespan', value: '90m' },
    ],
  })

  expect(await ory.getOAuth2Client({ id })).toMatchObject({
    client_credentials_grant_access_token_lifespan: '1h30m0s',
    refresh_token_grant_refresh_token_lifespan: '24h0m0s',
  })
})

test.each<[string, OAuth2ClientPatch]>([
  ['removes what is not there', { op: 'remove', path: '/metadata/missing' }],
  ['names a place past the end of an array', { op: 'replace', path: '/metadata/list/7', value: 1 }],
  ['gives a member another type', { op: 'replace', path: '/owner', value: 5 as unknown as string }],
  [
    'gives a lifespan that is not a duration',
    { op: 'add', path: '/implicit_grant_id_token_lifespan', value: '1d' },
  ],
])('answers 500 to a patch that %s: for good, and with nothing changed', async (_what, failing) => {
  const { client_id: id } = await createBareClient({ client_name: 'kept', metadata: { list: [] } })
  const before = await ory.getOAuth2Client({ id })

  const error = await apiError(
    ory.patchOAuth2Client({
      id,
      body: [{ op: 'replace', path: '/client_name', value: 'half done' }, failing],
    }),
  )

  expect(error).toMatchObject({ status: 500, retryable: false, body: unrecognizable })
  expect(await ory.getOAuth2Client({ id })).toEqual(before)
})

test('answers a patch of an unknown client as a missing row', async () => {
  const error = await apiError(
    ory.patchOAuth2Client({ id: unique('unknown'), body: [{ op: 'remove', path: '/owner' }] }),
  )

  expect(error).toMatchObject({ status: 404, rowMissing: true, retryable: false })
})

test('validates the client that a patch makes', async () => {
  const { client_id: id } = await createBareClient()

  const error = await apiError(
    ory.patchOAuth2Client({
      id,
      body: [{ op: 'replace', path: '/client_secret', value: 'short' }],
    }),
  )

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
})

test('echoes a patched secret, which ends the old one at once and no token', async () => {
  const client = await createClient()
  const { access_token } = await clientCredentials(client)

  const answered = await ory.patchOAuth2Client({
    id: client.client_id,
    body: [{ op: 'replace', path: '/client_secret', value: 'another-secret' }],
  })

  expect(answered.client_secret).toBe('another-secret')
  expect(await acceptsSecret(client.client_id, client.client_secret)).toBe(false)
  expect(await acceptsSecret(client.client_id, 'another-secret')).toBe(true)
  expect(await ory.introspectOAuth2Token({ token: access_token })).toMatchObject({ active: true })
})

test('keeps the secret when another member is patched, or the secret removed', async () => {
  const { client_id: id, client_secret } = await createClient()

  await ory.patchOAuth2Client({ id, body: [{ op: 'add', path: '/owner', value: unique('owner') }] })
  await ory.patchOAuth2Client({ id, body: [{ op: 'remove', path: '/client_secret' }] })

  expect(await acceptsSecret(id, client_secret)).toBe(true)
})
