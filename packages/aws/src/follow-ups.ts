import {
  type Clock,
  type FollowUp,
  type FollowUps,
  type KindChoice,
  rowExpiry,
  standingKinds,
} from '@lapse/core/ports'
import { dynamoDbBy } from './dynamodb.ts'
import type { DynamoDb, DynamoDbConfig } from './dynamodb-calls.ts'
import {
  claimKey,
  contentOf,
  dueBy,
  entryKey,
  everything,
  followUpOf,
  kindKey,
  kindsPartition,
  merged,
  partitionOf,
  watching,
} from './follow-up-items.ts'
import { entriesBefore, movingWatches, removeBefore, watchesBefore } from './follow-ups-before.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import {
  type Item,
  ignoreConflict,
  put,
  putNew,
  query,
  type Range,
  read,
  remove,
  sortKeyOf,
  type Table,
} from './table-items.ts'

/**
 * Follow-ups in the ledger's table. Each has a claim, which says for ever when it is due and what
 * came of it, and while it is open an entry in the partition of its kind: sorted by time, or, where
 * it watches over something, by that. One item for each kind says that there is such a partition
 * (of `standing` ones that is known), and where its reading resumes.
 *
 * To schedule is two writes, to end as well; one each where it has no claim, as it is `forgotten`.
 */
export function dynamoDbFollowUps(
  tableName: string,
  clock: Clock,
  by: DynamoDb | DynamoDbConfig = {},
): FollowUps {
  const table: Table = { dynamoDb: dynamoDbBy(by), tableName }
  const failed = (error: unknown): never => {
    throw asMisconfiguration(error, `table ${tableName}`)
  }
  const known = new Set<string>()
  const listed = async function* (list: (at: Table) => AsyncIterable<Item>) {
    try {
      for await (const item of list(table)) yield followUpOf(item)
    } catch (error) {
      failed(error)
    }
  }
  return {
    schedule: async (followUp) => {
      await schedule(table, followUp, known).catch(failed)
    },
    due: (now, kinds) => listed((at) => due(at, dueBy(now), kinds ?? { except: [] })),
    open: (kind, about) =>
      listed((at) => (about === undefined ? open(at, kind) : openFor(at, kind, about))),
    resumeAfter: async (followUp) => resumeAfter(table, followUp).catch(failed),
    end: async (followUp, outcome) => {
      // What was ended is known as long as any row, so that scheduling it again changes nothing.
      await end(table, followUp, outcome, rowExpiry(clock)).catch(failed)
    },
  }
}

/**
 * The kind first, so that its partition is found; then the claim: who dies before the entry is
 * written leaves the next one to write it.
 */
async function schedule(table: Table, followUp: FollowUp, known: Set<string>): Promise<void> {
  await register(table, followUp.kind, known)
  if (followUp.forgotten === true)
    return put(table, { ...entryKey(followUp), ...contentOf(followUp) })

  const claimed = { ...claimKey(followUp.id), ...contentOf(followUp) }
  const claim = (await putNew(table, claimed)) ? claimed : await read(table, claimKey(followUp.id))
  if (claim === undefined || 'outcome' in claim) return

  // Claims of before do not say what a watch is about; whoever schedules the same again does.
  const { about } = followUp
  const kept = { ...(about === undefined ? {} : { about }), ...followUpOf(claim) }
  await put(table, { ...entryKey(kept), ...contentOf(kept) })
}

const standing: readonly string[] = standingKinds

/** One read for each kind and process; a write only the first time that there is such a kind. */
async function register(table: Table, kind: string, known: Set<string>): Promise<void> {
  if (standing.includes(kind) || known.has(kind)) return
  if ((await read(table, kindKey(kind))) === undefined) await putNew(table, kindKey(kind))
  known.add(kind)
}

/** The outcome first: who dies before the entry is gone leaves it to be ended again. */
async function end(
  table: Table,
  followUp: FollowUp,
  outcome: string,
  expiresAt: number,
): Promise<void> {
  if (followUp.forgotten === true) return void (await remove(table, entryKey(followUp)))

  await table.dynamoDb
    .updateItem({
      TableName: table.tableName,
      Key: claimKey(followUp.id),
      UpdateExpression: 'SET outcome = :outcome, expires_at = :expires',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(outcome)',
      ExpressionAttributeValues: {
        ':outcome': { S: outcome },
        ':expires': { N: String(expiresAt) },
      },
    })
    .catch(ignoreConflict)
  if (!(await remove(table, entryKey(followUp)))) await removeBefore(table, followUp)
}

async function* due(table: Table, range: Range, kinds: KindChoice): AsyncGenerator<Item> {
  if ('only' in kinds) return yield* comingRound(table, kinds.only, range)

  const isChosen = (kind: string) => !kinds.except.includes(kind)
  const named = await Array.fromAsync(query(table, kindsPartition, everyKind), sortKeyOf)
  const all = new Set([...standing, ...named])
  yield* merged([
    ...[...all].filter(isChosen).map((kind) => query(table, partitionOf(kind), range)),
    entriesBefore(table, range, isChosen),
  ])
}

/** Kinds may have any name. */
const everyKind: Range = { from: '\u0000', to: '\u{10ffff}' }

function open(table: Table, kind: string): AsyncGenerator<Item> {
  return movingWatches(table, comingRound(table, kind, everything))
}

async function* openFor(table: Table, kind: string, about: string): AsyncGenerator<Item> {
  yield* query(table, partitionOf(kind), watching(about))
  yield* watchesBefore(table, kind, about)
}

/** What stands in a range, from where reading resumes to its end, and then from its beginning. */
async function* comingRound(table: Table, kind: string, range: Range): AsyncGenerator<Item> {
  const after = (await read(table, kindKey(kind)))?.['resume_after']?.S
  for (const part of parts(range, after))
    yield* merged([
      query(table, partitionOf(kind), part),
      entriesBefore(table, part, (its) => its === kind),
    ])
}

function parts({ from, to }: Range, after: string | undefined): readonly Range[] {
  if (after === undefined || after < from || after >= to) return [{ from, to }]
  return [
    { from: `${after}\u0000`, to },
    { from, to: after },
  ]
}

async function resumeAfter({ dynamoDb, tableName }: Table, followUp: FollowUp): Promise<void> {
  const after = entryKey(followUp)['sk'] as Item[string]
  await dynamoDb.updateItem({
    TableName: tableName,
    Key: kindKey(followUp.kind),
    UpdateExpression: 'SET resume_after = :after',
    ExpressionAttributeValues: { ':after': after },
  })
}
