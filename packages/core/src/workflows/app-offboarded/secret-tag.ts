import type { AppOffboarded } from '../../events/index.ts'
import type { SecretDescription } from '../../ports/index.ts'

/** The id of the OAuth 2.0 client that a secret says it belongs to; `undefined`: it names none. */
export function clientIdIn({ tags }: SecretDescription): string | undefined {
  return tags['lapse:client_id']
}

/** Of the secrets that an event names those that say of themselves that they are its client's. */
export function ownSecrets(
  { clientId }: AppOffboarded,
  secrets: readonly SecretDescription[],
): readonly SecretDescription[] {
  return secrets.filter((secret) => clientIdIn(secret) === clientId)
}

/** The others, which are left alone. */
export function foreignSecrets(
  { clientId }: AppOffboarded,
  secrets: readonly SecretDescription[],
): readonly SecretDescription[] {
  return secrets.filter((secret) => clientIdIn(secret) !== clientId)
}
