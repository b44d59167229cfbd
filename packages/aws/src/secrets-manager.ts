import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager'
import { ConfigError } from '@lapse/core/errors'
import type { SecretStore } from '@lapse/core/ports'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'

/** Secrets Manager, read at AWSCURRENT. Values are not cached here. */
export function secretsManager(config: SecretsManagerClientConfig = {}): SecretStore {
  const client = once(
    async () => new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(config),
  )
  return {
    async get(secretId) {
      const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager')
      const command = new GetSecretValueCommand({ SecretId: secretId })
      const { SecretString } = await (await client()).send(command).catch((error: unknown) => {
        throw waitsForDeletion(error)
          ? new ConfigError(`secret ${secretId} waits for its deletion; restore it`)
          : asMisconfiguration(error, `secret ${secretId}`)
      })
      if (!SecretString) throw new ConfigError(`secret ${secretId} holds no text; give it a value`)
      return SecretString
    },
  }
}

/** The one state in which Secrets Manager refuses to read what exists and may be read. */
function waitsForDeletion(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidRequestException'
}
