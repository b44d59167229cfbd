import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { secretsManagerClient } from './clients.ts'

/** The key that every pseudonym and idempotency key hangs on. */
export const LEDGER_KEY_SECRET_ID = 'lapse/ledger-key'

/** What the receipts log is signed with. */
export const RECEIPTS_LOG_KEY_SECRET_ID = 'lapse/receipts-log-key'

/** The bearer key of Ory Network; there only where one is used. */
export const ORY_API_KEY_SECRET_ID = 'lapse/ory-api-key'

/** Every source of webhooks has a folder, which is all there is to adding one. */
const webhookSources = readdirSync(
  new URL('../../../webhooks/src/sources', import.meta.url),
).toSorted()

/** The secret that a source of webhooks signs with, by the source's name. */
export const WEBHOOK_SECRET_IDS: Readonly<Record<string, string>> = Object.fromEntries(
  webhookSources.map((source) => [source, webhookSecretId(source)]),
)

function webhookSecretId(source: string): string {
  return `lapse/webhooks/${source}`
}

/** Secrets that are there before Secrets Manager is. */
export interface GivenSecrets {
  /** Ory's, where it takes one. */
  readonly apiKey: string | undefined
  /** The identity provider's. */
  readonly privateKey: string
}

/** What only its sender knows: its receiver has the public key. */
const signing = 'global-token-revocation'

/** As Standard Webhooks has it; to the other schemes it is a text like any other. */
function webhookSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`
}

/** PKCS #8, as PEM. */
function signingKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

/**
 * Creates the secrets the functions read, all of them new but for Ory's key, if it has one; and the
 * key that somebody signs with who wants to be taken for the identity provider.
 */
export async function createSecrets(
  endpoint: string,
  { apiKey, privateKey }: GivenSecrets,
): Promise<void> {
  const client = secretsManagerClient(endpoint)
  const create = (Name: string, SecretString: string) =>
    client.send(new CreateSecretCommand({ Name, SecretString }))
  try {
    await create(LEDGER_KEY_SECRET_ID, randomBytes(32).toString('base64'))
    await create(RECEIPTS_LOG_KEY_SECRET_ID, signingKey())
    if (apiKey !== undefined) await create(ORY_API_KEY_SECRET_ID, apiKey)
    for (const [source, id] of Object.entries(WEBHOOK_SECRET_IDS))
      await create(id, source === signing ? privateKey : webhookSecret())
  } finally {
    client.destroy()
  }
}
