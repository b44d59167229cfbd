import { operation } from '../operation.ts'
import type { OAuth2Redirect } from '../types/token.ts'

/** An authorization request, RFC 6749 section 4.1.1 and OpenID Connect Core section 3.1.2.1. */
export interface OAuth2AuthorizeParameters {
  readonly client_id: string
  readonly response_type?: string
  readonly redirect_uri?: string
  /** Separated by spaces. */
  readonly scope?: string
  /** At least 8 characters, or Ory refuses it. */
  readonly state?: string
  readonly nonce?: string
  readonly prompt?: string
  /** Seconds. */
  readonly max_age?: string
  readonly display?: string
  readonly ui_locales?: string
  readonly id_token_hint?: string
  readonly login_hint?: string
  readonly acr_values?: string
  readonly response_mode?: string
  readonly audience?: string
  readonly claims?: string
  readonly request?: string
  readonly request_uri?: string
  readonly code_challenge?: string
  readonly code_challenge_method?: string
  /** What an accepted login request's `redirect_to` brings back. */
  readonly login_verifier?: string
  /** What an accepted consent request's `redirect_to` brings back. */
  readonly consent_verifier?: string
  /** The browser's `Cookie` header, which Ory matches with the verifiers. */
  readonly cookie?: string
}

/**
 * Begins or continues an authorization, as a browser does. The redirect is returned and never
 * followed: to the login app, to the consent app, to the client with a code, or with an error.
 *
 * operationId `oAuth2Authorize`; not repeatable, verifiers being good for once.
 */
export const oAuth2Authorize = operation<OAuth2AuthorizeParameters, OAuth2Redirect>({
  method: 'GET',
  path: '/oauth2/auth',
  port: 'public',
  query: {
    client_id: 'text',
    response_type: 'text',
    redirect_uri: 'text',
    scope: 'text',
    state: 'text',
    nonce: 'text',
    prompt: 'text',
    max_age: 'text',
    display: 'text',
    ui_locales: 'text',
    id_token_hint: 'text',
    login_hint: 'text',
    acr_values: 'text',
    response_mode: 'text',
    audience: 'text',
    claims: 'text',
    request: 'text',
    request_uri: 'text',
    code_challenge: 'text',
    code_challenge_method: 'text',
    login_verifier: 'text',
    consent_verifier: 'text',
  },
  header: ['cookie'],
  required: ['client_id'],
  success: [302, 303],
  answer: 'redirect',
  repeatable: false,
  bucket: 'public-medium',
})
