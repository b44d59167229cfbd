import { randomUUID } from 'node:crypto'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { ConfigError } from '@lapse/core/errors'
import type { FollowUp, FollowUps } from '@lapse/core/ports'
import { expectedPass } from '@lapse/core/run'
import { manualClock, memoryFollowUps } from '@lapse/core/testing'
import { suspended, unwatchSuspended, watchSuspended } from '@lapse/core/workflows'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { localAws } from './aws.ts'
import { died, type Fate, startBetween } from './between.ts'

const aws = localAws()
let between: Awaited<ReturnType<typeof startBetween>>
const clock = manualClock('2026-01-02T03:04:05Z')

beforeAll(async () => {
  between = await startBetween(aws.endpoints.dynamoDb)
})

afterAll(() => between.stop())

afterEach(() => between.decide(() => 'pass'))

/** Over a server that sees and may answer every request. */
const watched = () =>
  dynamoDbFollowUps('lapse-ledger', clock, {
    ...aws.config('dynamoDb'),
    endpoint: between.endpoint,
  })

const kinds: readonly (readonly [string, () => FollowUps])[] = [
  ['DynamoDB', () => dynamoDbFollowUps('lapse-ledger', clock, aws.config('dynamoDb'))],
  ['memory', memoryFollowUps],
]

const minute = 60_000
const newFollowUp = (change: Partial<FollowUp> = {}): FollowUp => ({
  id: randomUUID(),
  kind: randomUUID(),
  dueAt: clock.now(),
  data: { kid: 'k1', nested: { n: 1 } },
  ...change,
})

/** Other tests schedule as well: only what is of these kinds counts. */
const idsOf = async (listed: AsyncIterable<FollowUp>, own: readonly FollowUp[]) =>
  (await Array.fromAsync(listed))
    .map(({ id }) => id)
    .filter((id) => own.some((followUp) => followUp.id === id))

test.each(kinds)(
  '%s gives what is due, oldest first, and nothing that is not',
  async (_name, make) => {
    const followUps = make()
    const [late, soon, now, past] = [minute, 1, 0, -minute].map((after) =>
      newFollowUp({ dueAt: clock.now() + after }),
    ) as [FollowUp, FollowUp, FollowUp, FollowUp]
    for (const followUp of [late, soon, now, past]) await followUps.schedule(followUp)

    const all = [late, soon, now, past]
    expect(await idsOf(followUps.due(clock.now()), all)).toEqual([past.id, now.id])
    expect(await idsOf(followUps.due(clock.now() + minute), all)).toEqual(
      [past, now, soon, late].map(({ id }) => id),
    )
  },
)

test.each(kinds)('%s keeps everything of a follow-up', async (_name, make) => {
  const followUps = make()
  const followUp = newFollowUp()
  await followUps.schedule(followUp)

  expect(await Array.fromAsync(followUps.open(followUp.kind))).toEqual([followUp])
})

test.each(kinds)('%s forgets at its end what is to be forgotten', async (_name, make) => {
  const followUps = make()
  const watch = newFollowUp({ forgotten: true })
  const later = { ...watch, dueAt: watch.dueAt + minute }
  for (const each of [watch, watch, later]) await followUps.schedule(each)
  expect(await Array.fromAsync(followUps.open(watch.kind))).toEqual([watch, later])

  for (const each of [watch, watch]) await followUps.end(each, 'closed')
  expect(await Array.fromAsync(followUps.open(watch.kind))).toEqual([later])
  await followUps.schedule(watch)
  expect(await Array.fromAsync(followUps.open(watch.kind))).toEqual([watch, later])
})

test('what is to be forgotten takes one write to schedule and one to end', async () => {
  const [followUps, watch] = [watched(), newFollowUp({ forgotten: true })]
  await followUps.schedule({ ...watch, id: randomUUID() })
  const written: string[] = []
  between.decide(({ operation }) => {
    written.push(operation)
    return 'pass'
  })
  await followUps.schedule(watch)
  await followUps.end(watch, 'closed')

  expect(written).toEqual(['PutItem', 'DeleteItem'])
})

test('a watch for a follow-up pass takes one request, and is found with all that are due', async () => {
  const [followUps, watch] = [watched(), newFollowUp({ kind: expectedPass, forgotten: true })]
  const made: string[] = []
  between.decide(({ operation }) => {
    made.push(operation)
    return 'pass'
  })
  await followUps.schedule(watch)

  expect(made).toEqual(['PutItem'])
  expect(await idsOf(followUps.due(watch.dueAt), [watch])).toEqual([watch.id])
})

