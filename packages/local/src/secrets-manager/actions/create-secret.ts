import { randomUUID } from 'node:crypto'
import { SecretsManagerError } from '../errors.ts'
import { type Input, optionalString, requiredString } from '../input.ts'
import { findSecret, newArn, type Secret, type SecretValue, type Store } from '../store.ts'
import { readTags } from '../tags.ts'
import { announceVersion, attachStage, readValue, sameValue } from '../versions.ts'
import { identity } from './action.ts'

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/

/** CreateSecret. The same token with the same value again is a success, not a conflict. */
export function createSecret(store: Store, input: Input): object {
  const name = requiredString(input, 'Name')
  const value = readValue(input)
  const token = optionalString(input, 'ClientRequestToken') ?? randomUUID()
  checkName(name)
  const existing = findSecret(store, name)
  if (existing !== undefined) return createdBefore(existing, token, value)

  const secret = newSecret(store, name, input)
  store.secrets.set(name, secret)
  if (value === undefined) return identity(secret)
  const version = announceVersion(store, secret, token)
  version.value = value
  attachStage(secret, 'AWSCURRENT', version)
  return { ...identity(secret), VersionId: token }
}

function checkName(name: string): void {
  if (NAME.test(name)) return
  throw new SecretsManagerError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@',
  )
}

function createdBefore(secret: Secret, token: string, value: SecretValue | undefined): object {
  if (secret.deletion !== undefined) {
    throw new SecretsManagerError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  }
  const version = secret.versions.get(token)
  if (version !== undefined && sameValue(version.value, value)) {
    return { ...identity(secret), VersionId: token }
  }
  throw new SecretsManagerError(
    'ResourceExistsException',
    `The operation failed because the secret ${secret.name} already exists.`,
  )
}

function newSecret(store: Store, name: string, input: Input): Secret {
  return {
    name,
    arn: newArn(store, name),
    createdAt: store.clock.now(),
    description: optionalString(input, 'Description'),
    kmsKeyId: optionalString(input, 'KmsKeyId'),
    tags: readTags(input),
    versions: new Map(),
    changedAt: store.clock.now(),
    accessedAt: undefined,
    deletion: undefined,
    rotation: undefined,
  }
}
