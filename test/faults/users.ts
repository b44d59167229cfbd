import type { Ory } from '@lapse/core/ory'
import { authorizeInBrowser, type OryEmulator } from '@lapse/ory-emulator'

/** What a user's app holds. */
export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

const clients = ['mail', 'calendar'].map((client_id) => ({
  client_id,
  client_secret: `secret-of-${client_id}`,
  redirect_uri: `http://127.0.0.1/${client_id}`,
}))

/** How one of the apps signs users in. */
export function clientOf(client_id: 'mail' | 'calendar') {
  const client = clients.find((candidate) => candidate.client_id === client_id)
  if (client === undefined) throw new Error(`no client ${client_id}`)
  return client
}

/** Two apps that users sign in to. */
export async function createClients(ory: Ory): Promise<void> {
  for (const { redirect_uri, ...client } of clients) {
    await ory.createOAuth2Client({
      body: {
        ...client,
        redirect_uris: [redirect_uri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: 'openid offline',
      },
    })
  }
}

/** Signs a user in to both apps, from two browsers that remember them. */
export async function signIn(
  { adminUrl, publicUrl }: OryEmulator,
  subject: string,
): Promise<Tokens[]> {
  const signedIn = clients.map((client) =>
    authorizeInBrowser({ adminUrl, publicUrl, client, subject, rememberLogin: true }),
  )
  return (await Promise.all(signedIn)).map(({ tokens }) => ({
    access_token: String(tokens.access_token),
    refresh_token: String(tokens.refresh_token),
  }))
}
