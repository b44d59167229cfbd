import { expect, test } from 'vitest'
import type { WorkflowRow } from '../run/row.ts'
import { memoryLedger } from '../testing/index.ts'
import type { IssuerGrant } from './issuer-grants.ts'
import {
  broughtAt,
  isBroughtLater,
  knownKey,
  olderKeys,
  rememberKey,
  type TrustedKeyRow,
} from './trusted-key.ts'

const hour = (at: number) => `2026-01-02T${String(at).padStart(2, '0')}:00:00Z`
const issuer = 'https://partner.example'
const row = (thumbprint: string, at: number): TrustedKeyRow => ({
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
