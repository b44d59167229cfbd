import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { guardServer } from '@lapse/ory-emulator'

/** What a relying party learns from a logout token (OpenID Connect Back-Channel Logout, section 2.4). */
export interface BackchannelLogout {
  readonly client_id: string
  readonly sid: string
  /** Whether its signature is by one of Ory's keys, and its issuer and event are as they have to be. */
  readonly verified: boolean
}

/** An app's own endpoint for logout tokens, on loopback. */
export interface LogoutListener {
  readonly uri: string
  readonly received: readonly BackchannelLogout[]
  stop(): Promise<void>
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/** Listens as an app does. `onReceived` is told of every logout token once it has been checked. */
export async function listenForLogout(
  publicUrl: string,
  onReceived: () => void,
): Promise<LogoutListener> {
  const received: BackchannelLogout[] = []
  const server = createServer(async (request, response) => {
    const logout = await readLogoutToken(await text(request), publicUrl).catch(() => undefined)
    response.writeHead(logout === undefined ? 400 : 200).end()
    if (logout !== undefined) received.push(logout)
    onReceived()
  })
  guardServer(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    uri: `http://127.0.0.1:${port}/mail/backchannel-logout`,
    received,
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface LogoutClaims {
  readonly iss: string
  readonly aud: readonly string[]
  readonly sid: string
  readonly events: Readonly<Record<string, unknown>>
}

async function readLogoutToken(form: string, publicUrl: string): Promise<BackchannelLogout> {
  const token = new URLSearchParams(form).get('logout_token') ?? ''
  const [, payload = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as LogoutClaims
  const { iss, aud, sid, events } = claims
  const verified =
    (await isSignedByOry(token, publicUrl)) && iss === publicUrl && logoutEvent in events
  return { client_id: aud[0] ?? '', sid, verified }
}

async function isSignedByOry(token: string, publicUrl: string): Promise<boolean> {
  const answer = await fetch(`${publicUrl}/.well-known/jwks.json`)
  const { keys } = (await answer.json()) as { readonly keys: readonly JsonWebKey[] }
  const signed = Buffer.from(token.slice(0, token.lastIndexOf('.')))
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
  return keys.some((key) =>
    verify('sha256', signed, createPublicKey({ key, format: 'jwk' }), signature),
  )
}
