import { SecretsManagerError } from '../errors.ts'
import { type Input, optionalString, requiredString } from '../input.ts'
import { getLiveSecret, type Secret, type SecretVersion, type Store } from '../store.ts'
import { versionAt } from '../versions.ts'
import { epochSeconds, identity } from './action.ts'

/** GetSecretValue: by version id, by stage, or by both if they name the same version. */
export function getSecretValue(store: Store, input: Input): object {
  const secret = getLiveSecret(store, requiredString(input, 'SecretId'))
  const version = selectVersion(secret, {
    id: optionalString(input, 'VersionId'),
    stage: optionalString(input, 'VersionStage'),
  })
  version.accessedAt = store.clock.now()
  secret.accessedAt = store.clock.now()

  return {
    ...identity(secret),
    ...version.value,
    VersionId: version.id,
    VersionStages: [...version.stages],
    CreatedDate: epochSeconds(version.createdAt),
  }
}

interface Selector {
  readonly id: string | undefined
  readonly stage: string | undefined
}

// A version that was announced but holds no value yet is as good as none.
function selectVersion(secret: Secret, { id, stage }: Selector): SecretVersion {
  const version =
    id === undefined ? versionAt(secret, stage ?? 'AWSCURRENT') : secret.versions.get(id)
  if (version?.value === undefined) throw valueNotFound({ id, stage })
  if (stage === undefined || version.stages.has(stage)) return version
  throw new SecretsManagerError(
    'InvalidRequestException',
    'You provided a VersionStage that is not associated to the provided VersionId.',
  )
}

function valueNotFound({ id, stage }: Selector): SecretsManagerError {
  const named = id === undefined ? `staging label: ${stage ?? 'AWSCURRENT'}` : `VersionId: ${id}`
  return new SecretsManagerError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${named}`,
  )
}
