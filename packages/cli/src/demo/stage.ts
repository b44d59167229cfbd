import { SQSClient } from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { createOry, type Ory } from '@lapse/core/ory'
import { type Ledger, systemClock } from '@lapse/core/ports'
import type { WorkflowRow } from '@lapse/core/workflows'
import type { Local } from '@lapse/local'

/** The running system as the story's other programs reach it: over the wire, as anybody would. */
export interface Stage {
  readonly local: Local
  readonly ory: Ory
  readonly sqs: SQSClient
  readonly queueUrl: string
  readonly dlqUrl: string
  readonly ledger: Ledger<WorkflowRow>
  readonly ledgerKey: Uint8Array
}

export async function openStage(local: Local): Promise<Stage> {
  const { endpoints } = local
  const variable = (name: string) => local.environment[name] ?? ''
  const config = {
    region: variable('AWS_REGION'),
    credentials: {
      accessKeyId: variable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    },
  }
  const secrets = secretsManager({ ...config, endpoint: endpoints.secretsManager })
  const ledgerKey = await secrets.get(variable('LEDGER_KEY_SECRET_ID'))
  return {
    local,
    ory: createOry({ adminUrl: endpoints.oryAdmin, publicUrl: endpoints.oryPublic }),
    sqs: new SQSClient({ ...config, endpoint: endpoints.sqs }),
    queueUrl: variable('USER_DELETED_QUEUE_URL'),
    dlqUrl: variable('USER_DELETED_DLQ_URL'),
    ledger: dynamoDbLedger<WorkflowRow>(variable('LEDGER_TABLE'), systemClock, {
      ...config,
      endpoint: endpoints.dynamoDb,
    }),
    ledgerKey: Buffer.from(ledgerKey, 'base64'),
  }
}
