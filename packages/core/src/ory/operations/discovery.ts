import { operation } from '../operation.ts'
import type { OidcConfiguration } from '../types/oidc-configuration.ts'

/**
 * Reads what the server says of itself: where its endpoints are, and what it supports.
 *
 * operationId `discoverOidcConfiguration`, OpenID Connect Discovery 1.0; repeatable.
 */
export const discoverOidcConfiguration = operation<Record<never, never>, OidcConfiguration>({
  method: 'GET',
  path: '/.well-known/openid-configuration',
  port: 'public',
  success: [200],
  answer: 'object',
  repeatable: true,
  bucket: 'public-high',
})
