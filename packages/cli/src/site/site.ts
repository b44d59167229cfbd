import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { required } from '@lapse/aws/settings/texts'
import { type Clock, type SecretDescription, systemClock } from '@lapse/core/ports'
import { UsageError } from '../errors.ts'
import { type FoundPlace, findPlace, type StageOption } from '../place/find-place.ts'
import { queueIn } from '../sqs/queue.ts'
import type { AlarmSeen, SubscriptionSeen } from './aws/alarms.ts'
import type { FunctionSeen, Mapping } from './aws/functions.ts'
import type { KmsKeySeen } from './aws/kms-key.ts'
import type { TableSeen, TableUpkeep } from './aws/table.ts'
import { awsConfig, services } from './aws-config.ts'
import { type OrySides, orySides } from './ory-sides.ts'
import { remembered } from './remembered.ts'

/** What a place is asked: everything is read, each thing once, and nothing is written. */
export interface Site {
  readonly place: FoundPlace
  readonly variables: FoundPlace['variables']
  /** Whether it is a `lapse dev`, which has no alarms, say, and expires no rows by itself. */
  readonly isDev: boolean
  readonly clock: Clock
  readonly ory: OrySides
  readonly aws: AwsReads
}

/** What is read of AWS. Each rejects with whatever AWS does, and `CannotTell` where `lapse dev` has no such service. */
export interface AwsReads {
  queue(url: string): Promise<Readonly<Record<string, string>>>
  /** `undefined` where there is no such table. */
  table(): Promise<TableSeen | undefined>
  upkeep(): Promise<TableUpkeep>
  /** `undefined` where there is no such secret. */
  secret(secretId: string): Promise<SecretDescription | undefined>
  secretText(secretId: string): Promise<string>
  mappings(queueArn: string): Promise<readonly Mapping[]>
  function(name: string): Promise<FunctionSeen>
  alarms(prefix: string): Promise<readonly AlarmSeen[]>
  /** Of the oldest message of each queue, in milliseconds, by the queue's name. */
  queueAges(names: readonly string[], now: number): Promise<ReadonlyMap<string, number>>
  subscriptions(topicArn: string): Promise<readonly SubscriptionSeen[]>
  kmsKey(keyId: string): Promise<KmsKeySeen>
}

/** By these a place is named in the environment. */
const naming = ['ORY_ADMIN_URL', 'LEDGER_TABLE', 'USER_DELETED_QUEUE_URL'] as const

/**
 * The stage that is named, the place that the environment names, or the `lapse dev` that runs here.
 * @throws UsageError where none is there, CommandError where `lapse dev` is gone
 */
export async function findSite(
  option: StageOption,
  environment: FoundPlace['variables'],
  directory: string,
): Promise<Site> {
  return siteAt(await findWholePlace(option, environment, directory))
}

/** The same, without anything to ask it. @throws as {@link findSite} */
export async function findWholePlace(
  { stage }: StageOption,
  environment: FoundPlace['variables'],
  directory: string,
): Promise<FoundPlace> {
  const isNamed = (variables: FoundPlace['variables']) => naming.some((name) => variables[name])
  const place = await findPlace({ stage, asksOry: true, isNamed }, environment, directory)
  if (place !== undefined) return place
  throw new UsageError(
    'no place is known; start lapse dev here, give --stage, or set ORY_ADMIN_URL, LEDGER_TABLE and the other settings of the functions',
  )
}

export function siteAt(place: FoundPlace, clock: Clock = systemClock): Site {
  const { variables } = place
  const isDev = place.by === 'lapse dev'
  const aws = awsReads(place, isDev)
  return { place, variables, isDev, clock, aws, ory: orySides(variables, aws.secretText) }
}

function awsReads(place: FoundPlace, isDev: boolean): AwsReads {
  const { variables } = place
  const once = remembered()
  const secrets = secretVersions(place.secretsManager)
  const values = secretsManager(place.secretsManager)
  const config = (service: keyof typeof services) => awsConfig(services[service], variables, isDev)
  const tableName = () => required(variables, 'LEDGER_TABLE')
  return {
    queue: (url) =>
      once(`queue ${url}`, async () => {
        const { readQueue } = await import('./aws/queue.ts')
        return readQueue(queueIn(place, url))
      }),
    table: () =>
      once('table', async () => {
        const { readTable } = await import('./aws/table.ts')
        return readTable(tableName(), config('dynamoDb'))
      }),
    upkeep: () =>
      once('upkeep', async () => {
        const { readUpkeep } = await import('./aws/table.ts')
        return readUpkeep(tableName(), config('dynamoDb'))
      }),
    secret: (secretId) => once(`secret ${secretId}`, () => secrets.describe(secretId)),
    secretText: (secretId) => once(`text ${secretId}`, () => values.get(secretId)),
    mappings: (queueArn) =>
      once(`mappings ${queueArn}`, async () => {
        const { readMappings } = await import('./aws/functions.ts')
        return readMappings(queueArn, config('lambda'))
      }),
    function: (name) =>
      once(`function ${name}`, async () => {
        const { readFunction } = await import('./aws/functions.ts')
        return readFunction(name, config('lambda'))
      }),
    alarms: (prefix) =>
      once(`alarms ${prefix}`, async () => {
        const { readAlarms } = await import('./aws/alarms.ts')
        return readAlarms(prefix, config('cloudWatch'))
      }),
    queueAges: async (names, now) => {
      const { readQueueAges } = await import('./aws/queue-ages.ts')
      return readQueueAges(names, now, config('cloudWatch'))
    },
    subscriptions: (topicArn) =>
      once(`subscriptions ${topicArn}`, async () => {
        const { readSubscriptions } = await import('./aws/alarms.ts')
        return readSubscriptions(topicArn, config('sns'))
      }),
    kmsKey: (keyId) =>
      once(`key ${keyId}`, async () => {
        const { readKmsKey } = await import('./aws/kms-key.ts')
        return readKmsKey(keyId, config('kms'))
      }),
  }
}
