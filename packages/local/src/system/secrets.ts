import { randomBytes } from 'node:crypto'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { secretsManagerClient } from './clients.ts'

/** The key that every pseudonym and idempotency key hangs on. */
export const LEDGER_KEY_SECRET_ID = 'lapse/ledger-key'

/** The bearer key of Ory Network; there only where one is used. */
export const ORY_API_KEY_SECRET_ID = 'lapse/ory-api-key'

/** Creates the secrets the functions read: a new ledger key, and Ory's key if it has one. */
export async function createSecrets(endpoint: string, apiKey: string | undefined): Promise<void> {
  const client = secretsManagerClient(endpoint)
  const create = (Name: string, SecretString: string) =>
    client.send(new CreateSecretCommand({ Name, SecretString }))
  try {
    await create(LEDGER_KEY_SECRET_ID, randomBytes(32).toString('base64'))
    if (apiKey !== undefined) await create(ORY_API_KEY_SECRET_ID, apiKey)
  } finally {
    client.destroy()
  }
}
