import { randomUUID } from 'node:crypto'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { ConfigError } from '@lapse/core/errors'
import type { FollowUp, FollowUps } from '@lapse/core/ports'
import { manualClock, memoryFollowUps } from '@lapse/core/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAws } from './aws.ts'

let aws: Awaited<ReturnType<typeof startAws>>
const clock = manualClock('2026-01-02T03:04:05Z')

beforeAll(async () => {
  aws = await startAws()
})

afterAll(() => aws.stop())

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
