import { operation, type Page } from '../operation.ts'
import type {
  TrustedOAuth2JwtGrantIssuer,
  TrustOAuth2JwtGrantIssuerBody,
} from '../types/trusted-issuer.ts'
import { refuseUnclearTrust } from './refusals.ts'

/** Which trusted issuers to list. */
export interface ListTrustedOAuth2JwtGrantIssuersParameters {
  /** Exact. */
  readonly issuer?: string
  /** The specification names it `MaxItems`, which no server reads. */
  readonly page_size?: number
  readonly page_token?: string
}

/**
 * Lists trusted issuers in the order of their ids. Expired ones are among them.
 *
 * operationId `listTrustedOAuth2JwtGrantIssuers`; repeatable. Await it for the first page, iterate
 * it for all.
 */
export const listTrustedOAuth2JwtGrantIssuers = operation<
  ListTrustedOAuth2JwtGrantIssuersParameters,
  Page<TrustedOAuth2JwtGrantIssuer>
>({
  method: 'GET',
  path: '/admin/trust/grants/jwt-bearer/issuers',
  port: 'admin',
  query: { issuer: 'text', page_size: 'count', page_token: 'page-token' },
  success: [200],
  answer: 'page',
  exact: ['issuer'],
  repeatable: true,
  bucket: 'admin-medium',
})

/**
 * Trusts an issuer's key. Always bring a new key under a new `kid`: under a known one Ory answers
 * 201 and keeps the old key.
 *
 * operationId `trustOAuth2JwtGrantIssuer`; not repeatable: 409 for the same issuer, subject and `kid`.
 */
export const trustOAuth2JwtGrantIssuer = operation<
  { readonly body: TrustOAuth2JwtGrantIssuerBody },
  TrustedOAuth2JwtGrantIssuer
>({
  method: 'POST',
  path: '/admin/trust/grants/jwt-bearer/issuers',
  port: 'admin',
  body: 'object',
  check: refuseUnclearTrust,
  success: [201],
  answer: 'object',
  repeatable: false,
  bucket: 'admin-low',
  already: 409,
})

/** Reads a trusted issuer by its id, a UUID. operationId `getTrustedOAuth2JwtGrantIssuer`; repeatable. */
export const getTrustedOAuth2JwtGrantIssuer = operation<
  { readonly id: string },
  TrustedOAuth2JwtGrantIssuer
>({
  method: 'GET',
  path: '/admin/trust/grants/jwt-bearer/issuers/{id}',
  port: 'admin',
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'admin-medium',
})

/**
 * Stops trusting an issuer's key, and with it every other grant of the same issuer and `kid`.
 * Tokens already minted stay.
 *
 * operationId `deleteTrustedOAuth2JwtGrantIssuer`; repeatable, the second answer being a row-level 404.
 */
export const deleteTrustedOAuth2JwtGrantIssuer = operation<{ readonly id: string }, void>({
  method: 'DELETE',
  path: '/admin/trust/grants/jwt-bearer/issuers/{id}',
  port: 'admin',
  success: [204],
  answer: 'nothing',
  repeatable: true,
  bucket: 'admin-low',
  already: 404,
})
