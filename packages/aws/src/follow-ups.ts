import type { AttributeValue, DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import type { Clock, FollowUp, FollowUps } from '@lapse/core/ports'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'

type Item = Record<string, AttributeValue>

/** The partition of what is open, in the order in which it falls due. */
const openPartition = 'follow-ups'

/** How long what was ended is still known, so that scheduling it again changes nothing. */
const keptSeconds = 35 * 86_400

/**
 * Follow-ups in the ledger's table: a claim for each id, which says for ever when it is due and
 * what came of it, and while it is open an entry in one partition that is sorted by time.
 */
export function dynamoDbFollowUps(
  tableName: string,
  clock: Clock,
  config: DynamoDBClientConfig = {},
): FollowUps {
  const client = once(
    async () => new (await import('@aws-sdk/client-dynamodb')).DynamoDBClient(config),
  )
  const at = async (): Promise<Table> => ({ client: await client(), tableName })
  const failed = (error: unknown): never => {
    throw asMisconfiguration(error, `table ${tableName}`)
  }
  return {
    schedule: async (followUp) => schedule(await at(), followUp).catch(failed),
    due: async function* (now) {
      yield* openUntil(await at(), now, failed)
    },
    open: async function* (kind) {
      for await (const followUp of openUntil(await at(), undefined, failed))
        if (followUp.kind === kind) yield followUp
    },
    end: async (followUp, outcome) => {
      const expiresAt = Math.ceil(clock.now() / 1000) + keptSeconds
      await end(await at(), followUp, outcome, expiresAt).catch(failed)
    },
  }
}

interface Table {
  readonly client: DynamoDBClient
  readonly tableName: string
}

/** The claim first: who dies before the entry is written leaves the next one to write it. */
async function schedule(table: Table, followUp: FollowUp): Promise<void> {
  const { PutItemCommand } = await import('@aws-sdk/client-dynamodb')
  const claimed = { ...claimKey(followUp.id), ...contentOf(followUp) }
  const won = await table.client
    .send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: claimed,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    )
    .then(() => claimed, ignoreConflict)
  const claim = won ?? (await readClaim(table, followUp.id))
  if (claim === undefined || 'outcome' in claim) return

  const entry = { ...entryKey(followUpOf(claim)), ...contentOf(followUpOf(claim)) }
  await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: entry }))
}

async function readClaim({ client, tableName }: Table, id: string): Promise<Item | undefined> {
  const { GetItemCommand } = await import('@aws-sdk/client-dynamodb')
  const command = new GetItemCommand({
    TableName: tableName,
    Key: claimKey(id),
    ConsistentRead: true,
  })
  return (await client.send(command)).Item
}

/** The outcome first: who dies before the entry is gone leaves it to be ended again. */
async function end(
  { client, tableName }: Table,
  followUp: FollowUp,
  outcome: string,
  expiresAt: number,
): Promise<void> {
  const { DeleteItemCommand, UpdateItemCommand } = await import('@aws-sdk/client-dynamodb')
  await client
    .send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: claimKey(followUp.id),
        UpdateExpression: 'SET outcome = :outcome, expires_at = :expires',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(outcome)',
        ExpressionAttributeValues: {
          ':outcome': { S: outcome },
          ':expires': { N: String(expiresAt) },
        },
      }),
    )
    .catch(ignoreConflict)
  await client.send(new DeleteItemCommand({ TableName: tableName, Key: entryKey(followUp) }))
}

/** Open entries by time, page after page; all of them where no time is given. */
async function* openUntil(
  { client, tableName }: Table,
  now: number | undefined,
  failed: (error: unknown) => never,
): AsyncGenerator<FollowUp> {
  const { QueryCommand } = await import('@aws-sdk/client-dynamodb')
  const until = now === undefined ? '~' : `${timeOf(now)}~`
  let from: Item | undefined
  do {
    const command = new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :open AND sk <= :until',
      ExpressionAttributeValues: { ':open': { S: openPartition }, ':until': { S: until } },
      ConsistentRead: true,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    })
    const { Items = [], LastEvaluatedKey } = await client.send(command).catch(failed)
    yield* Items.map(followUpOf)
    from = LastEvaluatedKey
  } while (from !== undefined)
}

function claimKey(id: string): Item {
  return { pk: { S: `follow-up#${id}` }, sk: { S: 'claim' } }
}

function entryKey({ id, dueAt }: FollowUp): Item {
  return { pk: { S: openPartition }, sk: { S: `${timeOf(dueAt)}#${id}` } }
}

function contentOf({ id, kind, dueAt, data }: FollowUp): Item {
  return {
    follow_up_id: { S: id },
    kind: { S: kind },
    due_at: { N: String(dueAt) },
    data: { S: JSON.stringify(data) },
  }
}

function followUpOf(item: Item): FollowUp {
  return {
    id: item['follow_up_id']?.S ?? '',
    kind: item['kind']?.S ?? '',
    dueAt: Number(item['due_at']?.N),
    data: JSON.parse(item['data']?.S ?? '{}') as FollowUp['data'],
  }
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function ignoreConflict(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined
  throw error
}
