import { SecretsManagerError } from '../errors.ts'
import { type Input, optionalString, requiredString } from '../input.ts'
import { getLiveSecret, type Secret, type SecretVersion, type Store } from '../store.ts'
import { attachStage, versionAt } from '../versions.ts'
import { identity } from './action.ts'

/** UpdateSecretVersionStage: moves a staging label, or takes it off; the caller must know who holds it. */
export function updateSecretVersionStage(store: Store, input: Input): object {
  const secret = getLiveSecret(store, requiredString(input, 'SecretId'))
  const stage = requiredString(input, 'VersionStage')
  const target = versionNamed(secret, optionalString(input, 'MoveToVersionId'))
  const source = versionNamed(secret, optionalString(input, 'RemoveFromVersionId'))
  checkMove(secret, stage, { source, target })

  if (target !== undefined) attachStage(secret, stage, target)
  else source?.stages.delete(stage)
  secret.changedAt = store.clock.now()
  return identity(secret)
}

interface Move {
  readonly source: SecretVersion | undefined
  readonly target: SecretVersion | undefined
}

function checkMove(secret: Secret, stage: string, { source, target }: Move): void {
  const holder = versionAt(secret, stage)
  if (source === undefined && target === undefined) {
    throw refused('You must name a version to move the staging label to, or to remove it from.')
  }
  if (holder !== source && holder !== target) {
    throw refused(
      `The parameter RemoveFromVersionId must name the version that holds ${stage}, ${holder?.id ?? 'none'}.`,
    )
  }
  if (target === undefined && stage === 'AWSCURRENT') {
    throw refused('You can only move staging label AWSCURRENT to a different secret version.')
  }
}

function versionNamed(secret: Secret, id: string | undefined): SecretVersion | undefined {
  if (id === undefined) return undefined
  const version = secret.versions.get(id)
  if (version !== undefined) return version
  throw new SecretsManagerError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
  )
}

function refused(message: string): SecretsManagerError {
  return new SecretsManagerError('InvalidParameterException', message)
}
