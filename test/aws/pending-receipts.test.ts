import { randomUUID } from 'node:crypto'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { dynamoDbReceiptIndex } from '@lapse/aws/receipt-index'
import { ConfigError } from '@lapse/core/errors'
import {
  type ClosableRow,
  type Ledger,
  markPatienceMs,
  type PendingReceipts,
  type ReceiptIndex,
  type ReceiptMark,
  receiptId,
} from '@lapse/core/ports'
import { manualClock, memoryLedger, memoryPendingReceipts } from '@lapse/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { localAws } from './aws.ts'

const aws = localAws()
const minute = 60_000
const day = 24 * 60 * minute

interface Under {
  readonly pending: PendingReceipts
  readonly index: ReceiptIndex
  readonly ledger: Ledger<ClosableRow>
}

type Clock = ReturnType<typeof manualClock>

/** What is marked in one table is pending for all: each test has a year of its own. */
const years = { next: 2031 }
function newClock(): Clock {
  years.next += 1
  return manualClock(`${years.next}-03-04T23:50:00.000Z`)
}

const kinds: readonly (readonly [string, (clock: Clock) => Under])[] = [
  [
    'DynamoDB',
    (clock) => {
      const config = aws.config('dynamoDb')
      return {
        pending: dynamoDbPendingReceipts('lapse-ledger', clock, config),
        index: dynamoDbReceiptIndex('lapse-ledger', clock, config),
        ledger: dynamoDbLedger<ClosableRow>('lapse-ledger', clock, config),
      }
    },
  ],
  [
    'memory',
    (clock) => {
      const ledger = memoryLedger<ClosableRow>(clock)
      const pending = memoryPendingReceipts({ ledger, clock })
      return { pending, index: pending.index, ledger }
    },
  ],
]

/** A place of tests, with what a worker does to a row. */
function prepared(make: (clock: Clock) => Under, clock = newClock()) {
  const under = make(clock)
  const markOf = (event: string, { pass = 'first', about = ['subject:s'] } = {}): ReceiptMark => ({
    row: { workflow: 'test', event, pass },
    at: clock.now(),
    about,
  })
  const close = async ({ row, at }: ReceiptMark) => {
    // As long as receipts are: rows are kept otherwise then.
    const notes = ['what may still work '.repeat(100)]
    const receipt = { closed_at: new Date(at).toISOString(), event: row.event, notes }
    await under.ledger.write(row, { receipt }, 0, undefined)
    return JSON.stringify(receipt)
  }
  const add = async (mark: ReceiptMark) => {
    await under.pending.mark(mark)
    await close(mark)
    return receiptId(mark)
  }
  const listed = async () => {
    const all = await Array.fromAsync(under.pending.list())
    return all.map(({ id, receipt }) => `${id.split('#')[2]} ${receipt ? 'closed' : 'open'}`)
  }
  return { ...under, clock, markOf, close, add, listed }
}

test.each(kinds)(
  '%s lists what is marked, with its receipt once it is closed',
  async (_n, make) => {
    const { pending, markOf, close, listed } = prepared(make)
    const [one, other] = [markOf(randomUUID()), markOf(randomUUID())]
    await pending.mark(one)
    await pending.mark(other)
    const receipt = await close(one)

    expect((await listed()).toSorted()).toEqual(
      [`${one.row.event} closed`, `${other.row.event} open`].toSorted(),
    )
    expect(await pending.read([receiptId(other), receiptId(one), 'nothing'])).toEqual([
      undefined,
      receipt,
      undefined,
    ])
  },
)

test.each(kinds)(
  '%s lists nothing that is settled, and tells where it is, however often',
  async (_n, make) => {
    const { pending, clock, markOf, add, listed } = prepared(make)
    const ids: string[] = []
    // Over midnight: a batch may be of two days.
    for (let number = 0; number < 60; number += 1) {
      ids.push(await add(markOf(`${number}`)))
      clock.advance(20_000)
    }
    const places = ids.map((id, at) => ({ id, index: 100 + at }))
    await pending.settle(places)
    await pending.settle(places)
    const late = await add(markOf('late'))
    // A mark that is repeated is the same one.
    await pending.mark({ ...markOf('0'), at: clock.now() - 60 * 20_000 })

    expect(await listed()).toEqual(['late closed'])
    expect(await Promise.all([...ids, late].map(pending.placeOf))).toEqual([
      ...places.map(({ index }) => index),
      undefined,
    ])
    await pending.settle([{ id: late, index: undefined }])
    expect(await listed()).toEqual([])
    expect(await pending.placeOf(late)).toBeUndefined()
  },
)

test.each(kinds)(
  '%s forgets a mark whose row is not closed in time, and no row that is',
  async (_n, make) => {
    const { pending, clock, markOf, add, listed } = prepared(make)
    await pending.mark(markOf('died'))
    const slow = markOf('slow')
    await pending.mark(slow)
    await add(markOf('closed'))
    clock.advance(markPatienceMs)
    expect((await listed()).toSorted()).toEqual(['closed closed', 'died open', 'slow open'])

    clock.advance(1)
    expect(await listed()).toEqual(['closed closed'])
    // Nobody sealed for a week: what is closed is still there.
    clock.advance(7 * day)
    expect(await listed()).toEqual(['closed closed'])
    await add(markOf('new'))
    expect((await listed()).toSorted()).toEqual(['closed closed', 'new closed'])
  },
)

