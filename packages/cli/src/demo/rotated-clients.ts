import { randomBytes } from 'node:crypto'
import type { OAuth2ClientBody } from '@lapse/core/ory'
import type { Credential, RotationEntry } from '@lapse/core/rotation'
import { newKey, publicHalf } from './key.ts'
import { secretsManagerAt } from './secrets-manager.ts'
import type { Stage } from './stage.ts'

/** A client whose credential is in Secrets Manager. */
export interface RotatedClient {
  readonly secretId: string
  /** The one it was registered with. */
  readonly credential: Credential
}

/** What each client's secret is called. */
export interface SecretIds {
  /** Authenticates by a secret. */
  readonly reports: string
  /** Authenticates by a key. */
  readonly archive: string
}

const secretIds: SecretIds = { reports: 'lapse-demo/reports', archive: 'lapse-demo/archive' }

/** How long old and new work side by side: consumers here never keep what they have read. */
const overlap = '1s'

/** What `ROTATED_SECRETS` holds in the story. */
export const rotationEntries: readonly RotationEntry[] = Object.values(secretIds).map(
  (secretId) => ({ secretId, overlap }),
)

/** Registers one client with a secret and one with a key, and puts both into Secrets Manager. */
export async function createRotatedClients(
  stage: Pick<Stage, 'ory' | 'local'>,
  { reports, archive }: SecretIds = secretIds,
): Promise<readonly RotatedClient[]> {
  const client_secret = randomBytes(24).toString('base64url')
  const private_jwk = newKey('archive-1')
  const bySecret = { secretId: reports, credential: { client_id: 'reports', client_secret } }
  const byKey = { secretId: archive, credential: { client_id: 'archive', private_jwk } }
  await createRotatedClient(stage, bySecret, { client_secret })
  await createRotatedClient(stage, byKey, {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [publicHalf(private_jwk)] },
  })
  return [bySecret, byKey]
}

async function createRotatedClient(
  { ory, local }: Pick<Stage, 'ory' | 'local'>,
  { secretId, credential }: RotatedClient,
  registration: OAuth2ClientBody,
): Promise<void> {
  const { client_id } = credential
  await ory.createOAuth2Client({
    body: {
      client_id,
      grant_types: ['client_credentials'],
      response_types: [],
      ...registration,
    },
  })
  await secretsManagerAt(local.endpoints.secretsManager)('CreateSecret', {
    Name: secretId,
    SecretString: JSON.stringify(credential),
    Tags: [{ Key: 'lapse:client_id', Value: client_id }],
  })
}
