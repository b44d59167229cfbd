import { randomBytes } from 'node:crypto'
import { ACCOUNT_ID } from '../aws.ts'
import { SecretsManagerError } from './errors.ts'

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
}

/** Everything Secrets Manager remembers, and its clock. */
export interface Store {
  readonly region: string
  readonly now: () => number
  /** By name. */
  readonly secrets: Map<string, Secret>
}

/** An empty store; `now` gives milliseconds since the epoch. */
export function createStore(region: string, now: () => number): Store {
  return { region, now, secrets: new Map() }
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

/** Like {@link findSecret}, or a `ResourceNotFoundException`. */
export function getSecret(store: Store, secretId: string): Secret {
  const secret = findSecret(store, secretId)
  if (secret !== undefined) return secret
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
    if (deletion !== undefined && deletion.purgeAt <= store.now()) store.secrets.delete(name)
  }
}
