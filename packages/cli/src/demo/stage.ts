import { SQSClient } from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { createOry, createOryAccounts, type Ory, type OryAccounts } from '@lapse/core/ory'
import { type Ledger, systemClock } from '@lapse/core/ports'
import type { RotationServices } from '@lapse/core/rotation'
import type { WorkflowRow } from '@lapse/core/run'
import type { Local, SettledRotation } from '@lapse/local'
import { localAws, placeOf } from '../place.ts'
import { openRotation } from '../rotation/open-rotation.ts'
import type { Stem } from '../stems.ts'

/** A queue and where its messages end that cannot be processed. */
export interface QueuePair {
  readonly queueUrl: string
  readonly dlqUrl: string
}

/** The running system as the story's other programs reach it: over the wire, as anybody would. */
export interface Stage {
  readonly local: Local
  readonly ory: Ory
  readonly accounts: OryAccounts
  readonly sqs: SQSClient
  readonly queues: Readonly<Record<Stem, QueuePair>>
  readonly ledger: Ledger<WorkflowRow>
  readonly ledgerKey: Uint8Array
  readonly rotation: RotationServices
  /** Every rotation of a secret that is over; more come. */
  readonly settledRotations: readonly SettledRotation[]
}

export async function openStage(
  local: Local,
  settledRotations: readonly SettledRotation[],
): Promise<Stage> {
  const { endpoints } = local
  const variable = (name: string) => local.environment[name] ?? ''
  const config = localAws(local.environment)
  const secrets = secretsManager({ ...config, endpoint: endpoints.secretsManager })
  const ledgerKey = await secrets.get(variable('LEDGER_KEY_SECRET_ID'))
  return {
    local,
    ory: createOry({ adminUrl: endpoints.oryAdmin, publicUrl: endpoints.oryPublic }),
    accounts: createOryAccounts({
      identities: { url: variable('ORY_IDENTITIES_URL') },
      apiKeys: { url: variable('ORY_API_KEYS_URL') },
    }),
    sqs: new SQSClient({ ...config, endpoint: endpoints.sqs }),
    queues: queuesOf(local),
    ledger: dynamoDbLedger<WorkflowRow>(variable('LEDGER_TABLE'), systemClock, {
      ...config,
      endpoint: endpoints.dynamoDb,
    }),
    ledgerKey: Buffer.from(ledgerKey, 'base64'),
    rotation: openRotation(placeOf(local)),
    settledRotations,
  }
}

function queuesOf({ queues }: Local): Stage['queues'] {
  const pairs = queues.map(({ queue, dlq }) => [
    queue.name,
    { queueUrl: queue.url, dlqUrl: dlq.url },
  ])
  return Object.fromEntries(pairs) as Stage['queues']
}
