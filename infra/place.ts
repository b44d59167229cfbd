import type { EventQueue } from './event-queue.ts'
import type { Key } from './key.ts'
import { placeText } from './place-text.ts'
import type { ReceiptsLog } from './receipts-log.ts'
import { type Settings, templatesIn } from './settings.ts'
import { account, deployedVersion, region, secretName } from './stage.ts'

/** What is told of where things are. */
export interface Told {
  readonly settings: Settings
  readonly key: Key
  readonly queues: readonly EventQueue[]
  /** What others could not deliver, and what the sweep could not begin, by name. */
  readonly dlqs: Readonly<Record<string, sst.aws.Queue>>
  readonly table: sst.aws.Dynamo
  readonly alarms: aws.sns.Topic
  readonly webhooks: $util.Output<string>
  readonly receiptsLog: ReceiptsLog
}

/**
 * Where everything of the stage is, for `lapse --stage` (packages/cli/src/place/stage-document.ts
 * reads it). Names and no ARNs, as a name can lead to no other account; no secret. What else a command
 * has to know is in the configuration of the functions, and is read there.
 */
export function createPlace(told: Told): aws.ssm.Parameter {
  const rotated = rotatedIn(told.settings)
  return new aws.ssm.Parameter('Place', {
    name: `/${$app.name}/${$app.stage}/place`,
    description: 'Where everything of this stage of lapse is; holds no secret',
    type: 'String',
    tier: 'Standard',
    value: $util.output(documentOf(told)).apply((document) => placeText(document, rotated)),
  })
}

function documentOf({ settings, key, queues, dlqs, table, alarms, webhooks, receiptsLog }: Told) {
  const names = (queue: sst.aws.Queue) => queue.nodes.queue.name
  const both = queues.map(({ stem, queue, dlq }) => [stem, [names(queue), names(dlq)]] as const)
  const others = Object.entries(dlqs).map(([name, dlq]) => [name, names(dlq)] as const)
  return {
    version: deployedVersion(),
    account,
    region,
    queues: Object.fromEntries(both),
    dlqs: Object.fromEntries(others),
    table: table.name,
    secrets: {
      ledgerKey: secretName('ledger-key'),
      ...(settings.oryApiKey && { apiKey: secretName('ory-api-key') }),
    },
    key: key.keyId,
    alarms: alarms.name,
    log: { bucket: receiptsLog.bucket.bucket, key: receiptsLog.signing.keyId },
    urls: { admin: settings.oryAdminUrl, public: settings.oryPublicUrl, webhooks },
    settings: {
      USER_DELETED_SUBJECT_FIELD: settings.subjectField,
      IDENTITY_DELETED_SUBJECT_FIELD: settings.identitySubjectField,
      ...templatesIn(settings),
      RECEIPTS_LOG_ORIGIN: receiptsLog.origin,
    },
  }
}

/** Names by their overlap, with `!` behind it where a hard cut is allowed. */
function rotatedIn({ rotatedClients }: Settings): Readonly<Record<string, readonly string[]>> {
  const overlaps = rotatedClients.map(({ overlap, allowHardCut }) =>
    allowHardCut ? `${overlap}!` : overlap,
  )
  return Object.fromEntries(
    [...new Set(overlaps)].map((overlap) => [
      overlap,
      rotatedClients
        .filter((_client, index) => overlaps[index] === overlap)
        .map(({ name }) => name),
    ]),
  )
}
