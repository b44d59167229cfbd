import type { OryEmulator } from '../start.ts'
import { ask } from './ask.ts'

export const redirectUri = 'https://app.example/callback'

/** A client as tests use it: what Ory knows of it, and what only the client knows. */
export interface Registered {
  readonly client_id: string
  readonly client_secret: string
  readonly redirect_uri: string
}

/** Registers a client that may do everything but act for a device or by assertion. */
export async function registered(ory: OryEmulator, metadata: object = {}): Promise<Registered> {
  const { json } = await ask('POST', ory.adminUrl, '/admin/clients', {
    json: {
      client_secret: 'the secret of a client',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'implicit'],
      response_types: ['code', 'token', 'id_token', 'code id_token', 'token id_token'],
      scope: 'openid offline read write',
      audience: ['https://api.example'],
      ...metadata,
    },
  })
  return { redirect_uri: redirectUri, ...(json as Omit<Registered, 'redirect_uri'>) }
}

/** Whether introspection calls the token active. */
export async function isActive(ory: OryEmulator, token: string | undefined): Promise<boolean> {
  const { json } = await introspected(ory, token)
  return (json as { readonly active: boolean }).active
}

export function introspected(ory: OryEmulator, token: string | undefined) {
  return ask('POST', ory.adminUrl, '/admin/oauth2/introspect', { form: { token: token ?? '' } })
}

/** The claims of a JWT, unverified. */
export function claimsOf(jwt: string | undefined): Record<string, unknown> {
  const [, claims = ''] = (jwt ?? '').split('.')
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
}
