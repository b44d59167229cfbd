import { randomUUID } from 'node:crypto'
import { SecretsManagerError } from '../errors.ts'
import { type Input, optionalString, optionalStrings, requiredString } from '../input.ts'
import { getLiveSecret, type Secret, type SecretValue, type Store } from '../store.ts'
import { announceVersion, attachStage, readValue, sameValue } from '../versions.ts'
import { identity } from './action.ts'

/**
 * PutSecretValue. The token is the new version's id: the same token with the same value again
 * changes nothing, with another value it is a conflict.
 */
export function putSecretValue(store: Store, input: Input): object {
  const secret = getLiveSecret(store, requiredString(input, 'SecretId'))
  const token = optionalString(input, 'ClientRequestToken') ?? randomUUID()
  const value = requiredValue(input)
  const written = secret.versions.get(token)?.value
  if (written !== undefined && !sameValue(written, value)) throw inUse(secret, token)
  if (written === undefined)
    write(store, secret, { token, value, stages: stagesFor(secret, input) })

  const stages = [...announceVersion(store, secret, token).stages]
  return { ...identity(secret), VersionId: token, VersionStages: stages }
}

function write(
  store: Store,
  secret: Secret,
  put: { readonly token: string; readonly value: SecretValue; readonly stages: readonly string[] },
): void {
  const version = announceVersion(store, secret, put.token)
  version.value = put.value
  for (const stage of put.stages) attachStage(secret, stage, version)
  secret.changedAt = store.clock.now()
}

function requiredValue(input: Input): SecretValue {
  const value = readValue(input)
  if (value !== undefined) return value
  throw new SecretsManagerError(
    'InvalidRequestException',
    'You must provide either SecretString or SecretBinary.',
  )
}

// The first version is always the current one, whatever else the caller asks for.
function stagesFor(secret: Secret, input: Input): readonly string[] {
  const stages = optionalStrings(input, 'VersionStages') ?? ['AWSCURRENT']
  return secret.versions.size === 0 ? ['AWSCURRENT', ...stages] : stages
}

function inUse(secret: Secret, token: string): SecretsManagerError {
  return new SecretsManagerError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
  )
}