test.each(kinds)(
  '%s takes a receipt from the mark of the attempt that closed its row, and no other',
  async (_n, make) => {
    const { pending, index, clock, markOf, add } = prepared(make)
    const died = markOf('twice')
    await pending.mark(died)
    clock.advance(1000)
    const id = await add(markOf('twice'))

    const all = await Array.fromAsync(pending.list())
    expect(all.filter(({ receipt }) => receipt !== undefined).map((one) => one.id)).toEqual([id])
    expect(await index.read([receiptId(died), id])).toEqual([undefined, expect.any(String)])
  },
)

test.each(kinds)('%s finds receipts by time, in both directions', async (_n, make) => {
  const { index, clock, markOf, add } = prepared(make)
  const from = clock.now()
  const ids: string[] = []
  for (const event of ['a', 'b', 'c', 'd']) {
    ids.push(await add(markOf(event)))
    clock.advance(6 * 60 * minute)
  }
  const to = clock.now()
  const list = async (range: Parameters<ReceiptIndex['list']>[0]) =>
    (await Array.fromAsync(index.list(range))).map(({ id }) => id)

  expect(await list({ from, to, oldestFirst: true })).toEqual(ids)
  expect(await list({ from, to })).toEqual(ids.toReversed())
  expect(await list({ from: from + 1, to: from + 12 * 60 * minute })).toEqual(
    ids.slice(1, 3).toReversed(),
  )
})

test.each(kinds)(
  '%s finds a receipt by what it is about, and its second pass',
  async (_n, make) => {
    const { index, clock, markOf, add } = prepared(make)
    const [subject, owner] = [`subject:${randomUUID()}`, `owner:${randomUUID()}`]
    const first = await add(markOf('x', { about: [subject, 'event:e'] }))
    clock.advance(31 * minute)
    const second = await add(markOf('x', { pass: 'follow-up', about: [subject, 'event:e'] }))
    const other = await add(markOf('y', { about: [owner, subject] }))
    const find = async (about: string) =>
      (await Array.fromAsync(index.find(about))).map(({ id }) => id)

    expect(await find(subject)).toEqual([other, second, first])
    expect(await find(owner)).toEqual([other])
    expect(await find('event:e')).toEqual([second, first])
    expect(await find('event:other')).toEqual([])
    expect(await find('subject:nobody')).toEqual([])
  },
)

test.each(kinds)(
  '%s lets every closed receipt be settled once, in any order',
  async (name, make) => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('mark' as const), event: fc.nat(5) }),
      fc.record({ kind: fc.constant('close' as const), event: fc.nat(5) }),
      fc.record({ kind: fc.constant('seal' as const), most: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 4, 40) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { pending, clock, markOf, close } = prepared(make)
        const run = randomUUID()
        const marked = new Map<number, ReceiptMark>()
        const closed = new Set<string>()
        const log: string[] = []
        const seal = async (most: number) => {
          const chosen: string[] = []
          for await (const { id, receipt } of pending.list())
            if (receipt !== undefined && chosen.length < most) chosen.push(id)
          const places = chosen.map((id, at) => ({ id, index: log.length + at }))
          log.push(...chosen)
          await pending.settle(places)
        }
        for (const one of steps) {
          if (one.kind === 'wait') clock.advance(one.minutes * minute)
          else if (one.kind === 'seal') await seal(one.most)
          else if (one.kind === 'mark') {
            if (closed.has(`${one.event}`)) continue
            // Attempts follow one another, and none at the same time as the one before.
            clock.advance(1)
            const mark = markOf(`${run}-${one.event}`)
            await pending.mark(mark)
            marked.set(one.event, mark)
          } else {
            const mark = marked.get(one.event)
            const isLate = mark !== undefined && clock.now() - mark.at > markPatienceMs
            if (mark === undefined || isLate || closed.has(`${one.event}`)) continue
            await close(mark)
            closed.add(`${one.event}`)
          }
        }
        await seal(100)

        expect(log.map((id) => id.split('#')[2]).toSorted()).toEqual(
          [...closed].map((event) => `${run}-${event}`).toSorted(),
        )
        expect(await Promise.all(log.map(pending.placeOf))).toEqual(log.map((_id, at) => at))
      }),
      // Each list is a dozen requests to a database in this process.
      { numRuns: name === 'memory' ? 200 : 8 },
    )
  },
)

test('a table that is not there is a mistake in the settings', async () => {
  const clock = newClock()
  const config = aws.config('dynamoDb')
  const pending = dynamoDbPendingReceipts('nowhere', clock, config)
  const mark = { row: { workflow: 'w', event: 'e', pass: 'first' }, at: clock.now(), about: [] }

  await expect(pending.mark(mark)).rejects.toThrow(ConfigError)
  await expect(Array.fromAsync(pending.list())).rejects.toThrow(ConfigError)
  const index = dynamoDbReceiptIndex('nowhere', clock, config)
  await expect(Array.fromAsync(index.find('subject:s'))).rejects.toThrow(ConfigError)
})

test.each(kinds)('%s finds what has the longest of names', async (_n, make) => {
  const { add, markOf, index } = prepared(make)
  // A publisher's id may have 1,024 characters, of three bytes each.
  const about = `event:${'漢'.repeat(1024)}`
  const id = await add(markOf(randomUUID(), { about: ['client:c', about] }))

  expect((await Array.fromAsync(index.find(about))).map((entry) => entry.id)).toEqual([id])
})
