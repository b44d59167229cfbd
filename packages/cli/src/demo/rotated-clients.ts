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

/** How long old and new work side by side: consumers here never keep what they have read. */
const overlap = '1s'

const secretIdOf = (client_id: string) => `lapse-demo/${client_id}`

/** What `ROTATED_SECRETS` holds in the story. */
export const rotationEntries: readonly RotationEntry[] = ['reports', 'archive'].map(
  (client_id) => ({ secretId: secretIdOf(client_id), overlap }),
)

/** Registers one client with a secret and one with a key, and puts both into Secrets Manager. */
export async function createRotatedClients(stage: Stage): Promise<readonly RotatedClient[]> {
  const client_secret = randomBytes(24).toString('base64url')
  const private_jwk = newKey('archive-1')
  return [
    await createRotatedClient(stage, { client_id: 'reports', client_secret }, { client_secret }),
    await createRotatedClient(
      stage,
      { client_id: 'archive', private_jwk },
      {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: [publicHalf(private_jwk)] },
      },
    ),
  ]
}

async function createRotatedClient(
  { ory, local }: Stage,
  credential: Credential,
  registration: OAuth2ClientBody,
): Promise<RotatedClient> {
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
    Name: secretIdOf(client_id),
    SecretString: JSON.stringify(credential),
    Tags: [{ Key: 'lapse:client_id', Value: client_id }],
  })
  return { secretId: secretIdOf(client_id), credential }
}
