import { operation } from '../operation.ts'
import type { OAuth2LogoutRequest, OAuth2RedirectTo } from '../types/requests.ts'

/**
 * Reads a logout request. One that was completed is answered `{ redirect_to }` (Ory's 410, up to
 * v26.2).
 *
 * operationId `getOAuth2LogoutRequest`; repeatable.
 */
export const getOAuth2LogoutRequest = operation<
  { readonly logout_challenge: string },
  OAuth2LogoutRequest | OAuth2RedirectTo
>({
  method: 'GET',
  path: '/admin/oauth2/auth/requests/logout',
  port: 'admin',
  query: { logout_challenge: 'text' },
  required: ['logout_challenge'],
  success: [200],
  gone: true,
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})

/**
 * Accepts a logout; the browser has to follow `redirect_to`. No token is revoked by it.
 *
 * operationId `acceptOAuth2LogoutRequest`; repeatable.
 */
export const acceptOAuth2LogoutRequest = operation<
  { readonly logout_challenge: string },
  OAuth2RedirectTo
>({
  method: 'PUT',
  path: '/admin/oauth2/auth/requests/logout/accept',
  port: 'admin',
  query: { logout_challenge: 'text' },
  required: ['logout_challenge'],
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})

/**
 * Refuses a logout; answered 204 with no body. Newer servers do not invalidate the challenge by it.
 *
 * operationId `rejectOAuth2LogoutRequest`; repeatable.
 */
export const rejectOAuth2LogoutRequest = operation<{ readonly logout_challenge: string }, void>({
  method: 'PUT',
  path: '/admin/oauth2/auth/requests/logout/reject',
  port: 'admin',
  query: { logout_challenge: 'text' },
  required: ['logout_challenge'],
  success: [204],
  answer: 'nothing',
  repeatable: true,
  bucket: 'admin-high',
})
