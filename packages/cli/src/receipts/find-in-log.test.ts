import { openLog } from '@lapse/core/receipts-log'
import { sealedLog } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { findInLog } from './find-in-log.ts'

const day = 24 * 60 * 60_000
const start = Date.parse('2020-01-01T00:00:00.000Z')

interface Logged {
  readonly event: string
  readonly pass?: string
  readonly parent?: string
  /** Days after the first. */
  readonly at: number
}

const receiptOf = ({ event, pass = 'first', parent, at }: Logged) => ({
  workflow: 'user-deleted',
  pass,
  event: { key: `key of ${event}`, id: event, ...(parent !== undefined && { parent }) },
  result: 'done',
  closed_at: new Date(start + at * day).toISOString(),
})

/** One receipt a day, and these among them. */
async function logWith(others: readonly Logged[], days: number) {
  const sealed = sealedLog()
  const daily = Array.from({ length: days }, (_, at) => ({ event: `day ${at}`, at }))
  const all = [...daily, ...others].toSorted((one, other) => one.at - other.at)
  for (let from = 0; from < all.length; from += 400)
    await sealed.add(all.slice(from, from + 400).map(receiptOf))
  const read = { count: 0 }
  const log = await openLog(sealed.bucket)
  const find = (...names: string[]) =>
    findInLog(names, log, (count) => {
      read.count += count
    })
  return { find, read }
}

test('finds every receipt of an event that the ledger has forgotten, and what it led to', async () => {
  const { find } = await logWith(
    [
      { event: 'gone', at: 10.5 },
      { event: 'gone', pass: 'follow-up', at: 11.5 },
      { event: 'derived', parent: 'gone', at: 11.6 },
    ],
    1200,
  )

  const found = await find('gone', 'its id under another key')
  expect(
    found.map(({ filed: { receipt }, index }) => [index, receipt.event.id, receipt.pass]),
  ).toEqual([
    [11, 'gone', 'first'],
    [13, 'gone', 'follow-up'],
    [14, 'derived', 'first'],
  ])
  const [, second] = found
  expect((await find(String(second?.filed.id))).map(({ index }) => index)).toEqual([13])
})

test('finds the receipts of an event that waited for two months, with hundreds of others in between', async () => {
  const between = Array.from({ length: 900 }, (_, n) => ({ event: `other ${n}`, at: 40 + n / 100 }))
  const { find } = await logWith(
    [{ event: 'slow', at: 10.5 }, ...between, { event: 'slow', pass: 'follow-up', at: 70.5 }],
    100,
  )

  expect((await find('slow')).map(({ filed: { receipt } }) => receipt.pass)).toEqual([
    'first',
    'follow-up',
  ])
})

test('finds the receipt of a rotation by its id, which says when it was written', async () => {
  const { find } = await logWith(
    [
      { event: 'rotated', pass: 'rotate', at: 3 },
      { event: 'rotated', pass: 'rotate', at: 70 },
    ],
    100,
  )
  const idAt = (days: number) =>
    `${new Date(start + days * day).toISOString()}#user-deleted#key of rotated#rotate`
  const found = async (days: number) =>
    (await find(idAt(days))).map(({ index, filed: { id } }) => ({ index, id }))

  expect(await found(3)).toEqual([{ index: 4, id: idAt(3) }])
  expect(await found(5)).toEqual([{ index: 4, id: idAt(5) }])
  expect(await found(71)).toEqual([{ index: 72, id: idAt(71) }])
  expect(await found(2)).toEqual([])
  expect(await found(69)).toEqual([])
})

test('looks no further back than an event can reach', async () => {
  const { find, read } = await logWith([{ event: 'late', at: 2990.5 }], 3000)

  expect(await find('late')).toHaveLength(1)
  expect(read.count).toBeLessThan(1000)
  expect(await find('2028-01-01T00:00:00.000Z#user-deleted#k#first')).toEqual([])
  expect(read.count).toBeLessThan(1000 * 2)
})

test('reads all of it for what was never there', async () => {
  const { find, read } = await logWith([], 700)

  expect(await find('never')).toEqual([])
  expect(read.count).toBe(700)
})