test.each(kinds)('%s lets the first to schedule an id win', async (_name, make) => {
  const followUps = make()
  const first = newFollowUp()
  await followUps.schedule(first)
  await followUps.schedule({ ...first, dueAt: first.dueAt + minute, data: {} })

  expect(await Array.fromAsync(followUps.open(first.kind))).toEqual([first])
})

test.each(kinds)('%s ends a follow-up for good', async (_name, make) => {
  const followUps = make()
  const followUp = newFollowUp()
  await followUps.schedule(followUp)
  await followUps.end(followUp, 'done')
  await followUps.end(followUp, 'done again')
  await followUps.schedule(followUp)

  expect(await Array.fromAsync(followUps.open(followUp.kind))).toEqual([])
})

test.each(['due', 'open'] as const)(
  'calls a missing table our own mistake in %s',
  async (method) => {
    const followUps = dynamoDbFollowUps('no-such-table', clock, aws.config('dynamoDb'))
    const listed = method === 'due' ? followUps.due(clock.now()) : followUps.open('retire')

    await expect(Array.fromAsync(listed)).rejects.toThrow(ConfigError)
  },
)

test.each(kinds)('%s lists more than fit on a page', async (_name, make) => {
  const followUps = make()
  const kind = randomUUID()
  const data = { filler: 'x'.repeat(20_000) }
  for (let n = 0; n < 60; n += 1) await followUps.schedule(newFollowUp({ kind, data }))

  expect(await Array.fromAsync(followUps.open(kind))).toHaveLength(60)
})

const ids = (listed: AsyncIterable<FollowUp>) => Array.fromAsync(listed, ({ id }) => id)

test.each(kinds)('%s gives what is due of one kind, or of all but some', async (_name, make) => {
  const followUps = make()
  const [one, other] = [newFollowUp(), newFollowUp()]
  for (const followUp of [one, other]) await followUps.schedule(followUp)
  const now = clock.now()

  expect(await ids(followUps.due(now, { only: one.kind }))).toEqual([one.id])
  expect(await idsOf(followUps.due(now, { except: [one.kind] }), [one, other])).toEqual([other.id])
})

test.each(kinds)('%s resumes after a follow-up, and comes round to it', async (_name, make) => {
  const followUps = make()
  const kind = randomUUID()
  const [a, b, c] = [1, 2, 3].map((n) => newFollowUp({ kind, dueAt: clock.now() - 10 + n })) as [
    FollowUp,
    FollowUp,
    FollowUp,
  ]
  for (const followUp of [a, b, c]) await followUps.schedule(followUp)
  const due = () => ids(followUps.due(clock.now(), { only: kind }))

  await followUps.resumeAfter(b)
  expect(await due()).toEqual([c.id, a.id, b.id])
  expect(await ids(followUps.open(kind))).toEqual([c.id, a.id, b.id])
  expect(await idsOf(followUps.due(clock.now()), [a, b, c])).toEqual([a.id, b.id, c.id])
  await followUps.end(b, 'done')
  expect(await due()).toEqual([c.id, a.id])
  await followUps.resumeAfter(c)
  expect(await due()).toEqual([a.id, c.id])
})

test.each(kinds)('%s finds watches by what they are about, never due', async (_name, make) => {
  const followUps = make()
  const kind = randomUUID()
  const about = ['x', 'x#y', 'x', 'ü'.repeat(255)]
  const watches = about.map((it) => newFollowUp({ kind, about: it }))
  for (const watch of watches) await followUps.schedule(watch)

  const found = await ids(followUps.open(kind, 'x'))
  expect(found.sort()).toEqual([watches[0]?.id, watches[2]?.id].sort())
  expect(await Array.fromAsync(followUps.open(kind, 'x#y'))).toEqual([watches[1]])
  expect(await ids(followUps.open(kind))).toHaveLength(4)
  expect(await ids(followUps.due(clock.now(), { only: kind }))).toEqual([])
})

