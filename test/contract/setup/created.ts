import { OryApiError } from '@lapse/core/errors'
import type {
  OAuth2Client,
  OAuth2ClientBody,
  TrustedOAuth2JwtGrantIssuer,
  TrustOAuth2JwtGrantIssuerBody,
} from '@lapse/core/ory'
import { onTestFinished } from 'vitest'
import { ory } from './server.ts'

/** A name nobody else on the server has. */
export const unique = (stem: string): string => `lapse-contract-${stem}-${crypto.randomUUID()}`

/** Deletes at the end of the test; that a test, or a cascade, did so before is not an error. */
const deleteAtEnd = (remove: () => Promise<void>) => {
  onTestFinished(async () => {
    await remove().catch((error: unknown) => {
      if (!(error instanceof OryApiError && error.rowMissing)) throw error
    })
  })
}

/** A client as it was created, with the credentials to authenticate by. */
export interface CreatedClient extends OAuth2Client {
  readonly client_secret: string
  /** As `client_secret_basic` is given to a call. */
  readonly basic: { readonly client_id: string; readonly client_secret: string }
}

/** Where browsers are sent back to; nothing listens there, and nothing follows. */
export const redirectUri = 'http://127.0.0.1:9/callback'

const everyGrant: OAuth2ClientBody = {
  grant_types: [
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  response_types: ['code'],
  redirect_uris: [redirectUri],
  scope: 'openid offline read write',
}

/** Creates a client with exactly this body, an id where it names none, and deletes it at the end. */
export const createBareClient = async (body: OAuth2ClientBody = {}): Promise<OAuth2Client> => {
  const client_id = body.client_id ?? unique('client')
  deleteAtEnd(() => ory.deleteOAuth2Client({ id: client_id }))

  return ory.createOAuth2Client({ body: { ...body, client_id } })
}

/** Creates a confidential client that may use every grant. */
export const createClient = async (body: OAuth2ClientBody = {}): Promise<CreatedClient> => {
  const client_secret = body.client_secret ?? 'a-secret-of-the-contract-suite'
  const client = await createBareClient({ ...everyGrant, ...body, client_secret })
  const { client_id } = client

  return { ...client, client_secret, basic: { client_id, client_secret } }
}

/** A subject nobody else has, whose consents and sessions are revoked at the end. */
export const newSubject = (): string => {
  const subject = unique('subject')
  deleteAtEnd(() => ory.revokeOAuth2ConsentSessions({ subject, all: true }))
  deleteAtEnd(() => ory.revokeOAuth2LoginSessions({ subject }))

  return subject
}

/** Trusts an issuer until the end of the test. */
export const trustIssuer = async (
  body: TrustOAuth2JwtGrantIssuerBody,
): Promise<TrustedOAuth2JwtGrantIssuer> => {
  const trusted = await ory.trustOAuth2JwtGrantIssuer({ body })
  deleteAtEnd(() => ory.deleteTrustedOAuth2JwtGrantIssuer({ id: trusted.id }))

  return trusted
}
