import { operation } from '../operation.ts'
import type {
  AcceptOAuth2ConsentRequestBody,
  OAuth2ConsentRequest,
  OAuth2RedirectTo,
  RejectOAuth2RequestBody,
} from '../types/requests.ts'

/**
 * Reads a consent request. A challenge that was used is answered `{ redirect_to }` (Ory's 410);
 * one that has expired, after 30 minutes by default, is an `OryApiError` with status 401.
 *
 * operationId `getOAuth2ConsentRequest`; repeatable.
 */
export const getOAuth2ConsentRequest = operation<
  { readonly consent_challenge: string },
  OAuth2ConsentRequest | OAuth2RedirectTo
>({
  method: 'GET',
  path: '/admin/oauth2/auth/requests/consent',
  port: 'admin',
  query: { consent_challenge: 'text' },
  required: ['consent_challenge'],
  success: [200],
  gone: true,
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})

/**
 * Grants a consent request. Nothing exists yet after it: the browser has to bring the verifier in
 * `redirect_to` back. To be called for skipped requests as well.
 *
 * operationId `acceptOAuth2ConsentRequest`; repeatable, each answer with another verifier.
 */
export const acceptOAuth2ConsentRequest = operation<
  { readonly consent_challenge: string; readonly body: AcceptOAuth2ConsentRequestBody },
  OAuth2RedirectTo
>({
  method: 'PUT',
  path: '/admin/oauth2/auth/requests/consent/accept',
  port: 'admin',
  query: { consent_challenge: 'text' },
  required: ['consent_challenge'],
  body: 'object',
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})

/** Refuses a consent. operationId `rejectOAuth2ConsentRequest`; repeatable. A body left out is sent as `{}`. */
export const rejectOAuth2ConsentRequest = operation<
  { readonly consent_challenge: string; readonly body?: RejectOAuth2RequestBody },
  OAuth2RedirectTo
>({
  method: 'PUT',
  path: '/admin/oauth2/auth/requests/consent/reject',
  port: 'admin',
  query: { consent_challenge: 'text' },
  required: ['consent_challenge'],
  body: 'optional-object',
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})
