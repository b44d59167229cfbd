import { randomUUID } from 'node:crypto'
import { ConfigError, RefusedError } from '../errors.ts'
import type { SecretDescription, SecretVersions, Stage, VersionChoice } from '../ports/index.ts'
import type { ManualClock } from './manual-clock.ts'

interface Secret {
  readonly arn: string
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly values: Map<string, string>
  /** Which version has a stage: one has it at a time. */
  readonly stages: Map<Stage, string>
  rotationEnabled: boolean
  changedAt: number
  rotatedAt: number | undefined
  deletedAt: number | undefined
}

/** Secrets in memory, under the rules of Secrets Manager. */
export interface MemorySecretVersions extends SecretVersions {
  /** Makes a secret whose value has AWSCURRENT, and gives its ARN. */
  create(
    name: string,
    value: string,
    options?: { tags?: Readonly<Record<string, string>>; rotationEnabled?: boolean },
  ): string
}

/** What Secrets Manager takes for an id: a name, or an ARN with one in it. */
const secretId = /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@!-]+$/

/** Refused in AWS's words. */
class Refused extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

export function memorySecretVersions(clock: ManualClock): MemorySecretVersions {
  const secrets = new Map<string, Secret>()
  const find = (id: string) =>
    [...secrets.values()].find(({ arn, name }) => arn === id || name === id)
  const findNamed = (id: string) => {
    if (!secretId.test(id)) throw new RefusedError('malformed-secret-id')
    return find(id)
  }
  const existing = (id: string): Secret => {
    const secret = find(id)
    if (secret !== undefined) return secret
    throw new ConfigError(`secret ${id}: there is none`)
  }

  return {
    create(name, value, { tags = {}, rotationEnabled = true } = {}) {
      const arn = `arn:aws:secretsmanager:eu-west-1:000000000000:secret:${name}-a1b2c3`
      const versionId = randomUUID()
      secrets.set(arn, {
        arn,
        name,
        tags,
        values: new Map([[versionId, value]]),
        stages: new Map([['AWSCURRENT', versionId]]),
        rotationEnabled,
        changedAt: clock.now(),
        rotatedAt: undefined,
        deletedAt: undefined,
      })
      return arn
    },
    async describe(secretId) {
      const secret = findNamed(secretId)
      return secret && descriptionOf(secret)
    },
    async *list() {
      yield* [...secrets.values()]
        .filter(({ deletedAt }) => deletedAt === undefined)
        .map(descriptionOf)
    },
    async value(secretId, version) {
      const secret = existing(secretId)
      return secret.values.get(versionIdOf(secret, version) ?? '')
    },
    async put(secretId, versionId, value, stage) {
      const secret = existing(secretId)
      const written = secret.values.get(versionId)
      if (written === value) return
      if (written !== undefined)
        throw new Refused('ResourceExistsException', 'the version has another value')
      secret.values.set(versionId, value)
      attach(secret, stage, versionId)
      secret.changedAt = clock.now()
    },
    async moveStage(secretId, stage, { to, from }) {
      const secret = existing(secretId)
      const holder = secret.stages.get(stage)
      if (holder !== from && holder !== to)
        throw new Refused('InvalidParameterException', `another version has ${stage}`)
      if (to !== undefined && !secret.values.has(to))
        throw new Refused('ResourceNotFoundException', 'there is no such version')
      if (to === undefined) secret.stages.delete(stage)
      else attach(secret, stage, to)
      if (stage === 'AWSCURRENT') secret.rotatedAt = clock.now()
      secret.changedAt = clock.now()
    },
    async rotate(secretId) {
      const secret = existing(secretId)
      const pending = secret.stages.get('AWSPENDING')
      if (!secret.rotationEnabled)
        throw new Refused('InvalidRequestException', 'rotation is not configured')
      if (pending !== undefined && pending !== secret.stages.get('AWSCURRENT'))
        throw new Refused('InvalidRequestException', 'a rotation is in progress')
      const versionId = randomUUID()
      attach(secret, 'AWSPENDING', versionId)
      secret.changedAt = clock.now()
      return versionId
    },
    async cancelRotation(secretId) {
      findNamed(secretId)
      existing(secretId).rotationEnabled = false
    },
    async delete(secretId) {
      findNamed(secretId)
      const secret = existing(secretId)
      secret.deletedAt ??= clock.now()
    },
  }
}

/** Who loses AWSCURRENT becomes AWSPREVIOUS. */
function attach({ stages }: Secret, stage: Stage, versionId: string): void {
  const holder = stages.get(stage)
  if (holder === versionId) return
  stages.set(stage, versionId)
  if (stage === 'AWSCURRENT' && holder !== undefined) stages.set('AWSPREVIOUS', holder)
}

function versionIdOf({ stages }: Secret, version: VersionChoice): string | undefined {
  return 'stage' in version ? stages.get(version.stage) : version.versionId
}

function descriptionOf(secret: Secret): SecretDescription {
  const { arn, name, tags, rotationEnabled, changedAt, rotatedAt, deletedAt } = secret
  const ids = [...new Set(secret.stages.values())]
  const stagesOf = (id: string) =>
    [...secret.stages].flatMap(([stage, at]) => (at === id ? stage : []))
  return {
    arn,
    name,
    tags,
    versions: Object.fromEntries(ids.map((id) => [id, stagesOf(id)])),
    rotationEnabled,
    lastChangedAt: changedAt,
    lastRotatedAt: rotatedAt,
    nextRotationAt: undefined,
    deletedAt,
  }
}
