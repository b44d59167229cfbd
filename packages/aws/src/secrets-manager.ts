import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager'
import { ConfigError } from '@lapse/core/errors'
import type { SecretStore } from '@lapse/core/ports'
import { boundedClient, type WithLimits } from './client-settings.ts'
import { absent, isNamed } from './error-name.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'
import { overUndici } from './undici-handler.ts'

/** Secrets with what they held before. */
export interface RotatedSecretStore extends SecretStore {
  /** The value at AWSPREVIOUS; `undefined` where no version has that stage. */
  previous(secretId: string): Promise<string | undefined>
}

/** Secrets Manager, read by stage. Values are not cached here. */
export function secretsManager(
  config: WithLimits<SecretsManagerClientConfig> = {},
): RotatedSecretStore {
  const client = once(async () =>
    boundedClient(
      (await import('./secrets-manager-sdk.ts')).SecretsManagerClient,
      overUndici(config),
    ),
  )
  async function read(SecretId: string, VersionStage?: string): Promise<string | undefined> {
    const { GetSecretValueCommand } = await import('./secrets-manager-sdk.ts')
    const command = new GetSecretValueCommand({ SecretId, VersionStage })
    return (await (await client()).send(command)).SecretString || undefined
  }
  const failedAt = (secretId: string) => (error: unknown) => {
    // The one state in which Secrets Manager refuses to read what exists and may be read.
    throw isNamed(error, 'InvalidRequestException')
      ? new ConfigError(`secret ${secretId} waits for its deletion; restore it`)
      : asMisconfiguration(error, `secret ${secretId}`)
  }
  return {
    async get(secretId) {
      const value = await read(secretId).catch(failedAt(secretId))
      if (!value) throw new ConfigError(`secret ${secretId} holds no text; give it a value`)
      return value
    },
    // A secret whose value was never replaced is answered as one that is not there.
    previous: (secretId) =>
      read(secretId, 'AWSPREVIOUS')
        .catch(absent('ResourceNotFoundException'))
        .catch(failedAt(secretId)),
  }
}
