import type { Route } from './http.ts'

const paths = [
  '/oauth2/token',
  '/oauth2/revoke',
  '/userinfo',
  '/.well-known/jwks.json',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
]

/** What browsers ask before they send a request across origins. What else Ory says to a listed origin is in `cors.ts`. */
export const preflightRoutes: readonly Route[] = paths.map((path) => ({
  operation: 'handleOptions',
  port: 'public',
  method: 'OPTIONS',
  path,
  handle: () => ({ status: 200 }),
}))
