import { randomBytes } from 'node:crypto'
import type { Ory } from '@lapse/core/ory'
import type { PrivateJwk } from '@lapse/core/rotation'
import { publicHalf } from './key.ts'

/** The issuer that is trusted, for whom it may speak, and to what end. */
export const partner = {
  client_id: 'partner',
  issuer: 'https://partner.example',
  subject: 'partner-service',
  scope: ['contacts'],
} as const

/** The grant by which an issuer's assertion becomes a token (RFC 7523). */
export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** The partner's client, as it authenticates. */
export interface PartnerClient {
  readonly client_id: string
  readonly client_secret: string
}

/**
 * Registers the partner's client, and trusts its first key.
 *
 * @param expiresAt until when it is trusted, in milliseconds since the epoch
 */
export async function registerPartner(
  ory: Ory,
  key: PrivateJwk,
  expiresAt: number,
): Promise<PartnerClient> {
  const { client_id, issuer, subject, scope } = partner
  const client = { client_id, client_secret: randomBytes(24).toString('base64url') }
  await ory.createOAuth2Client({
    body: { ...client, grant_types: [jwtBearer], response_types: [], scope: scope.join(' ') },
  })
  await ory.trustOAuth2JwtGrantIssuer({
    body: {
      issuer,
      subject,
      scope,
      jwk: publicHalf(key),
      expires_at: new Date(expiresAt).toISOString(),
    },
  })
  return client
}
