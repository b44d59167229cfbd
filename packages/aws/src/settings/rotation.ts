import { type RotationSettings, readRotationEntries } from '@lapse/core/rotation'
import { protection } from './protection.ts'
import { type Environment, optional, required } from './texts.ts'

/** `ROTATED_SECRETS` is a JSON array of entries. @throws ConfigError naming what cannot be read */
export function rotationSettings(environment: Environment): RotationSettings {
  const publicUrl = required(environment, 'ORY_PUBLIC_URL').replace(/\/+$/, '')
  return {
    ...protection(environment),
    entries: readRotationEntries(required(environment, 'ROTATED_SECRETS')),
    // Where Ory is reached under another name than its own, assertions are still meant for its own.
    tokenEndpoint: optional(environment, 'ORY_TOKEN_ENDPOINT') ?? `${publicUrl}/oauth2/token`,
  }
}
