import { randomUUID } from 'node:crypto'
import type { Ory } from '../ory.ts'
import { fetchPatiently } from '../outgoing.ts'
import type { ClientRow } from '../state.ts'
import { text } from '../tokens/client-metadata.ts'
import { signJwt } from '../tokens/jwt.ts'
import { consentsOf } from './login-session.ts'

/** The clients a login session's end concerns: those it gave a consent to, as far as they listen. */
export interface ClientsToTell {
  readonly frontChannel: readonly ClientRow[]
  readonly backChannel: readonly ClientRow[]
}

export function clientsToTell({ state }: Ory, subject: string, sid: string): ClientsToTell {
  const ids = consentsOf(state, subject, sid).map((consent) => consent.clientId)
  const clients = [...new Set(ids)].flatMap((id) => state.clients.get(id) ?? [])
  return {
    frontChannel: clients.filter((client) => text(client, 'frontchannel_logout_uri') !== ''),
    backChannel: clients.filter((client) => text(client, 'backchannel_logout_uri') !== ''),
  }
}

/**
 * Posts each client its logout token (OpenID Connect Back-Channel Logout), in the background, up to
 * three times where it is not taken. What comes of it nobody hears.
 */
export async function tellBackChannel(
  ory: Ory,
  clients: readonly ClientRow[],
  sid: string,
): Promise<void> {
  if (clients.length === 0) return
  const key = await ory.state.keys.idToken()
  for (const client of clients) {
    const token = signJwt(logoutClaims(ory, client, sid), key)
    ory.background(() => post(ory, text(client, 'backchannel_logout_uri'), token))
  }
}

/** No `sub`: only the session is named. */
function logoutClaims(ory: Ory, client: ClientRow, sid: string): Readonly<Record<string, unknown>> {
  return {
    aud: [client.client_id],
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    iat: Math.floor(ory.now() / 1000),
    iss: ory.settings.issuer,
    jti: randomUUID(),
    sid,
  }
}

async function post(ory: Ory, uri: string, token: string): Promise<void> {
  const response = await fetchPatiently(ory, uri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: token }).toString(),
  })
  await response.body?.cancel()
}
