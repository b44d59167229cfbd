import { setTimeout } from 'node:timers/promises'
import type { DevFile } from '../../packages/cli/src/dev-file.ts'
import { signed } from './targets.ts'

async function call(endpoint: string | undefined, version: string, target: string, input: object) {
  const answer = await fetch(String(endpoint), {
    method: 'POST',
    headers: {
      ...signed,
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': target,
    },
    body: JSON.stringify(input),
  })
  if (!answer.ok) throw new Error(`${target} was answered ${answer.status}`)
  return await answer.json()
}

const asText = async (url: string, init?: RequestInit) => (await fetch(url, init)).text()

interface Scanned {
  readonly Items: readonly { readonly pk: { readonly S: string } }[]
}

/** Without the head of the receipts log, which is committed anew every minute whoever attacks. */
async function ledgerRows(endpoint: string | undefined, TableName: string | undefined) {
  const scanned = await call(endpoint, '1.0', 'DynamoDB_20120810.Scan', { TableName })
  return (scanned as Scanned).Items.filter(({ pk }) => !pk.S.startsWith('receipts-log#'))
}

/** Resolves once every receipt is sealed: from then on nothing changes by itself. */
export async function settled({ endpoints, environment }: DevFile): Promise<void> {
  const table = environment['LEDGER_TABLE']
  while (!JSON.stringify(await ledgerRows(endpoints['dynamoDb'], table)).includes('"settled#'))
    await setTimeout(500)
}

/** All that the parts of a running system hold, as one text to compare. */
export async function snapshot({ endpoints, environment, queues }: DevFile): Promise<string> {
  const { oryAdmin, sqs, dynamoDb, secretsManager } = endpoints
  const sqsCall = (action: string, input: object) => call(sqs, '1.0', `AmazonSQS.${action}`, input)
  const queueUrls = queues.flatMap(({ url, dlq_url }) => [url, dlq_url])
  const attributes = queueUrls.map((QueueUrl) =>
    sqsCall('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }),
  )
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...signed }
  const held = {
    clients: await asText(`${oryAdmin}/admin/clients`),
    issuers: await asText(`${oryAdmin}/admin/trust/grants/jwt-bearer/issuers`),
    tables: await call(dynamoDb, '1.0', 'DynamoDB_20120810.ListTables', {}),
    ledger: await ledgerRows(dynamoDb, environment['LEDGER_TABLE']),
    queues: await sqsCall('ListQueues', {}),
    attributes: await Promise.all(attributes),
    topics: (
      await asText(String(sqs), { method: 'POST', headers: form, body: 'Action=ListTopics' })
    ).match(/<TopicArn>[^<]*/g),
    buckets: (await asText(`${sqs}/`, { headers: signed })).match(/<Name>[^<]*/g),
    secrets: await call(secretsManager, '1.1', 'secretsmanager.ListSecrets', {}),
  }
  return JSON.stringify(held, (name, value) => (name === 'LastAccessedDate' ? undefined : value), 2)
}
