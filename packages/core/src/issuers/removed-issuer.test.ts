import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryLedger } from '../testing/index.ts'
import { rememberRemoval, removalSince } from './removed-issuer.ts'
import type { TrustedKeyRow } from './rows.ts'

const issuer = 'https://partner.example'
const hour = (at: number) => `2026-01-02T${String(at).padStart(2, '0')}:00:00Z`
const removal = (at: number) => ({ id: `e-${at}`, source: 's', time: hour(at) })

test('keeps the latest removal for good, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (removals) => {
        const trustedKeys = memoryLedger<TrustedKeyRow>()
        for (const at of removals) await rememberRemoval(issuer, removal(at), { trustedKeys })

        expect(trustedKeys.rows).toEqual([removal(Math.max(...removals))])
        expect(trustedKeys.expiries).toEqual([undefined])
      },
    ),
  )
})

test.each([
  ['before it', 1, true],
  ['at the same time', 2, true],
  ['after it', 3, false],
])('ends the trust in a key of an event %s', async (_when, at, expected) => {
  const to = { trustedKeys: memoryLedger<TrustedKeyRow>() }
  await rememberRemoval(issuer, removal(2), to)

  expect(await removalSince(issuer, hour(at), to)).toEqual(expected ? removal(2) : undefined)
  expect(await removalSince(`${issuer}/`, hour(at), to)).toBeUndefined()
})