test.each(kinds)('%s ends every watch over a client, and no other', async (_name, make) => {
  const followUps = make()
  const [mail, calendar] = [randomUUID(), randomUUID()]
  for (const client of [mail, calendar, mail, mail])
    await watchSuspended(followUps, client, randomUUID())
  await unwatchSuspended(followUps, mail, 'restore')

  expect(await ids(followUps.open(suspended, mail))).toEqual([])
  expect(await ids(followUps.open(suspended, calendar))).toHaveLength(1)
})

test('finds a watch among others in two reads, one of them for what was kept before', async () => {
  const followUps = watched()
  const client = randomUUID()
  await watchSuspended(followUps, client, randomUUID())
  for (let n = 0; n < 20; n += 1) await watchSuspended(followUps, `other ${n}`, randomUUID())
  between.decide(() => 'pass')

  expect(await ids(followUps.open(suspended, client))).toHaveLength(1)
  expect(between.asked.map(({ operation }) => operation)).toEqual(['Query', 'Query'])
})

test('reads what stands, whatever a replica has heard of', async () => {
  const behind = { status: 200, body: { Items: [], Count: 0, ScannedCount: 0 } }
  between.decide(({ operation, input }) =>
    ['GetItem', 'Query'].includes(operation) && input['ConsistentRead'] !== true ? behind : 'pass',
  )
  const followUps = watched()
  const watch = newFollowUp({ about: 'x' })
  const [first, second] = [1, 2].map((n) => newFollowUp({ kind: watch.kind, dueAt: n }))
  if (first === undefined || second === undefined) throw new Error('two are made')
  for (const followUp of [first, second, watch]) await followUps.schedule(followUp)
  const due = () => ids(followUps.due(clock.now(), { only: watch.kind }))

  expect(await due()).toEqual([first.id, second.id])
  await followUps.resumeAfter(first)
  expect(await due()).toEqual([second.id, first.id])
  expect(await idsOf(followUps.due(clock.now()), [first])).toEqual([first.id])
  expect(await ids(followUps.open(watch.kind, 'x'))).toEqual([watch.id])
  expect(await ids(followUps.open(watch.kind))).toHaveLength(3)
  await followUps.end(first, 'done')
  await followUps.schedule(first)
  expect(await due()).toEqual([second.id])
})

const isWrite = ({ operation }: { operation: string }) => !['GetItem', 'Query'].includes(operation)

test('schedules in two writes, and ends in two', async () => {
  const followUps = watched()
  const { kind } = newFollowUp()
  await followUps.schedule(newFollowUp({ kind }))
  for (const followUp of [newFollowUp({ kind }), newFollowUp({ kind, about: 'x' })]) {
    between.decide(() => 'pass')
    await followUps.schedule(followUp)
    expect(between.asked.filter(isWrite)).toHaveLength(2)
    between.decide(() => 'pass')
    await followUps.end(followUp, 'done')
    expect(between.asked.filter(isWrite)).toHaveLength(2)
  }
})

test('keeps what was ended for 60 days, and what is open for as long as it is', async () => {
  const followUps = watched()
  const followUp = newFollowUp()
  between.decide(() => 'pass')
  await followUps.schedule(followUp)
  expect(JSON.stringify(between.asked)).not.toContain('expires_at')
  between.decide(() => 'pass')
  await followUps.end(followUp, 'done')

  const expiresAt = Math.ceil(clock.now() / 1000) + 60 * 86_400
  expect(between.asked[0]?.input['ExpressionAttributeValues']).toMatchObject({
    ':expires': { N: String(expiresAt) },
  })
})

/** Lets so many requests through, and then none. */
const dieAfter = (requests: number) => {
  const left = { requests }
  between.decide(() => {
    left.requests -= 1
    return left.requests < 0 ? died : 'pass'
  })
}

/** Does something again and again, and lets it die one request later each time, until it does not. */
async function dyingEverywhere(act: () => Promise<unknown>): Promise<number> {
  for (let requests = 0; ; requests += 1) {
    dieAfter(requests)
    const hasDied = await act().then(
      () => false,
      () => true,
    )
    between.decide(() => 'pass')
    if (!hasDied) return requests
  }
}

test.each([
  ['what falls due', {}],
  ['a watch', { about: 'x' }],
] as const)('loses and revives nothing of %s, whoever dies where', async (_name, change) => {
  const kind = randomUUID()
  const followUp = newFollowUp({ kind, ...change })
  const open = async () => ids(watched().open(kind))

  expect(await dyingEverywhere(() => watched().schedule(followUp))).toBeGreaterThan(2)
  expect(await open()).toEqual([followUp.id])
  expect(await dyingEverywhere(() => watched().end(followUp, 'done'))).toBe(2)
  await watched().schedule(followUp)
  expect(await open()).toEqual([])
})

