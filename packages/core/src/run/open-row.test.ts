import { expect, test } from 'vitest'
import { LeaseHeldError } from '../errors.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import { leaveRow, openRow } from './open-row.ts'
import { intend, newRow, settle, type WorkflowRow } from './row.ts'

const key = { workflow: 'user-deleted', event: 'k', pass: 'first' }
const day = 24 * 60 * 60_000

function prepared() {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const ledger = memoryLedger<WorkflowRow>()
  const event = { key: 'k', type: 't', id: 'e', source: 's', time: '2026-01-02T03:04:05Z' }
  const blank = newRow({
    workflow: 'user-deleted',
    pass: 'first',
    event,
    about: {},
    openedAt: clock.now(),
  })
  const deadline = clock.now() + 57_000
  const take = async () =>
    openRow({ key, stored: await ledger.read(key), blank }, { ledger, clock }, deadline)
  return { clock, ledger, deadline, blank, take }
}

test('holds a row for as long as a call may be on the wire, whoever’s clock is two seconds ahead', async () => {
  const { clock, take } = prepared()
  await take()
  clock.advance(57_000 + 2900)
  await expect(take()).rejects.toThrow(LeaseHeldError)

  clock.advance(200)
  expect((await take()).row.attempts).toHaveLength(2)
})

test('gives a row back at once where an attempt ends by itself', async () => {
  const { clock, take } = prepared()
  await leaveRow(await take(), clock, 'ERR_X')

  expect((await take()).row.attempts).toMatchObject([{ outcome: 'ERR_X' }, { number: 2 }])
})

test('writes nothing to a row that is closed, whatever fails after that', async () => {
  const { clock, ledger, take } = prepared()
  const open = await take()
  const receipt = { result: 'done' } as WorkflowRow['receipt']
  await open.update((row) => ({ ...row, ...(receipt && { receipt }) }))
  const [closed] = ledger.rows
  await leaveRow(open, clock, 'TypeError')

  expect(ledger.rows).toEqual([closed])
})

test('lets every row go sixty days after its last write, closed or not', async () => {
  const { clock, ledger, take } = prepared()
  const open = await take()
  expect(ledger.expiries).toEqual([(clock.now() + 60 * day) / 1000])

  clock.advance(5 * day)
  await leaveRow(open, clock, 'ERR_X')
  expect(ledger.expiries).toEqual([(clock.now() + 60 * day) / 1000])
})

test('writes what was noted with the next write, and keeps what could not be written', async () => {
  const { clock, ledger, take } = prepared()
  const open = await take()
  open.note((row) => ({ ...row, followUpNotBefore: 7 }))
  expect(ledger.rows[0]?.followUpNotBefore).toBeUndefined()

  await leaveRow(open, clock, 'ERR_X')
  expect(ledger.rows[0]).toMatchObject({ followUpNotBefore: 7, leaseUntil: 0 })
})

test('tells of progress once the ledger holds it, and not of what could not be written', async () => {
  const { clock, ledger, deadline, blank } = prepared()
  const told = { times: 0 }
  const state = { fails: false }
  const failing = {
    ...ledger,
    write: (...row: Parameters<typeof ledger.write>) =>
      state.fails ? Promise.reject(new Error('throttled')) : ledger.write(...row),
  }
  const found = { key, stored: undefined, blank }
  const open = await openRow(found, { ledger: failing, clock }, deadline, {
    progressed: () => {
      told.times += 1
    },
  })
  const step = {
    key: 'end',
    call: { op: 'queue.send', params: { body: 'x' } },
    by: 'subject',
    ends: [{ what: 'all', evidence: 'acknowledged' }],
  } as const
  await open.update((row) => intend(row, {}, [step]))
  open.note((row) => settle(row, 'end', 'acknowledged'))
  state.fails = true
  await leaveRow(open, clock, 'ERR_X')
  expect(told.times).toBe(0)

  state.fails = false
  await leaveRow(open, clock, 'ERR_X')
  expect(told.times).toBe(1)
})

test('takes a row for new only until it has written it', async () => {
  const { clock, ledger, blank, deadline } = prepared()
  const found = { key, stored: undefined, blank, isSupposed: true }
  const open = await openRow(found, { ledger, clock }, deadline, { isTakenLater: true })
  const before = open.isSupposed
  await open.update((row) => row)

  expect([before, open.isSupposed]).toEqual([true, false])
})
