/**
 * The peer: what a good engineer writes by hand for the same event, with none of lapse's promises.
 * Powertools' batch loop and idempotency are written out here as Powertools writes them (every record
 * at once; a record in DynamoDB put before and updated afterwards), since this project does not
 * install those two packages; its logger and metrics are Powertools' own. Ory is called with `fetch`,
 * as Ory's generated client does. The calls to Ory are those that lapse makes for a user.
 */
import { createHash } from 'node:crypto'
import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'

const { LEDGER_TABLE, ORY_ADMIN_URL, ORY_API_KEY_SECRET_ID, USER_DELETED_QUEUE_URL } = process.env

const logger = new Logger({ serviceName: 'peer' })
const metrics = new Metrics({ namespace: 'peer', serviceName: 'peer' })
const dynamoDb = new DynamoDBClient()
const secrets = new SecretsManagerClient()
const sqs = new SQSClient()

interface ConsentSession {
  readonly consent_request?: { readonly login_session_id?: string }
}

let apiKey: Promise<string> | undefined

async function readApiKey(): Promise<string> {
  const { SecretString = '' } = await secrets.send(
    new GetSecretValueCommand({ SecretId: ORY_API_KEY_SECRET_ID }),
  )
  return SecretString
}

async function ory(method: 'GET' | 'DELETE', what: string, query: Record<string, string>) {
  apiKey ??= readApiKey()
  const url = `${ORY_ADMIN_URL}/admin/oauth2/auth/sessions/${what}?${new URLSearchParams(query)}`
  const headers = { authorization: `Bearer ${await apiKey}`, accept: 'application/json' }
  const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(5000) })
  if (!response.ok) throw new Error(`Ory answered ${response.status}`)
  return response
}

async function consentsOf(subject: string): Promise<readonly ConsentSession[]> {
  const response = await ory('GET', 'consent', { subject, page_size: '500' })
  return (await response.json()) as ConsentSession[]
}

async function revoke(subject: string): Promise<number> {
  const consents = await consentsOf(subject)
  const sids = new Set(consents.flatMap((each) => each.consent_request?.login_session_id || []))
  await Promise.all([...sids].map((sid) => ory('DELETE', 'login', { sid })))
  await ory('DELETE', 'login', { subject })
  await ory('DELETE', 'consent', { subject, all: 'true' })
  if ((await consentsOf(subject)).length > 0) throw new Error('consents are left')
  return consents.length
}

/** Once for each event: a record in progress, which is completed afterwards. */
async function idempotently(id: string, work: () => Promise<object>): Promise<void> {
  const key = { pk: { S: `peer#${createHash('md5').update(id).digest('base64')}` }, sk: { S: '-' } }
  const now = Date.now()
  try {
    await dynamoDb.send(
      new PutItemCommand({
        TableName: LEDGER_TABLE,
        Item: {
          ...key,
          status: { S: 'INPROGRESS' },
          expiration: { N: String(Math.floor(now / 1000) + 3600) },
          in_progress_expiration: { N: String(now + 60_000) },
        },
        ConditionExpression:
          'attribute_not_exists(#id) OR #expiry < :now OR (#status = :inprogress AND attribute_exists(#until) AND #until < :ms)',
        ExpressionAttributeNames: {
          '#id': 'pk',
          '#expiry': 'expiration',
          '#status': 'status',
          '#until': 'in_progress_expiration',
        },
        ExpressionAttributeValues: {
          ':now': { N: String(Math.floor(now / 1000)) },
          ':ms': { N: String(now) },
          ':inprogress': { S: 'INPROGRESS' },
        },
      }),
    )
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return
    throw error
  }
  const result = await work()
  await dynamoDb.send(
    new UpdateItemCommand({
      TableName: LEDGER_TABLE,
      Key: key,
      UpdateExpression: 'SET #data = :data, #expiry = :expiry, #status = :status',
      ExpressionAttributeNames: { '#data': 'data', '#expiry': 'expiration', '#status': 'status' },
      ExpressionAttributeValues: {
        ':data': { S: JSON.stringify(result) },
        ':expiry': { N: String(Math.floor(now / 1000) + 3600) },
        ':status': { S: 'COMPLETED' },
      },
    }),
  )
}

async function processRecord({ body, messageId }: SQSRecord): Promise<void> {
  const event = JSON.parse(body) as { id: string; type: string; data: { subject: string } }
  if (event.type !== 'user.deleted' || !event.data.subject) throw new Error('not a user.deleted')
  await idempotently(event.id, async () => {
    const consents = await revoke(event.data.subject)
    // Logins that were under way: once more when none of them can end any more.
    const again = new SendMessageCommand({
      QueueUrl: USER_DELETED_QUEUE_URL,
      MessageBody: body,
      DelaySeconds: 900,
      MessageAttributes: { pass: { DataType: 'String', StringValue: 'second' } },
    })
    await sqs.send(again)
    metrics.addMetric('UsersProcessed', MetricUnit.Count, 1)
    metrics.addMetric('ConsentSessionsRevoked', MetricUnit.Count, consents)
    logger.info('done', { messageId, consents })
    return { consents }
  })
}

export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = []
  await Promise.all(
    Records.map(async (record) => {
      try {
        await processRecord(record)
      } catch (error) {
        logger.error('failed', error as Error)
        batchItemFailures.push({ itemIdentifier: record.messageId })
      }
    }),
  )
  metrics.publishStoredMetrics()
  return { batchItemFailures }
}
