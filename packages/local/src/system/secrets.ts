import { randomBytes } from 'node:crypto'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { secretsManagerClient } from './clients.ts'

/** The key that every pseudonym and idempotency key hangs on. */
export const LEDGER_KEY_SECRET_ID = 'lapse/ledger-key'

/** The bearer key of Ory Network; there only where one is used. */
export const ORY_API_KEY_SECRET_ID = 'lapse/ory-api-key'

/** What Standard Webhooks signs with: base64, under a prefix of its own. */
const signingKey = () => `whsec_${randomBytes(24).toString('base64')}`

const text = () => randomBytes(32).toString('base64url')

/** Every source of webhooks, and how its secrets look. */
const webhookSecrets: Readonly<Record<string, () => string>> = {
  clerk: signingKey,
  cloudevents: signingKey,
  github: text,
  'ory-actions': text,
  polis: text,
  standard: signingKey,
}

/** The secret that a source of webhooks signs with, by the source's name. */
export const WEBHOOK_SECRET_IDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(webhookSecrets).map((source) => [source, webhookSecretId(source)]),
)

function webhookSecretId(source: string): string {
  return `lapse/webhooks/${source}`
}

/** Creates the secrets the functions read, all of them new but for Ory's key, if it has one. */
export async function createSecrets(endpoint: string, apiKey: string | undefined): Promise<void> {
  const client = secretsManagerClient(endpoint)
  const create = (Name: string, SecretString: string) =>
    client.send(new CreateSecretCommand({ Name, SecretString }))
  try {
    await create(LEDGER_KEY_SECRET_ID, randomBytes(32).toString('base64'))
    if (apiKey !== undefined) await create(ORY_API_KEY_SECRET_ID, apiKey)
    for (const [source, secret] of Object.entries(webhookSecrets))
      await create(webhookSecretId(source), secret())
  } finally {
    client.destroy()
  }
}
