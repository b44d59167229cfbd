import { expect, test } from 'vitest'
import { LeaseHeldError, UnavailableError } from '../errors.ts'
import type { Ledger } from '../ports/index.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import { leaveRow, openRow } from './open-row.ts'
import type { Receipt } from './receipt.ts'
import { close, endAttempt, intend, newRow, settle, type WorkflowRow } from './row.ts'

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
  const take = async (by: Ledger<WorkflowRow> = ledger) =>
    openRow({ key, stored: await ledger.read(key), blank }, { ledger: by, clock }, deadline)
  return { clock, ledger, deadline, blank, take }
}

/** A ledger that does so many writes as it should, and then one whose answer is lost. */
function losing(
  ledger: Ledger<WorkflowRow>,
  answered: number,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Ledger<WorkflowRow> {
  const left = { answers: answered }
  return {
    read: ledger.read,
    async write(...row) {
      const version = await ledger.write(...row)
      left.answers -= 1
      if (left.answers !== -1) return version
      await meanwhile()
      throw new UnavailableError('the table', 'timeout')
    },
  }
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

test('gives a row back also where the write that took it had no answer', async () => {
  const { ledger, take } = prepared()
  await expect(take(losing(ledger, 0))).rejects.toThrow(UnavailableError)

  expect(ledger.rows[0]).toMatchObject({
    leaseUntil: 0,
    attempts: [{ outcome: 'ERR_UNAVAILABLE' }],
  })
})

test('gives a row back whose last write had no answer', async () => {
  const { clock, ledger, take } = prepared()
  const open = await take(losing(ledger, 1))
  await expect(open.update((row) => ({ ...row, followUpNotBefore: 7 }))).rejects.toThrow()

  expect(await leaveRow(open, clock, 'ERR_X')).toBe('given-back')
  expect(ledger.rows[0]).toMatchObject({ followUpNotBefore: 7, leaseUntil: 0 })
})

test('leaves a row alone that somebody took over after a write without an answer', async () => {
  const { clock, ledger, take } = prepared()
  const takenOver = async () => {
    clock.advance(70_000)
    await take()
  }
  const open = await take(losing(ledger, 1, takenOver))
  await expect(open.update((row) => row)).rejects.toThrow()
  const theirs = ledger.rows[0]

  expect(await leaveRow(open, clock, 'ERR_X')).toBe('failed')
  expect(ledger.rows[0]).toEqual(theirs)
})

test('leaves a row as it was closed, though the answer to that was lost', async () => {
  const { clock, ledger, take } = prepared()
  const open = await take(losing(ledger, 1))
  const unclosed = open.row
  const receipt = { result: 'done' } as Receipt
  const closing = open.update((row) => close(endAttempt(row, clock.now(), 'closed'), receipt))
  await expect(closing).rejects.toThrow()
  open.note(() => unclosed)

  expect(await leaveRow(open, clock, 'ERR_X')).toBe('failed')
  expect(ledger.rows[0]?.receipt).toEqual(receipt)
})

test('names nobody who holds a row that is given back or closed', async () => {
  const { clock, ledger, take } = prepared()
  const open = await take()
  expect(ledger.rows[0]?.holder).toBeDefined()

  await leaveRow(open, clock, 'ERR_X')
  expect(ledger.rows[0]).not.toHaveProperty('holder')
})

test('looks who holds its row only after a write without an answer', async () => {
  const { ledger, take } = prepared()
  const lossy = losing(ledger, 2)
  const seen = { reads: 0 }
  const read: typeof ledger.read = (...asked) => {
    seen.reads += 1
    return lossy.read(...asked)
  }
  const open = await take({ ...lossy, read })
  const write = async () => {
    await open.update((row) => row).catch(() => undefined)
    return seen.reads
  }

  expect([await write(), await write(), await write(), await write()]).toEqual([0, 0, 1, 1])
})
