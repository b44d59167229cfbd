import { randomBytes } from 'node:crypto'
import { ACCOUNT_ID } from '../aws.ts'
import type { Clock } from '../clock.ts'
import { SecretsManagerError } from './errors.ts'
import type { RotationRules } from './rotation/rules.ts'
import type { RotationFunction } from './rotation/steps.ts'

/** What a version holds; binary as base64 text, as it travels. */
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: string }

/**
 * One version of a secret. Its id is the `ClientRequestToken` of the call that made it; `value` is
 * missing while a rotation has announced the version but not yet created it.
 */
export interface SecretVersion {
  readonly id: string
  readonly createdAt: number
  readonly stages: Set<string>
  value: SecretValue | undefined
  accessedAt: number | undefined
}

/** How a secret is rotated. Times are milliseconds since the epoch. */
export interface RotationConfiguration {
  /** Whether it is rotated by its rules; a secret that is not keeps its configuration. */
  readonly enabled: boolean
  readonly lambda: RotationFunction
  readonly rules: RotationRules
  /** When a rotation last ended well. */
  readonly rotatedAt: number | undefined
  /** When the next rotation begins by itself. */
  readonly nextAt: number | undefined
}

/** One secret with all its versions. Times are milliseconds since the epoch. */
export interface Secret {
  readonly name: string
  readonly arn: string
  readonly createdAt: number
  readonly description: string | undefined
  readonly kmsKeyId: string | undefined
  readonly tags: Map<string, string>
  readonly versions: Map<string, SecretVersion>
  changedAt: number
  accessedAt: number | undefined
  /** When the secret was marked for deletion, and when its recovery window ends. */
  deletion: { readonly markedAt: number; readonly purgeAt: number } | undefined
  /** Missing until rotation is configured for the first time. */
  rotation: RotationConfiguration | undefined
}

/** Everything Secrets Manager remembers, and its clock. */
export interface Store {
  readonly region: string
  readonly clock: Clock
  /** By name. */
  readonly secrets: Map<string, Secret>
}

/** An empty store. */
export function createStore(region: string, clock: Clock): Store {
  return { region, clock, secrets: new Map() }
}

/** A new ARN; AWS adds six random characters so that a name used again is another resource. */
export function newArn(store: Store, name: string): string {
  const suffix = randomBytes(3).toString('hex')
  return `arn:aws:secretsmanager:${store.region}:${ACCOUNT_ID}:secret:${name}-${suffix}`
}

/** Finds a secret by name, ARN or ARN without its random suffix, marked for deletion or not. */
export function findSecret(store: Store, secretId: string): Secret | undefined {
  purgeExpired(store)
  const byName = store.secrets.get(secretId)
  if (byName !== undefined) return byName
  return [...store.secrets.values()].find(
    ({ arn }) => arn === secretId || arn.slice(0, -7) === secretId,
  )
}

/** A name, or an ARN with one in it. */
const ID = /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@!-]+$/

/** Like {@link findSecret}, or a `ResourceNotFoundException`; a malformed id is a `ValidationException`. */
export function getSecret(store: Store, secretId: string): Secret {
  const secret = findSecret(store, secretId)
  if (secret !== undefined) return secret
  if (!ID.test(secretId)) {
    throw new SecretsManagerError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    )
  }
  throw new SecretsManagerError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  )
}

/** Like {@link getSecret}, but a secret marked for deletion is an `InvalidRequestException`. */
export function getLiveSecret(store: Store, secretId: string): Secret {
  const secret = getSecret(store, secretId)
  if (secret.deletion === undefined) return secret
  throw new SecretsManagerError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  )
}

/** The secrets that still exist, by name. */
export function allSecrets(store: Store): readonly Secret[] {
  purgeExpired(store)
  return [...store.secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function purgeExpired(store: Store): void {
  for (const { name, deletion } of store.secrets.values()) {
    if (deletion !== undefined && deletion.purgeAt <= store.clock.now()) store.secrets.delete(name)
  }
}
