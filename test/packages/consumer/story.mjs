import assert from 'node:assert/strict'
import { calls } from './calls.mjs'

const client = {
  client_id: 'mail',
  client_secret: 'a secret',
  redirect_uri: 'https://mail.example/callback',
}

/**
 * A user signs in at the emulator, is revoked by the client, and every operation is called once.
 * The packages are given, as they may have been imported or required.
 */
export async function story({ ory: { createOry, operations }, errors, emulator }) {
  const server = await emulator.startOryEmulator()
  const ory = createOry({ adminUrl: server.adminUrl, publicUrl: server.publicUrl })
  try {
    await ory.createOAuth2Client({
      body: {
        client_id: client.client_id,
        client_secret: client.client_secret,
        redirect_uris: [client.redirect_uri],
        grant_types: ['authorization_code', 'refresh_token'],
        scope: 'openid offline',
      },
    })
    const { tokens } = await emulator.authorizeInBrowser({ ...server, client, subject: 'alice' })
    const isActive = async () =>
      (await ory.introspectOAuth2Token({ token: tokens.access_token })).active
    assert.equal(await isActive(), true)

    await ory.revokeOAuth2LoginSessions({ subject: 'alice' })
    await ory.revokeOAuth2ConsentSessions({ subject: 'alice', all: true })
    assert.equal(await isActive(), false)
    assert.equal((await ory.listOAuth2ConsentSessions({ subject: 'alice' })).items.length, 0)

    return await everyOperation(ory, Object.keys(operations), errors, server)
  } finally {
    await ory[Symbol.asyncDispose]()
    await server.stop()
  }
}

/** How many operations were called; each has to reach the server, whatever it answers. */
async function everyOperation(ory, ids, { LapseError }, server) {
  assert.deepEqual(ids.toSorted(), Object.keys(calls).toSorted())
  for (const id of ids) {
    const before = server.requests.length
    await ory[id](calls[id]).then(undefined, (error) => assert(error instanceof LapseError, error))
    assert(server.requests.length > before, `${id} reached no server`)
  }
  return ids.length
}
