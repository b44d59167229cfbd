import { SecretsManagerError } from './errors.ts'
import { type Input, optionalString } from './input.ts'
import type { Secret, SecretValue, SecretVersion, Store } from './store.ts'

const MAX_VALUE_BYTES = 65_536

/** The value in a call's body, if it carries one; both forms at once are refused. */
export function readValue(input: Input): SecretValue | undefined {
  const SecretString = optionalString(input, 'SecretString')
  const SecretBinary = optionalString(input, 'SecretBinary')
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new SecretsManagerError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  }
  checkSize(Buffer.byteLength(SecretString ?? ''))
  checkSize(Buffer.byteLength(SecretBinary ?? '', 'base64'))
  if (SecretString !== undefined) return { SecretString }
  return SecretBinary === undefined ? undefined : { SecretBinary }
}

function checkSize(bytes: number): void {
  if (bytes <= MAX_VALUE_BYTES) return
  throw new SecretsManagerError(
    'ValidationException',
    `A secret value must have at most ${MAX_VALUE_BYTES} bytes.`,
  )
}

/** Whether two values are the same in form and content. */
export function sameValue(a: SecretValue | undefined, b: SecretValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The version that carries a staging label. */
export function versionAt(secret: Secret, stage: string): SecretVersion | undefined {
  return [...secret.versions.values()].find(({ stages }) => stages.has(stage))
}

/** The version with this id, made now if there is none: still without a value or a staging label. */
export function announceVersion(store: Store, secret: Secret, id: string): SecretVersion {
  const version = secret.versions.get(id) ?? emptyVersion(store, id)
  secret.versions.set(id, version)
  return version
}

/** A version that no secret has yet. */
export function emptyVersion({ clock }: Store, id: string): SecretVersion {
  return {
    id,
    createdAt: clock.now(),
    stages: new Set(),
    value: undefined,
    accessedAt: undefined,
  }
}

/**
 * Moves a staging label to a version. A label is on one version at a time, and whoever loses
 * `AWSCURRENT` becomes `AWSPREVIOUS`.
 */
export function attachStage(secret: Secret, stage: string, version: SecretVersion): void {
  const holder = versionAt(secret, stage)
  if (holder === version) return
  holder?.stages.delete(stage)
  version.stages.add(stage)
  if (stage === 'AWSCURRENT' && holder !== undefined) attachStage(secret, 'AWSPREVIOUS', holder)
}
