import { operation } from '../operation.ts'
import type { OAuth2Client } from '../types/oauth2-client.ts'

/**
 * Gives a client a new generated secret, in the answer's `client_secret`; the old one stays valid
 * beside it. At most five old ones do: a sixth rotation ends the oldest. The caller cannot choose
 * the secret, and an answer lost is a secret nobody knows.
 *
 * Servers up to v26.2 have no such route, which is an `OryConfigurationError` (`route-not-found`).
 * operationId `rotateOAuth2ClientSecret`; not repeatable: each call makes another secret.
 */
export const rotateOAuth2ClientSecret = operation<{ readonly id: string }, OAuth2Client>({
  method: 'POST',
  path: '/admin/clients/{id}/secrets/rotate',
  port: 'admin',
  success: [200],
  answer: 'object',
  answersClient: true,
  repeatable: false,
  // The specification says admin-high, alone among the writes of a client: not believed until measured.
  bucket: 'admin-low',
})

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
