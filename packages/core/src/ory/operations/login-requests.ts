import { operation } from '../operation.ts'
import type {
  AcceptOAuth2LoginRequestBody,
  OAuth2LoginRequest,
  OAuth2RedirectTo,
  RejectOAuth2RequestBody,
} from '../types/requests.ts'
import { refuseUnclearSubject } from './refusals.ts'

/**
 * Reads a login request. A challenge that was used is answered `{ redirect_to }` (Ory's 410); one
 * that has expired, after 30 minutes by default, is an `OryApiError` with status 401.
 *
 * operationId `getOAuth2LoginRequest`; repeatable.
 */
export const getOAuth2LoginRequest = operation<
  { readonly login_challenge: string },
  OAuth2LoginRequest | OAuth2RedirectTo
>({
  method: 'GET',
  path: '/admin/oauth2/auth/requests/login',
  port: 'admin',
  query: { login_challenge: 'text' },
  required: ['login_challenge'],
  success: [200],
  gone: true,
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})

/**
 * Tells Ory who logged in. Nothing exists yet after it: the browser has to bring the verifier in
 * `redirect_to` back. A subject other than the remembered one is not an error: the redirect then asks
 * to log in again.
 *
 * operationId `acceptOAuth2LoginRequest`; repeatable, each answer with another verifier.
 */
export const acceptOAuth2LoginRequest = operation<
  { readonly login_challenge: string; readonly body: AcceptOAuth2LoginRequestBody },
  OAuth2RedirectTo
>({
  method: 'PUT',
  path: '/admin/oauth2/auth/requests/login/accept',
  port: 'admin',
  query: { login_challenge: 'text' },
  required: ['login_challenge'],
  body: 'object',
  check: refuseUnclearSubject,
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})

/** Refuses a login. operationId `rejectOAuth2LoginRequest`; repeatable. A body left out is sent as `{}`. */
export const rejectOAuth2LoginRequest = operation<
  { readonly login_challenge: string; readonly body?: RejectOAuth2RequestBody },
  OAuth2RedirectTo
>({
  method: 'PUT',
  path: '/admin/oauth2/auth/requests/login/reject',
  port: 'admin',
  query: { login_challenge: 'text' },
  required: ['login_challenge'],
  body: 'optional-object',
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'admin-high',
})
