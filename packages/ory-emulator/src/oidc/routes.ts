import { performOidcFrontOrBackChannelLogout } from '../flows/logout.ts'
import type { Route } from '../http.ts'
import { withAdminErrors } from '../tokens/oauth2-error.ts'
import { discoverJsonWebKeys, discoverOidcConfiguration } from './discovery.ts'
import { errorPage, fallbackPage, fallbackPages } from './fallback-pages.ts'
import { getOidcUserInfo } from './userinfo.ts'

/** OpenID Connect's own endpoints, named as Ory's API names them, and the pages of last resort. */
export const oidcRoutes: readonly Route[] = [
  discovery('discoverOidcConfiguration', 'openid-configuration', discoverOidcConfiguration),
  discovery('discoverOidcConfiguration', 'oauth-authorization-server', discoverOidcConfiguration),
  discovery('discoverJsonWebKeys', 'jwks.json', discoverJsonWebKeys),
  ...getAndPost('getOidcUserInfo', '/userinfo', getOidcUserInfo),
  ...getAndPost(
    'revokeOidcSession',
    '/oauth2/sessions/logout',
    performOidcFrontOrBackChannelLogout,
  ),
  ...fallbackPages.map((page) => route('fallback', 'GET', page.path, () => fallbackPage(page))),
  route('fallback', 'GET', '/oauth2/fallbacks/error', errorPage),
]

function discovery(operation: string, name: string, handle: Route['handle']): Route {
  return { ...route(operation, 'GET', `/.well-known/${name}`, handle), bucket: 'public-high' }
}

function getAndPost(operation: string, path: string, handle: Route['handle']): readonly Route[] {
  return ['GET', 'POST'].map((method) => ({
    ...route(operation, method, path, handle),
    bucket: 'public-medium',
  }))
}

function route(operation: string, method: string, path: string, handle: Route['handle']): Route {
  return { operation, port: 'public', method, path, handle: withAdminErrors(handle) }
}
