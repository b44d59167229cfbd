import type { RotatedSecretStore } from '@lapse/aws/secrets-manager'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import { createOry, type Ory } from '@lapse/core/ory'
import { environment } from './environment.ts'
import { clock, log } from './observability.ts'
import { optional, required } from './settings.ts'

/** Ory, with the key out of its secret where there is one. */
export function oryOf(secrets: RotatedSecretStore): Ory {
  const secretId = optional(environment, 'ORY_API_KEY_SECRET_ID')
  return createOry({
    adminUrl: required(environment, 'ORY_ADMIN_URL'),
    publicUrl: optional(environment, 'ORY_PUBLIC_URL'),
    apiKey: secretId && storedApiKeys({ secretId, secrets, clock, log }),
  })
}
