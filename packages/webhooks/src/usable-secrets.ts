import { ConfigError } from '@lapse/core/errors'

/**
 * Secrets that a request may be signed with.
 * @throws ConfigError where there is none, or an empty one: anybody could sign with that
 */
export function usableSecrets(secrets: readonly string[], source: string): readonly string[] {
  if (secrets.length === 0 || secrets.some((secret) => secret.trim() === ''))
    throw new ConfigError(`a secret of the webhook source ${source} is empty; set it`)
  return secrets
}
