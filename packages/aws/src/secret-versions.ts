import { randomUUID } from 'node:crypto'
import type {
  DescribeSecretCommandOutput,
  SecretListEntry,
  SecretsManagerClient,
  SecretsManagerClientConfig,
  Tag,
} from '@aws-sdk/client-secrets-manager'
import { ConfigError, RefusedError } from '@lapse/core/errors'
import type { SecretDescription, SecretVersions, VersionChoice } from '@lapse/core/ports'
import { boundedClient, type WithLimits } from './client-settings.ts'
import { absent, isNamed } from './error-name.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'
import { overUndici } from './undici-handler.ts'

/** Secrets and their versions in Secrets Manager. Nothing is cached here. */
export function secretVersions(
  config: WithLimits<SecretsManagerClientConfig> = {},
): SecretVersions {
  const client = once(async () =>
    boundedClient(
      (await import('./secret-versions-sdk.ts')).SecretsManagerClient,
      overUndici(config),
    ),
  )
  const describe = async (secretId: string) => describeSecret(await client(), secretId)
  return {
    describe,
    async *list() {
      yield* listSecrets(await client())
    },
    async value(secretId, version) {
      const value = await getValue(await client(), secretId, version)
      if (value !== undefined || (await describe(secretId)) !== undefined) return value
      throw new ConfigError(`secret ${secretId} does not exist; check its name`)
    },
    async put(secretId, versionId, value, stage) {
      const { PutSecretValueCommand } = await import('./secret-versions-sdk.ts')
      const command = new PutSecretValueCommand({
        SecretId: secretId,
        ClientRequestToken: versionId,
        SecretString: value,
        VersionStages: [stage],
      })
      await (await client()).send(command).catch(failedAt(secretId))
    },
    async moveStage(secretId, stage, { to, from }) {
      const { UpdateSecretVersionStageCommand } = await import('./secret-versions-sdk.ts')
      const command = new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: stage,
        ...(to === undefined ? {} : { MoveToVersionId: to }),
        ...(from === undefined ? {} : { RemoveFromVersionId: from }),
      })
      await (await client()).send(command).catch(failedAt(secretId))
    },
    async rotate(secretId) {
      const { RotateSecretCommand } = await import('./secret-versions-sdk.ts')
      const versionId = randomUUID()
      const command = new RotateSecretCommand({ SecretId: secretId, ClientRequestToken: versionId })
      const { VersionId } = await (await client()).send(command).catch(failedAt(secretId))
      return VersionId ?? versionId
    },
    async cancelRotation(secretId) {
      const { CancelRotateSecretCommand } = await import('./secret-versions-sdk.ts')
      const command = new CancelRotateSecretCommand({ SecretId: secretId })
      const isDone = async () => (await describe(secretId))?.rotationEnabled === false
      await (await client())
        .send(command)
        .catch(refusedWhereMalformed)
        .catch(unless(isDone))
        .catch(failedAt(secretId))
    },
    async delete(secretId, recoveryWindowDays) {
      const { DeleteSecretCommand } = await import('./secret-versions-sdk.ts')
      const command = new DeleteSecretCommand({
        SecretId: secretId,
        RecoveryWindowInDays: recoveryWindowDays,
      })
      const isDone = async () => (await describe(secretId))?.deletedAt !== undefined
      await (await client())
        .send(command)
        .catch(unless(isDone))
        .catch(withIdChecked(() => describe(secretId)))
        .catch(failedAt(secretId))
    },
  }
}

function failedAt(secretId: string) {
  return (error: unknown): never => {
    throw asMisconfiguration(error, `secret ${secretId}`)
  }
}

/** An id that Secrets Manager calls malformed names no secret, now or ever. */
function refusedWhereMalformed(error: unknown): never {
  const isMalformed = malformed.some((name) => isNamed(error, name))
  throw isMalformed ? new RefusedError('malformed-secret-id') : error
}

/** Its names for a parameter that it does not take. */
const malformed = ['ValidationException', 'InvalidParameterException']

/** A call that is refused because of the state it would lead to has nothing left to do. */
function unless(isDone: () => Promise<boolean>) {
  return async (error: unknown): Promise<void> => {
    if (!isNamed(error, 'InvalidRequestException') || !(await isDone())) throw error
  }
}

/** Where another parameter could be the malformed one, a call that takes the id alone tells. */
function withIdChecked(describe: () => Promise<unknown>) {
  return async (error: unknown): Promise<never> => {
    if (malformed.some((name) => isNamed(error, name))) await describe()
    throw error
  }
}

async function describeSecret(
  client: SecretsManagerClient,
  secretId: string,
): Promise<SecretDescription | undefined> {
  const { DescribeSecretCommand } = await import('./secret-versions-sdk.ts')
  const described = await client
    .send(new DescribeSecretCommand({ SecretId: secretId }))
    .catch(absent('ResourceNotFoundException'))
    // The id is the only parameter, so what is refused of them is the id.
    .catch(refusedWhereMalformed)
    .catch(failedAt(secretId))
  return described && descriptionOf(described, described.VersionIdsToStages)
}

async function* listSecrets(client: SecretsManagerClient): AsyncGenerator<SecretDescription> {
  const { paginateListSecrets } = await import('./secret-versions-sdk.ts')
  const pages = paginateListSecrets({ client }, {})
  const failed = (error: unknown): never => {
    throw asMisconfiguration(error, 'the list of secrets')
  }
  const nextPage = () => pages.next().catch(failed)
  for (let page = await nextPage(); page.done !== true; page = await nextPage())
    for (const secret of page.value.SecretList ?? [])
      yield descriptionOf(secret, secret.SecretVersionsToStages)
}

async function getValue(
  client: SecretsManagerClient,
  secretId: string,
  version: VersionChoice,
): Promise<string | undefined> {
  const { GetSecretValueCommand } = await import('./secret-versions-sdk.ts')
  const choice =
    'stage' in version ? { VersionStage: version.stage } : { VersionId: version.versionId }
  const found = await client
    .send(new GetSecretValueCommand({ SecretId: secretId, ...choice }))
    .catch(absent('ResourceNotFoundException'))
    .catch(failedAt(secretId))
  return found?.SecretString || undefined
}

function descriptionOf(
  secret: DescribeSecretCommandOutput | SecretListEntry,
  versions: SecretDescription['versions'] = {},
): SecretDescription {
  return {
    arn: secret.ARN ?? '',
    name: secret.Name ?? '',
    tags: tagsOf(secret.Tags),
    versions,
    rotationEnabled: secret.RotationEnabled ?? false,
    lastChangedAt: secret.LastChangedDate?.getTime(),
    lastRotatedAt: secret.LastRotatedDate?.getTime(),
    nextRotationAt: secret.NextRotationDate?.getTime(),
    deletedAt: secret.DeletedDate?.getTime(),
  }
}

function tagsOf(tags: readonly Tag[] = []): SecretDescription['tags'] {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}
