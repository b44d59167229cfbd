import type { Route } from './http.ts'

const paths = [
  '/oauth2/token',
  '/oauth2/revoke',
  '/userinfo',
  '/.well-known/jwks.json',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
]

/** What browsers ask before they send a request across origins. With CORS off, as it is by default, Ory says nothing. */
export const preflightRoutes: readonly Route[] = paths.map((path) => ({
  operation: 'handleOptions',
  port: 'public',
  method: 'OPTIONS',
  path,
  handle: () => ({ status: 200 }),
}))
