import { expect, test } from 'vitest'
import type { Ledger } from '../ports/index.ts'
import type { WorkflowRow } from '../run/row.ts'
import { memoryLedger } from '../testing/index.ts'
import type { IssuerGrant } from './issuer-grants.ts'
import { rememberRemoval } from './removed-issuer.ts'
import type { BroughtKey, TrustedKeyRow } from './rows.ts'
import { broughtAt, isBroughtLater, knownKey, olderKeys, rememberKey } from './trusted-key.ts'

const hour = (at: number) => `2026-01-02T${String(at).padStart(2, '0')}:00:00Z`
const issuer = 'https://partner.example'
const row = (thumbprint: string, at: number): BroughtKey => ({
  thumbprint,
  event: `event of ${at}`,
  time: hour(at),
})

const grant = (kid: string, createdAt: number): IssuerGrant => ({
  id: kid,
  kid,
  subject: 'alice',
  scope: [],
  expiresAt: 0,
  createdAt,
})

function services() {
  return { trustedKeys: memoryLedger<TrustedKeyRow>(), ledger: memoryLedger<WorkflowRow>() }
}

test('remembers a key for good, with the latest event that brought it', async () => {
  const to = services()
  for (const [thumbprint, at] of [
    ['one', 2],
    ['one', 1],
    ['one', 3],
  ] as const)
    await rememberKey(issuer, 'a', row(thumbprint, at), to)

  expect(to.trustedKeys.rows).toEqual([row('one', 3)])
  expect(to.trustedKeys.expiries).toEqual([undefined])
})

test('remembers another key under a kid, whenever that was', async () => {
  const to = services()
  await rememberKey(issuer, 'a', row('one', 2), to)
  await rememberKey(issuer, 'a', row('two', 1), to)

  expect(await knownKey(issuer, 'a', to)).toEqual({ thumbprint: 'two', pending: false })
})

test('keeps issuers and kids apart', async () => {
  const to = services()
  await rememberKey(issuer, 'a', row('one', 1), to)

  expect(await knownKey(issuer, 'b', to)).toBeUndefined()
  expect(await knownKey('https://other.example', 'a', to)).toBeUndefined()
  expect([...(await broughtAt(issuer, ['a', 'b', 'a'], to))]).toEqual([['a', hour(1)]])
})

test('knows whether a later event brought a key', () => {
  const brought = new Map([['a', hour(2)]])

  expect(isBroughtLater(brought, 'a', hour(1))).toBe(true)
  expect(isBroughtLater(brought, 'a', hour(2))).toBe(false)
  expect(isBroughtLater(brought, 'b', hour(1))).toBeUndefined()
})

test('means by others what is older than the event, by events first and by dates then', () => {
  const now = Date.parse(hour(5))
  const grants = [
    grant('new', 0),
    grant('dated older', now + 1000),
    grant('dated newer', now + 1001),
    grant('brought earlier', now + 60_000),
    grant('brought later', 0),
    grant('dated older', 0),
  ]
  const brought = new Map([
    ['brought earlier', hour(4)],
    ['brought later', hour(6)],
  ])
  const event = {
    time: hour(5),
    jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AQAB', kid: 'new' } as const,
  }

  expect(olderKeys(grants, brought, event)).toEqual(['dated older', 'brought earlier'])
})

test('knows no key any more that its issuer’s removal took along', async () => {
  const to = services()
  const removal = { id: 'e', source: 's', time: hour(2) }
  for (const at of [1, 2, 3]) await rememberKey(issuer, `k${at}`, row('one', at), to)
  await rememberRemoval(issuer, removal, to)
  const known = await Promise.all([1, 2, 3].map((at) => knownKey(issuer, `k${at}`, to)))

  expect(known.map((key) => key?.thumbprint)).toEqual([undefined, undefined, 'one'])
})

test('reads the history of 3,000 keys several at a time, each once', async () => {
  const reads = { now: 0, most: 0, all: 0 }
  const trustedKeys: Ledger<TrustedKeyRow> = {
    async read({ event }) {
      reads.now += 1
      reads.all += 1
      reads.most = Math.max(reads.most, reads.now)
      await new Promise((resolve) => setImmediate(resolve))
      reads.now -= 1
      return event.endsWith('0') ? { row: row('one', 1), version: 1 } : undefined
    },
    write: () => Promise.reject(new Error('it only reads')),
  }
  const kids = Array.from({ length: 3000 }, (_, n) => `k${n}`)
  const brought = await broughtAt(issuer, [...kids, ...kids], { trustedKeys })

  expect([brought.size, reads.all]).toEqual([300, 3000])
  expect(reads.most).toBeGreaterThan(5)
  expect(reads.most).toBeLessThan(50)
})
