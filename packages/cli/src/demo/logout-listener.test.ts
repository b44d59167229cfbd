import { startOryEmulator } from '@lapse/ory-emulator'
import { expect, onTestFinished, test } from 'vitest'
import { listenForLogout } from './logout-listener.ts'

const claims = {
  aud: ['mail'],
  sid: 's-1',
  events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

async function listen() {
  const ory = await startOryEmulator()
  const rings: string[] = []
  const listener = await listenForLogout(ory.publicUrl, () => rings.push('ring'))
  onTestFinished(async () => {
    await listener.stop()
    await ory.stop()
  })
  const post = (logout_token: string) =>
    fetch(listener.uri, { method: 'POST', body: new URLSearchParams({ logout_token }) })
  return { ory, listener, rings, post }
}

test('does not believe a token that Ory has not signed', async () => {
  const { ory, listener, rings, post } = await listen()
  const forged = `${encoded({ alg: 'RS256' })}.${encoded({ ...claims, iss: ory.publicUrl })}.AAAA`

  expect((await post(forged)).status).toBe(200)
  expect(listener.received).toEqual([{ client_id: 'mail', sid: 's-1', verified: false }])
  expect(rings).toEqual(['ring'])
})

test('refuses what is no token', async () => {
  const { listener, post } = await listen()

  expect((await post('hello')).status).toBe(400)
  expect((await post('')).status).toBe(400)
  expect(listener.received).toEqual([])
})
