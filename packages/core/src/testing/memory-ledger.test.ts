import { expect, test } from 'vitest'
import { LedgerConflictError } from '../errors.ts'
import { manualClock } from './manual-clock.ts'
import { memoryLedger } from './memory-ledger.ts'

const key = { workflow: 'w', event: 'e', pass: 'p' }

function prepared() {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const inSeconds = (seconds: number) => clock.now() / 1000 + seconds
  return { clock, inSeconds, ledger: memoryLedger<string>(clock) }
}

test('replaces a row for who names its version, and for nobody else', async () => {
  const { ledger } = prepared()
  const first = await ledger.write(key, 'one', 0, undefined)
  const second = await ledger.write(key, 'two', first, undefined)

  expect(second).toBe(first + 1)
  for (const expected of [0, first])
    await expect(ledger.write(key, 'late', expected, undefined)).rejects.toThrow(
      LedgerConflictError,
    )
  expect(await ledger.read(key)).toEqual({ row: 'two', version: second })
})

test('counts a row past its expiry as gone, and shows it no more', async () => {
  const { ledger, clock, inSeconds } = prepared()
  await ledger.write(key, 'old', 0, inSeconds(60))

  clock.advance(59_999)
  expect((await ledger.read(key))?.row).toBe('old')
  clock.advance(1)
  expect(await ledger.read(key)).toBeUndefined()
  expect([ledger.rows, ledger.expiries]).toEqual([[], []])
})

test('never gives a version twice, though a row expires and is written anew', async () => {
  const { ledger, clock, inSeconds } = prepared()
  const old = await ledger.write(key, 'old', 0, inSeconds(60))
  clock.advance(60_000)
  await ledger.write(key, 'new', 0, undefined)

  await expect(ledger.write(key, 'late', old, undefined)).rejects.toThrow(LedgerConflictError)
})

test('lets who was slow replace a row that has expired, as long as nobody else did', async () => {
  const { ledger, clock, inSeconds } = prepared()
  const version = await ledger.write(key, 'old', 0, inSeconds(60))
  clock.advance(60_000)

  expect(await ledger.write(key, 'late', version, undefined)).toBe(version + 1)
})

test('keeps rows for ever where it has no clock', async () => {
  const ledger = memoryLedger<string>()
  await ledger.write(key, 'old', 0, 1)

  expect((await ledger.read(key))?.row).toBe('old')
})
