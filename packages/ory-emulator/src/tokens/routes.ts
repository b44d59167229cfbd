import type { Route } from '../http.ts'
import { oauth2TokenExchange } from './exchange.ts'
import { introspectOAuth2Token } from './introspect.ts'
import { withTokenErrors } from './oauth2-error.ts'
import { revokeOAuth2Token } from './revoke.ts'

/** The operations on tokens; deleteOAuth2Token is with the clients' routes. */
export const tokenRoutes: readonly Route[] = [
  {
    operation: 'oauth2TokenExchange',
    port: 'public',
    method: 'POST',
    path: '/oauth2/token',
    bucket: 'public-medium',
    handle: withTokenErrors(oauth2TokenExchange),
  },
  {
    operation: 'revokeOAuth2Token',
    port: 'public',
    method: 'POST',
    path: '/oauth2/revoke',
    bucket: 'public-medium',
    handle: revokeOAuth2Token,
  },
  {
    operation: 'introspectOAuth2Token',
    port: 'admin',
    method: 'POST',
    path: '/admin/oauth2/introspect',
    bucket: 'admin-high',
    handle: withTokenErrors(introspectOAuth2Token),
  },
]
