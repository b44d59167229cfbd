import { expect, test } from 'vitest'
import { createClient, redirectUri } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { apiError } from './setup/thrown.ts'
import { clientCredentials, isActive } from './setup/tokens.ts'

/** There is no switch to disable a client: lists that hold one placeholder leave it no grant. */
const freeze = (id: string) =>
  ory.patchOAuth2Client({
    id,
    body: [
      { op: 'replace', path: '/grant_types', value: ['frozen'] },
      { op: 'replace', path: '/response_types', value: ['frozen'] },
    ],
  })

test('keeps a placeholder in place of the grants of a frozen client', async () => {
  const { client_id: id } = await createClient()

  await freeze(id)

  expect(await ory.getOAuth2Client({ id })).toMatchObject({
    grant_types: ['frozen'],
    response_types: ['frozen'],
  })
})

test.each([
  { grant_type: 'client_credentials' },
  { grant_type: 'authorization_code', code: 'ory_ac_any' },
  { grant_type: 'refresh_token', refresh_token: 'ory_rt_any' },
  { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'any' },
  { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'ory_dc_any' },
] as const)('refuses a frozen client the grant $grant_type', async (grant) => {
  const { client_id, basic } = await createClient()
  await freeze(client_id)

  const error = await apiError(ory.oauth2TokenExchange({ ...grant, basic }))

  expect(error).toMatchObject({
    status: 400,
    retryable: false,
    body: { error: 'unauthorized_client' },
  })
})

test('refuses an authorization request of a frozen client', async () => {
  const { client_id } = await createClient()
  await freeze(client_id)

  const { location } = await ory.oAuth2Authorize({
    client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 'state-12345678',
  })

  expect(new URL(location).searchParams.get('error')).toBe('unsupported_response_type')
})

test('leaves the tokens of a frozen client active until they are deleted', async () => {
  const client = await createClient()
  const { access_token } = await clientCredentials(client)

  await freeze(client.client_id)

  expect(await isActive(access_token)).toBe(true)
  await ory.deleteOAuth2Token({ client_id: client.client_id })
  expect(await isActive(access_token)).toBe(false)
})

test('lets a client use its grants again once its lists are restored', async () => {
  const client = await createClient()
  const id = client.client_id
  const { grant_types = [], response_types = [] } = await ory.getOAuth2Client({ id })
  await freeze(id)

  await ory.patchOAuth2Client({
    id,
    body: [
      { op: 'replace', path: '/grant_types', value: grant_types },
      { op: 'replace', path: '/response_types', value: response_types },
    ],
  })

  expect(await clientCredentials(client)).toMatchObject({ token_type: 'bearer' })
})
