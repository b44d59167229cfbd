import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { ledgerKeys } from './ledger-keys.ts'
import type { RotatedSecretStore } from './secrets-manager.ts'

const bytes = (fill: number, length = 32) => Buffer.alloc(length, fill)

const holding = (current: string, previous?: string): RotatedSecretStore => ({
  get: async () => current,
  previous: async () => previous,
})

test('knows one key where it was never replaced', async () => {
  expect(await ledgerKeys('ledger-key', holding(bytes(1).toString('base64')))).toEqual({
    ledgerKey: bytes(1),
    previousLedgerKeys: [],
  })
})

test('knows the key before as well once it was replaced', async () => {
  const secrets = holding(`${bytes(2).toString('base64')}\n`, bytes(1).toString('base64'))

  expect(await ledgerKeys('ledger-key', secrets)).toEqual({
    ledgerKey: bytes(2),
    previousLedgerKeys: [bytes(1)],
  })
})

test('goes on where what was there before could not be a key', async () => {
  const secrets = holding(bytes(2).toString('base64'), 'to be set')
  expect((await ledgerKeys('ledger-key', secrets)).previousLedgerKeys).toEqual([])
})

test('refuses a current value that cannot be a key, without repeating it', async () => {
  const short = bytes(2, 31).toString('base64')
  const failure = await ledgerKeys('ledger-key', holding(short)).catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(ConfigError)
  expect(String(failure)).toMatch(/ledger-key must hold 32 random bytes in base64$/)
  expect(String(failure)).not.toContain(short)
})
