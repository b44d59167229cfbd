import { SecretsManagerError } from '../errors.ts'
import { type Input, optionalBoolean, optionalNumber, requiredString } from '../input.ts'
import { findSecret, getLiveSecret, getSecret, newArn, type Store } from '../store.ts'
import { epochSeconds, identity } from './action.ts'

const DAY_MS = 86_400_000
const DEFAULT_WINDOW_DAYS = 30

/** DeleteSecret: marks the secret and purges it when the recovery window ends, or at once if forced. */
export function deleteSecret(store: Store, input: Input): object {
  const secretId = requiredString(input, 'SecretId')
  const forced = optionalBoolean(input, 'ForceDeleteWithoutRecovery')
  const days = recoveryWindow(optionalNumber(input, 'RecoveryWindowInDays'), forced)
  if (forced) return purge(store, secretId)

  const secret = getLiveSecret(store, secretId)
  const purgeAt = store.clock.now() + days * DAY_MS
  secret.deletion = { markedAt: store.clock.now(), purgeAt }
  return { ...identity(secret), DeletionDate: epochSeconds(purgeAt) }
}

/** RestoreSecret: takes the mark off again. */
export function restoreSecret(store: Store, input: Input): object {
  const secret = getSecret(store, requiredString(input, 'SecretId'))
  secret.deletion = undefined
  return identity(secret)
}

// A forced deletion succeeds for a secret that never was.
function purge(store: Store, secretId: string): object {
  const secret = findSecret(store, secretId)
  if (secret !== undefined) store.secrets.delete(secret.name)
  const gone = secret ?? { arn: newArn(store, secretId), name: secretId }
  return { ARN: gone.arn, Name: gone.name, DeletionDate: epochSeconds(store.clock.now()) }
}

function recoveryWindow(days: number | undefined, forced: boolean): number {
  if (days !== undefined && forced) {
    throw new SecretsManagerError(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    )
  }
  const window = days ?? DEFAULT_WINDOW_DAYS
  if (window >= 7 && window <= 30) return window
  throw new SecretsManagerError(
    'InvalidParameterException',
    'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
  )
}
