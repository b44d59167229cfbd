import type { Bucket, Port, Route } from '../http.ts'
import { withAdminErrors } from '../tokens/oauth2-error.ts'
import { oAuth2Authorize } from './authorize.ts'
import {
  acceptOAuth2ConsentRequest,
  getOAuth2ConsentRequest,
  rejectOAuth2ConsentRequest,
} from './consent-requests.ts'
import { listOAuth2ConsentSessions } from './list-consent-sessions.ts'
import {
  acceptOAuth2LoginRequest,
  getOAuth2LoginRequest,
  rejectOAuth2LoginRequest,
} from './login-requests.ts'
import {
  acceptOAuth2LogoutRequest,
  getOAuth2LogoutRequest,
  rejectOAuth2LogoutRequest,
} from './logout-admin.ts'
import { revokeOAuth2ConsentSessions } from './revoke-consent-sessions.ts'
import { revokeOAuth2LoginSessions } from './revoke-login-sessions.ts'

type Handle = Route['handle']

const requests = '/admin/oauth2/auth/requests'
const sessions = '/admin/oauth2/auth/sessions'

/** The authorization endpoint, and what login, consent and logout apps and administrators ask of it. */
export const flowRoutes: readonly Route[] = [
  ...authorization(),
  admin('getOAuth2LoginRequest', 'GET', `${requests}/login`, getOAuth2LoginRequest),
  admin('acceptOAuth2LoginRequest', 'PUT', `${requests}/login/accept`, acceptOAuth2LoginRequest),
  admin('rejectOAuth2LoginRequest', 'PUT', `${requests}/login/reject`, rejectOAuth2LoginRequest),
  admin('getOAuth2ConsentRequest', 'GET', `${requests}/consent`, getOAuth2ConsentRequest),
  admin(
    'acceptOAuth2ConsentRequest',
    'PUT',
    `${requests}/consent/accept`,
    acceptOAuth2ConsentRequest,
  ),
  admin(
    'rejectOAuth2ConsentRequest',
    'PUT',
    `${requests}/consent/reject`,
    rejectOAuth2ConsentRequest,
  ),
  admin('getOAuth2LogoutRequest', 'GET', `${requests}/logout`, getOAuth2LogoutRequest),
  admin('acceptOAuth2LogoutRequest', 'PUT', `${requests}/logout/accept`, acceptOAuth2LogoutRequest),
  admin('rejectOAuth2LogoutRequest', 'PUT', `${requests}/logout/reject`, rejectOAuth2LogoutRequest),
  admin('listOAuth2ConsentSessions', 'GET', `${sessions}/consent`, listOAuth2ConsentSessions),
  admin(
    'revokeOAuth2ConsentSessions',
    'DELETE',
    `${sessions}/consent`,
    revokeOAuth2ConsentSessions,
    'admin-low',
  ),
  admin(
    'revokeOAuth2LoginSessions',
    'DELETE',
    `${sessions}/login`,
    revokeOAuth2LoginSessions,
    'admin-low',
  ),
]

function authorization(): Route[] {
  const port: Port = 'public'
  const bucket: Bucket = 'public-medium'
  return ['GET', 'POST'].map((method) => ({
    operation: 'oAuth2Authorize',
    port,
    method,
    path: '/oauth2/auth',
    bucket,
    handle: oAuth2Authorize,
  }))
}

function admin(
  operation: string,
  method: string,
  path: string,
  handle: Handle,
  bucket: Bucket = 'admin-high',
): Route {
  return { operation, port: 'admin', method, path, bucket, handle: withAdminErrors(handle) }
}
