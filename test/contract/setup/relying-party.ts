import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { onTestFinished } from 'vitest'
import { publicUrl } from './server.ts'

/** A back-channel logout as it arrived. */
export interface BackChannelLogout {
  readonly path: string
  readonly method: string | undefined
  readonly contentType: string | undefined
  readonly form: URLSearchParams
}

/** A relying party that listens for back-channel logouts on this machine. */
export interface RelyingParty {
  readonly url: (path: string) => string
  /** Those that have arrived, oldest first. */
  readonly received: readonly BackChannelLogout[]
  /** Resolves with the first that arrives under a path, or has arrived before. */
  readonly receives: (path: string) => Promise<BackChannelLogout>
}

const read = async (incoming: IncomingMessage): Promise<BackChannelLogout> => ({
  path: incoming.url ?? '',
  method: incoming.method,
  contentType: incoming.headers['content-type'],
  form: new URLSearchParams(await text(incoming)),
})

/** Listens until the end of the test. */
export const listenForLogouts = async (): Promise<RelyingParty> => {
  const received: BackChannelLogout[] = []
  const arrivals = new EventTarget()
  const server = createServer(async (incoming, outgoing) => {
    received.push(await read(incoming))
    outgoing.end()
    arrivals.dispatchEvent(new Event('arrival'))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const at = (path: string) => received.find((logout) => logout.path === path)

  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    received,
    async receives(path) {
      for (;;) {
        const logout = at(path)
        if (logout !== undefined) return logout
        await once(arrivals, 'arrival')
      }
    },
  }
}

/** A live server makes its keys when it is first asked for them. */
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', publicUrl), {
  timeoutDuration: 25_000,
})

/** What a token of the server says, its signature verified by the server's published keys. */
export const verifiedClaims = async (
  token: string,
  audience: string,
): Promise<JWTPayload & Readonly<Record<string, unknown>>> => {
  const { payload } = await jwtVerify(token, keys, { audience, issuer: issuers() })

  return payload
}

/** The issuer is the public URL, with or without a slash at its end. */
const issuers = (): string[] => {
  const bare = publicUrl.replace(/\/$/, '')

  return [bare, `${bare}/`]
}