/** What was scheduled before each kind had a partition of its own. */
async function scheduledBefore(followUp: FollowUp): Promise<void> {
  const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb')
  const client = new DynamoDBClient(aws.config('dynamoDb'))
  const content = {
    follow_up_id: { S: followUp.id },
    kind: { S: followUp.kind },
    due_at: { N: String(followUp.dueAt) },
    data: { S: JSON.stringify(followUp.data) },
  }
  const sk = `${new Date(followUp.dueAt).toISOString()}#${followUp.id}`
  for (const key of [
    { pk: { S: `follow-up#${followUp.id}` }, sk: { S: 'claim' } },
    { pk: { S: 'follow-ups' }, sk: { S: sk } },
  ])
    await client.send(
      new PutItemCommand({ TableName: 'lapse-ledger', Item: { ...key, ...content } }),
    )
}

const never = Date.parse('9999-12-31T00:00:00Z')
const watchBefore = (kind: string, client_id: string) =>
  newFollowUp({ kind, dueAt: never, data: { client_id } })

test('executes and ends what was scheduled before there were partitions by kind', async () => {
  const followUps = watched()
  const { kind } = newFollowUp()
  const all = [3, 1, 2].map((n) => newFollowUp({ kind, dueAt: n }))
  const [before, first, second] = all as [FollowUp, FollowUp, FollowUp]
  await scheduledBefore(before)
  await scheduledBefore(first)
  await followUps.schedule(second)
  const due = () => ids(followUps.due(clock.now(), { only: kind }))

  expect(await due()).toEqual([first.id, second.id, before.id])
  expect(await idsOf(followUps.due(clock.now()), all)).toHaveLength(3)
  await followUps.resumeAfter(first)
  expect(await due()).toEqual([second.id, before.id, first.id])
  await followUps.end(before, 'done')
  await followUps.end(first, 'done')
  await followUps.schedule(first)
  expect(await due()).toEqual([second.id])
})

test('finds and ends watches of before by their client', async () => {
  const followUps = watched()
  const client = randomUUID()
  await scheduledBefore(watchBefore(suspended, client))
  await scheduledBefore(watchBefore(suspended, `not ${client}`))
  await watchSuspended(followUps, client, randomUUID())

  expect(await ids(followUps.open(suspended, client))).toHaveLength(2)
  await unwatchSuspended(followUps, client, 'restore')
  expect(await ids(followUps.open(suspended, client))).toEqual([])
  expect(await ids(followUps.open(suspended, `not ${client}`))).toHaveLength(1)
})

test('moves watches of before to where they are found, whoever dies where', async () => {
  const kind = randomUUID()
  const [kept, ended] = [watchBefore(kind, 'x'), watchBefore(kind, 'x')]
  await scheduledBefore(kept)
  await scheduledBefore(ended)
  expect(await dyingEverywhere(() => ids(watched().open(kind)))).toBeGreaterThan(5)
  await watched().end({ ...ended, about: 'x' }, 'restore')

  expect(await ids(watched().open(kind))).toEqual([kept.id])
  expect(await ids(watched().open(kind, 'x'))).toEqual([kept.id])
  between.decide(() => 'pass')
  await ids(watched().open(kind))
  expect(between.asked.filter(isWrite)).toEqual([])
})

test('does not revive a watch of before that is ended while it is moved', async () => {
  const followUps = watched()
  const { kind } = newFollowUp()
  const watch = watchBefore(kind, 'x')
  await scheduledBefore(watch)
  const ends = { count: 0 }
  const somebody = dynamoDbFollowUps('lapse-ledger', clock, aws.config('dynamoDb'))
  const endIt = async () => {
    ends.count += 1
    await somebody.end({ ...watch, about: 'x' }, 'restore')
  }
  between.decide(async ({ operation }): Promise<Fate> => {
    if (operation === 'PutItem') await endIt()
    return 'pass'
  })
  await ids(followUps.open(kind))
  between.decide(() => 'pass')

  expect(ends.count).toBe(1)
  expect(await ids(followUps.open(kind))).toEqual([])
  expect(await ids(followUps.open(kind, 'x'))).toEqual([])
})
