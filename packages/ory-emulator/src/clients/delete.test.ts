import { expect, test } from 'vitest'
import { authorizeInBrowser } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'

const rowNotFound = { error: 'Unable to locate the resource', error_description: '' }

interface App {
  readonly client_id: string
  readonly client_secret: string
  readonly redirect_uri: string
}

async function startWith(...ids: readonly string[]) {
  const ory = await startOryEmulator()
  for (const client_id of ids) {
    await ask('POST', ory.adminUrl, '/admin/clients', {
      json: {
        client_id,
        client_secret: `secret of ${client_id}`,
        redirect_uris: [appOf(client_id).redirect_uri],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        scope: 'openid offline read',
      },
    })
  }
  return ory
}

function appOf(client_id: string): App {
  return {
    client_id,
    client_secret: `secret of ${client_id}`,
    redirect_uri: `https://${client_id}.example/cb`,
  }
}

async function isActive(ory: OryEmulator, token: string): Promise<boolean> {
  const { json } = await ask('POST', ory.adminUrl, '/admin/oauth2/introspect', { form: { token } })
  return (json as { active: boolean }).active
}

async function consentsOf(ory: OryEmulator, subject: string) {
  const path = `/admin/oauth2/auth/sessions/consent?subject=${subject}`
  const { json } = await ask('GET', ory.adminUrl, path)
  return (json as { consent_request: { client: { client_id: string } } }[]).map(
    (consent) => consent.consent_request.client.client_id,
  )
}

async function ownToken(ory: OryEmulator, client_id: string): Promise<string> {
  const { json } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    basic: [client_id, `secret of ${client_id}`],
    form: { grant_type: 'client_credentials' },
  })
  return (json as { access_token: string }).access_token
}

test('is gone after 204, and the second time there is nothing to delete', async () => {
  await using ory = await startWith('mail')
  const remove = () => ask('DELETE', ory.adminUrl, '/admin/clients/mail')

  expect(await remove()).toMatchObject({ status: 204, text: '' })
  expect(await remove()).toMatchObject({ status: 404, json: rowNotFound })
  expect((await ask('GET', ory.adminUrl, '/admin/clients/mail')).json).toEqual(rowNotFound)
})

test('takes its tokens and consents along, and nobody else’s', async () => {
  await using ory = await startWith('mail', 'chat')
  const { tokens: mail } = await authorizeInBrowser({
    ...ory,
    client: appOf('mail'),
    subject: 'alice',
  })
  const { tokens: chat } = await authorizeInBrowser({
    ...ory,
    client: appOf('chat'),
    subject: 'alice',
  })
  const own = await ownToken(ory, 'mail')
  const tokens = [mail.access_token, mail.refresh_token ?? '', own]
  for (const token of tokens) expect(await isActive(ory, token)).toBe(true)

  await ask('DELETE', ory.adminUrl, '/admin/clients/mail')

  for (const token of tokens) expect(await isActive(ory, token)).toBe(false)
  expect(await isActive(ory, chat.access_token)).toBe(true)
  expect(await isActive(ory, chat.refresh_token ?? '')).toBe(true)
  expect(await consentsOf(ory, 'alice')).toEqual(['chat'])
})

test('leaves nothing to a client created anew under its id', async () => {
  await using ory = await startWith('mail')
  const { tokens } = await authorizeInBrowser({
    ...ory,
    client: appOf('mail'),
    subject: 'alice',
  })
  await ask('DELETE', ory.adminUrl, '/admin/clients/mail')

  await ask('POST', ory.adminUrl, '/admin/clients', { json: { client_id: 'mail' } })

  expect(await isActive(ory, tokens.access_token)).toBe(false)
  expect(await consentsOf(ory, 'alice')).toEqual([])
})

test('takes the devices along that wait for their user', async () => {
  const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code'
  await using ory = await startOryEmulator()
  const json = { client_id: 'tv', client_secret: 'secret of tv', grant_types: [deviceCode] }
  const basic = ['tv', 'secret of tv'] as const
  await ask('POST', ory.adminUrl, '/admin/clients', { json })
  const begun = await ask('POST', ory.publicUrl, '/oauth2/device/auth', {
    basic,
    form: { client_id: 'tv' },
  })
  const { device_code } = begun.json as { device_code: string }
  const poll = async () => {
    const form = { grant_type: deviceCode, device_code }
    const { json } = await ask('POST', ory.publicUrl, '/oauth2/token', { basic, form })
    return (json as { error: string }).error
  }
  expect(await poll()).toBe('authorization_pending')

  await ask('DELETE', ory.adminUrl, '/admin/clients/tv')
  await ask('POST', ory.adminUrl, '/admin/clients', { json })

  expect(await poll()).toBe('invalid_grant')
})

test('deleteOAuth2Token deletes access tokens of every grant, and leaves the refresh tokens', async () => {
  await using ory = await startWith('mail', 'chat')
  const { tokens: mail } = await authorizeInBrowser({
    ...ory,
    client: appOf('mail'),
    subject: 'alice',
  })
  const { tokens: chat } = await authorizeInBrowser({
    ...ory,
    client: appOf('chat'),
    subject: 'alice',
  })
  const own = await ownToken(ory, 'mail')

  const answer = await ask('DELETE', ory.adminUrl, '/admin/oauth2/tokens?client_id=mail')

  expect(answer).toMatchObject({ status: 204, text: '' })
  expect(await isActive(ory, mail.access_token)).toBe(false)
  expect(await isActive(ory, own)).toBe(false)
  expect(await isActive(ory, mail.refresh_token ?? '')).toBe(true)
  expect(await isActive(ory, chat.access_token)).toBe(true)
  const refreshed = await ask('POST', ory.publicUrl, '/oauth2/token', {
    basic: ['mail', 'secret of mail'],
    form: { grant_type: 'refresh_token', refresh_token: mail.refresh_token ?? '' },
  })
  expect(refreshed.status).toBe(200)
})

test('deleteOAuth2Token is content with a client that is not there', async () => {
  await using ory = await startOryEmulator()

  const { status } = await ask('DELETE', ory.adminUrl, '/admin/oauth2/tokens?client_id=nobody')

  expect(status).toBe(204)
})

test.each(['', '?client_id=', '?Client_id=mail'])(
  'deleteOAuth2Token wants a client: %j',
  async (query) => {
    await using ory = await startOryEmulator()

    expect(await ask('DELETE', ory.adminUrl, `/admin/oauth2/tokens${query}`)).toMatchObject({
      status: 400,
      json: {
        error: 'invalid_request',
        error_description:
          "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. Query parameter 'client_id' is not defined but it should have been.",
      },
    })
  },
)
