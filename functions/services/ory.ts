import type { RotatedSecretStore } from '@lapse/aws/secrets-manager'
import { bySettingNames, orySettings } from '@lapse/aws/settings/ory'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import { createOry, type Ory } from '@lapse/core/ory'
import { environment } from './environment.ts'
import { clock, log } from './observability.ts'

/** Ory, with the key out of its secret where there is one. */
export function oryOf(secrets: RotatedSecretStore): Ory {
  const { adminUrl, publicUrl, apiKeySecretId: secretId } = orySettings(environment)
  const apiKey = secretId && storedApiKeys({ secretId, secrets, clock, log })
  return bySettingNames(() => createOry({ adminUrl, publicUrl, apiKey }))
}
