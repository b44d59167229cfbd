import { randomBytes } from 'node:crypto'
import type { Ory } from '@lapse/core/ory'
import { authorizeInBrowser, createBrowser } from '@lapse/ory-emulator'
import { type AppId, apps, type User } from './cast.ts'

/** A client as it signs users in. */
export interface App {
  readonly client_id: AppId
  readonly client_secret: string
  readonly redirect_uri: string
}

/** A token, and whose it is. Never printed. */
export interface IssuedToken {
  readonly subject: string
  readonly client_id: string
  readonly kind: 'access_token' | 'refresh_token'
  readonly token: string
}

/** What came of a user's sign-ins. */
export interface SignedIn {
  readonly subject: string
  /** The login session of the last one; all of them where it is remembered. */
  readonly sid: string
  readonly tokens: readonly IssuedToken[]
}

/** Registers the story's apps at Ory. */
export function registerApps(ory: Ory, logoutUri: string): Promise<readonly App[]> {
  return Promise.all(
    apps.map(async ({ client_id, client_name, listensForLogout }) => {
      const app = {
        client_id,
        client_secret: randomBytes(24).toString('base64url'),
        redirect_uri: `http://127.0.0.1/${client_id}/callback`,
      }
      await ory.createOAuth2Client({
        body: {
          client_id,
          client_name,
          client_secret: app.client_secret,
          redirect_uris: [app.redirect_uri],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          scope: 'openid offline contacts',
          ...(listensForLogout && {
            backchannel_logout_uri: logoutUri,
            backchannel_logout_session_required: true,
          }),
        },
      })
      return app
    }),
  )
}

/** Plays a user's authorization code flows in one browser, one after the other. */
export async function signIn(
  { subject, rememberLogin, signIns }: Pick<User, 'subject' | 'rememberLogin' | 'signIns'>,
  registered: readonly App[],
  ory: { readonly adminUrl: string; readonly publicUrl: string },
): Promise<SignedIn> {
  const browser = createBrowser()
  const sids: string[] = []
  const tokens: IssuedToken[] = []
  for (const { app, scope, rememberConsent = false } of signIns) {
    const client = registered.find(({ client_id }) => client_id === app) as App
    const choices = { browser, client, subject, scope, rememberLogin, rememberConsent }
    const granted = await authorizeInBrowser({ ...ory, ...choices })
    sids.push(granted.sid)
    const { access_token, refresh_token = '' } = granted.tokens
    tokens.push(
      { subject, client_id: app, kind: 'access_token', token: access_token },
      { subject, client_id: app, kind: 'refresh_token', token: refresh_token },
    )
  }
  return { subject, sid: sids.at(-1) ?? '', tokens }
}
