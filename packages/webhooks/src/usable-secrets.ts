import { ConfigError } from '@lapse/core/errors'

/** In characters: nobody guesses 16 of them, and no sender makes fewer. */
export const shortest = 16

/**
 * Secrets that a request may be signed with.
 * @throws ConfigError where there is none, or one that somebody could guess
 */
export function usableSecrets(secrets: readonly string[], source: string): readonly string[] {
  if (secrets.length === 0 || secrets.some((secret) => secret.trim().length < shortest))
    throw new ConfigError(
      `a secret of the webhook source ${source} is empty or shorter than ${shortest} characters; set it anew`,
    )
  return secrets
}
