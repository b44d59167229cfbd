import { operation } from '../operation.ts'
import type { OAuth2Client } from '../types/oauth2-client.ts'
import { refuseUnfitSecret } from './refusals.ts'

/** A client whose secret is rotated, and the secret it is to have. */
export interface RotateOAuth2ClientSecretParameters {
  readonly id: string
  /** Of 6 to 72 bytes; left out, the server makes a secret. */
  readonly body?: { readonly client_secret: string }
}

/**
 * Gives a client a new secret, in the answer's `client_secret`; the old one stays valid beside it. At
 * most five old ones do: a sixth rotation ends the oldest. Of a secret that the server makes the
 * answer is the only copy: lost, it is a secret nobody knows.
 *
 * Ory's specification has the body since October 2026. A server that is older ignores it, and then the
 * answer holds another secret than the one sent; or it may refuse it (400). Servers up to v26.2 have
 * no such route, which is an `OryConfigurationError` (`route-not-found`).
 * operationId `rotateOAuth2ClientSecret`; not repeatable: each call takes a place among the five.
 */
export const rotateOAuth2ClientSecret = operation<RotateOAuth2ClientSecretParameters, OAuth2Client>(
  {
    method: 'POST',
    path: '/admin/clients/{id}/secrets/rotate',
    port: 'admin',
    body: 'object-or-nothing',
    check: refuseUnfitSecret,
    success: [200],
    answer: 'object',
    answersClient: true,
    repeatable: false,
    bucket: 'admin-low',
  },
)

/**
 * Ends every old secret of a client and keeps the current one. The answer is the client, with
 * status 200.
 *
 * operationId `deleteRotatedOAuth2ClientSecrets`; repeatable.
 */
export const deleteRotatedOAuth2ClientSecrets = operation<{ readonly id: string }, OAuth2Client>({
  method: 'DELETE',
  path: '/admin/clients/{id}/secrets/rotate',
  port: 'admin',
  success: [200],
  answer: 'object',
  answersClient: true,
  repeatable: true,
  bucket: 'admin-low',
})
