import { performOidcFrontOrBackChannelLogout } from '../flows/logout.ts'
import type { Route } from '../http.ts'
import { withAdminErrors } from '../tokens/oauth2-error.ts'
import { discoverJsonWebKeys, discoverOidcConfiguration as discovery } from './discovery.ts'
import { errorPage, fallbackPage, fallbackPages } from './fallback-pages.ts'
import { getOidcUserInfo } from './userinfo.ts'

/** OpenID Connect's own endpoints, named as Ory's API names them, and the pages of last resort. */
export const oidcRoutes: readonly Route[] = [
  route('discoverOidcConfiguration', 'GET', '/.well-known/openid-configuration', discovery),
  route('discoverOidcConfiguration', 'GET', '/.well-known/oauth-authorization-server', discovery),
  route('discoverJsonWebKeys', 'GET', '/.well-known/jwks.json', discoverJsonWebKeys),
  route('getOidcUserInfo', 'GET', '/userinfo', getOidcUserInfo),
  route('getOidcUserInfo', 'POST', '/userinfo', getOidcUserInfo),
  route('revokeOidcSession', 'GET', '/oauth2/sessions/logout', performOidcFrontOrBackChannelLogout),
  route(
    'revokeOidcSession',
    'POST',
    '/oauth2/sessions/logout',
    performOidcFrontOrBackChannelLogout,
  ),
  ...fallbackPages.map((page) => route('fallback', 'GET', page.path, () => fallbackPage(page))),
  route('fallback', 'GET', '/oauth2/fallbacks/error', errorPage),
]

function route(operation: string, method: string, path: string, handle: Route['handle']): Route {
  return { operation, port: 'public', method, path, handle: withAdminErrors(handle) }
}
