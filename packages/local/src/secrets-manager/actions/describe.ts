import { readFilters } from '../filters.ts'
import { type Input, optionalBoolean, requiredString } from '../input.ts'
import { page } from '../page.ts'
import {
  allSecrets,
  getSecret,
  type RotationConfiguration,
  type Secret,
  type SecretVersion,
  type Store,
} from '../store.ts'
import { writeTags } from '../tags.ts'
import { epochSeconds, identity, optionalEpochSeconds } from './action.ts'

/** DescribeSecret: everything but the value; also for a secret marked for deletion. */
export function describeSecret(store: Store, input: Input): object {
  const secret = getSecret(store, requiredString(input, 'SecretId'))
  return { ...describe(secret), VersionIdsToStages: versionIdsToStages(secret) }
}

/** ListSecrets, by name; those marked for deletion only with `IncludePlannedDeletion`. */
export function listSecrets(store: Store, input: Input): object {
  const planned = optionalBoolean(input, 'IncludePlannedDeletion')
  const found = allSecrets(store)
    .filter(({ deletion }) => planned || deletion === undefined)
    .filter(readFilters(input))
  const { items, NextToken } = page(found, input)
  const SecretList = items.map((secret) => ({
    ...describe(secret),
    SecretVersionsToStages: versionIdsToStages(secret),
  }))
  return { SecretList, NextToken }
}

/** ListSecretVersionIds; versions without a staging label only with `IncludeDeprecated`. */
export function listSecretVersionIds(store: Store, input: Input): object {
  const secret = getSecret(store, requiredString(input, 'SecretId'))
  const deprecated = optionalBoolean(input, 'IncludeDeprecated')
  const versions = [...secret.versions.values()].filter(
    ({ stages }) => deprecated || stages.size > 0,
  )
  const { items, NextToken } = page(versions, input)
  return { ...identity(secret), Versions: items.map(describeVersion), NextToken }
}

function describe(secret: Secret): object {
  return {
    ...identity(secret),
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: epochSeconds(secret.createdAt),
    LastChangedDate: epochSeconds(secret.changedAt),
    LastAccessedDate: optionalEpochSeconds(secret.accessedAt),
    DeletedDate: optionalEpochSeconds(secret.deletion?.markedAt),
    Tags: writeTags(secret.tags),
    ...describeRotation(secret.rotation),
  }
}

function describeRotation(rotation: RotationConfiguration | undefined): object {
  if (rotation === undefined) return {}
  return {
    RotationEnabled: rotation.enabled,
    RotationLambdaARN: rotation.lambda.arn,
    RotationRules: rotation.rules,
    LastRotatedDate: optionalEpochSeconds(rotation.rotatedAt),
    NextRotationDate: optionalEpochSeconds(rotation.nextAt),
  }
}

function versionIdsToStages(secret: Secret): Record<string, string[]> {
  const staged = [...secret.versions.values()].filter(({ stages }) => stages.size > 0)
  return Object.fromEntries(staged.map(({ id, stages }) => [id, [...stages]]))
}

function describeVersion(version: SecretVersion): object {
  return {
    VersionId: version.id,
    VersionStages: [...version.stages],
    CreatedDate: epochSeconds(version.createdAt),
    LastAccessedDate: optionalEpochSeconds(version.accessedAt),
  }
}
