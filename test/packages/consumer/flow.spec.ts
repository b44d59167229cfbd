import { createOry } from '@lapse/core/ory'
import { authorizeInBrowser, type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'

const client = {
  client_id: 'mail',
  client_secret: 'a secret',
  redirect_uri: 'https://mail.example/callback',
}
let server: OryEmulator

beforeAll(async () => {
  server = await startOryEmulator()
})

afterAll(() => server.stop())

test('a user who is revoked has no token left', async () => {
  const ory = createOry({ adminUrl: server.adminUrl, publicUrl: server.publicUrl })
  const { redirect_uri, ...credential } = client
  const grant_types = ['authorization_code', 'refresh_token']
  await ory.createOAuth2Client({
    body: { ...credential, grant_types, redirect_uris: [redirect_uri], scope: 'openid offline' },
  })
  const { tokens } = await authorizeInBrowser({ ...server, client, subject: 'alice' })

  await ory.revokeOAuth2ConsentSessions({ subject: 'alice', all: true })

  const token = String(tokens.access_token)
  expect(await ory.introspectOAuth2Token({ token })).toMatchObject({ active: false })
})
