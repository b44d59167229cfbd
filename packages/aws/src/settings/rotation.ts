import { ConfigError } from '@lapse/core/errors'
import {
  type RotationEntry,
  type RotationSettings,
  readRotationEntries,
} from '@lapse/core/rotation'
import { jsonSetting } from './json.ts'
import { protection } from './protection.ts'
import { type Environment, optional, required } from './texts.ts'
import { jsonLike } from './what-settings-are.ts'

/** @throws ConfigError naming what cannot be read */
export function rotationSettings(environment: Environment): RotationSettings {
  const publicUrl = required(environment, 'ORY_PUBLIC_URL').replace(/\/+$/, '')
  return {
    ...protection(environment),
    entries: rotatedSecrets(environment),
    // Where Ory is reached under another name than its own, assertions are still meant for its own.
    tokenEndpoint: optional(environment, 'ORY_TOKEN_ENDPOINT') ?? `${publicUrl}/oauth2/token`,
  }
}

/** `ROTATED_SECRETS` is a JSON array of entries. */
function rotatedSecrets(environment: Environment): readonly RotationEntry[] {
  const name = 'ROTATED_SECRETS'
  const json = required(environment, name)
  jsonSetting(name, json, jsonLike[name])
  try {
    return readRotationEntries(json)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(error.message.replace(/^rotated secrets/, name), { cause: error })
  }
}
