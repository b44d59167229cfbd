import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { listenForLogout } from './logout-listener.ts'

const newKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

function signed(claims: object, key: KeyObject): string {
  const text = `${encoded({ alg: 'RS256' })}.${encoded(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

/** A listening app, and a server whose keys it believes. */
async function listen() {
  const { publicKey, privateKey } = newKeys()
  const jwks = JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] })
  const issuer = createServer((_asked, answer) => answer.end(jwks)).listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  const iss = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  const rings: string[] = []
  const listener = await listenForLogout(iss, () => rings.push('ring'))
  onTestFinished(async () => {
    await listener.stop()
    issuer.close()
    issuer.closeAllConnections()
  })
  const post = (logout_token: string) =>
    fetch(listener.uri, { method: 'POST', body: new URLSearchParams({ logout_token }) })
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  return { listener, rings, post, privateKey, claims: { iss, aud: ['mail'], sid: 's-1', events } }
}

test('believes a logout token that the issuer has signed', async () => {
  const { listener, rings, post, privateKey, claims } = await listen()

  expect((await post(signed(claims, privateKey))).status).toBe(200)
  expect(listener.received).toEqual([{ client_id: 'mail', sid: 's-1', verified: true }])
  expect(rings).toEqual(['ring'])
})

test.each([
  ['another issuer', { iss: 'http://127.0.0.1:1' }],
  ['another event', { events: { other: {} } }],
])('does not believe one of %s', async (_name, change) => {
  const { listener, post, privateKey, claims } = await listen()

  await post(signed({ ...claims, ...change }, privateKey))

  expect(listener.received).toMatchObject([{ verified: false }])
})

test('does not believe one that somebody else has signed', async () => {
  const { listener, post, claims } = await listen()

  await post(signed(claims, newKeys().privateKey))

  expect(listener.received).toMatchObject([{ verified: false }])
})

test.each(['hello', '', 'a.b.c'])('refuses %j, which is no token', async (token) => {
  const { listener, post } = await listen()

  expect((await post(token)).status).toBe(400)
  expect(listener.received).toEqual([])
})
