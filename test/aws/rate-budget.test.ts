import { randomUUID } from 'node:crypto'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { type BucketState, rateBudget, tiers } from '@lapse/core/budget'
import type { BookingRequest, Ledger } from '@lapse/core/ports'
import { type ManualClock, manualClock, memoryLedger } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { localAws } from './aws.ts'

const aws = localAws()

/** The same sentences hold of a budget in memory and of one in a table. */
const ledgers = {
  memory: (clock: ManualClock): Ledger<BucketState> => memoryLedger(clock),
  DynamoDB: (clock: ManualClock): Ledger<BucketState> =>
    dynamoDbLedger('lapse-ledger', clock, aws.config('dynamoDb')),
}

const stores = Object.keys(ledgers) as (keyof typeof ledgers)[]

/** Several workers with one budget, each with what it has seen of it. */
function project(store: keyof typeof ledgers, limits = tiers.production) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const [ledger, name] = [ledgers[store](clock), randomUUID()]
  const worker = () => rateBudget({ ledger, clock, project: name, limits })
  const start = clock.now()
  const book = async (by: ReturnType<typeof worker>, given: Partial<BookingRequest> = {}) => {
    const request = { bucket: 'admin-low', lane: 'deletion', cost: 4, standing: 'begun' } as const
    const booking = await by.book({ ...request, patienceMs: 3000, ...given })
    return 'slots' in booking
      ? booking.slots.map((slot) => slot - start)
      : { in: booking.comeBackAt - start }
  }
  return { clock, worker, book }
}

test.each(stores)('%s: what one worker has booked is gone for the other', async (store) => {
  const { worker, book, clock } = project(store)
  const [one, other] = [worker(), worker()]

  expect(await book(one, { cost: 31, patienceMs: 30_000 })).toHaveLength(31)
  expect(await book(other, { together: 4 })).toEqual({ in: 60_250 })
  clock.advance(61_000)
  expect(await book(other)).toEqual([61_000, 61_000, 61_000, 61_000])
  expect(await book(one)).toEqual([62_250, 62_250, 62_250, 62_250])
})

test.each(stores)('%s: twelve workers at the same time share one budget', async (store) => {
  const { worker, book } = project(store)

  const booked = await Promise.all(Array.from({ length: 12 }, () => book(worker(), { cost: 1 })))

  const slots = (booked.flat() as number[]).toSorted((a, b) => a - b)
  expect(slots).toEqual([0, 1250, 2500].flatMap((slot) => Array(4).fill(slot)))
})

test.each(stores)('%s: buckets are apart, and so are projects', async (store) => {
  const { worker, book } = project(store)
  const other = project(store)
  await book(worker())

  expect(await book(worker(), { bucket: 'admin-medium' })).toEqual([0, 0, 0, 0])
  expect(await other.book(other.worker())).toEqual([0, 0, 0, 0])
})

test.each(stores)('%s: what Ory has said to one holds for all', async (store) => {
  const { worker, book, clock } = project(store)
  await worker().pushTo('admin-low', clock.now() + 20_000)

  const told = await book(worker(), { standing: 'new' })
  // Not before that time, and the last of its calls a little later.
  expect(told).toEqual({ in: 23_578 })
  clock.advance(20_000)
  expect(await book(worker(), { standing: 'due' })).toEqual([20_000, 20_000, 20_000, 20_000])
})

test.each(stores)(
  '%s: who is told to come back has a place that nobody else is told',
  async (store) => {
    const { worker, book } = project(store)
    await book(worker())
    const told = await Promise.all([1, 2, 3].map(() => book(worker(), { standing: 'new' })))

    expect(new Set(told.map((booking) => JSON.stringify(booking))).size).toBe(3)
  },
)

test.each(stores)('%s: a bucket without a limit is never waited for', async (store) => {
  const { worker, book } = project(store)

  expect(worker().isBooked('public-high')).toBe(false)
  expect(await book(worker(), { bucket: 'public-high', cost: 2 })).toEqual([0, 0])
})
