import { expect, test } from 'vitest'
import type { KeyRotated } from '../../events/index.ts'
import { manualClock, memoryLedger } from '../../testing/index.ts'
import type { KeyHistoryRow } from './key-history.ts'
import { rememberRotation, retiredBy, rotationsOf } from './key-history.ts'

const hour = (at: number) => `2026-01-02T${String(at).padStart(2, '0')}:00:00Z`
const issuer = 'https://partner.example'
const bearer = { issuer, subject: 'pseudonym' }

const event = (kid: string, at: number, kids?: readonly string[] | 'others'): KeyRotated => ({
  type: 'key.rotated',
  id: 'e',
  source: 's',
  time: hour(at),
  data: {},
  issuer,
  scope: [],
  jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AQAB', kid },
  expiresAt: hour(23),
  siblings: 'refuse',
  ...(kids && { retire: { kids, afterMs: 0 } }),
})

function services() {
  return {
    keyHistories: memoryLedger<KeyHistoryRow>(),
    clock: manualClock('2026-01-02T03:04:05Z'),
    ledgerKey: new Uint8Array(32),
  }
}

test('remembers rotations in the order they were begun, each key once, at its latest', async () => {
  const to = services()
  for (const rotation of [event('a', 1), event('b', 2, ['a']), event('a', 3), event('a', 2)])
    await rememberRotation(bearer, rotation, to)

  expect(await rotationsOf(bearer, to)).toEqual([
    { kid: 'b', time: hour(2), retires: ['a'], id: 'e', source: 's' },
    { kid: 'a', time: hour(3), retires: [], id: 'e', source: 's' },
  ])
  expect(to.keyHistories.expiries).toEqual([to.clock.now() / 1000 + 60 * 86_400])
})

test('keeps subjects apart, and those of one from any', async () => {
  const to = services()
  await rememberRotation(bearer, event('a', 1), to)

  expect(await rotationsOf({ issuer, subject: undefined }, to)).toEqual([])
  expect(await rotationsOf({ issuer: 'https://other.example', subject: 'pseudonym' }, to)).toEqual(
    [],
  )
})

test('keeps the latest fifty', async () => {
  const to = services()
  for (let n = 0; n < 55; n += 1) await rememberRotation(bearer, event(`k${n}`, 1), to)
  const rotations = await rotationsOf(bearer, to)

  expect([rotations.length, rotations.at(0)?.kid, rotations.at(-1)?.kid]).toEqual([50, 'k5', 'k54'])
})

test.each([
  ['by name', 3, ['a'], true],
  ['with all others', 3, 'others', true],
  ['not at all', 3, [], false],
  ['where that was earlier', 1, ['a'], false],
  ['where that was at the same time', 2, 'others', false],
] as const)('knows a key that a later event retires: %s', (_how, at, retires, expected) => {
  const later = { kid: 'b', time: hour(at), retires, id: 'later', source: 'elsewhere' }

  expect(retiredBy([later], event('a', 2))).toEqual(
    expected ? { id: 'later', source: 'elsewhere', time: hour(at) } : undefined,
  )
})

test('retires no key by the event that brings it', () => {
  expect(retiredBy([{ kid: 'a', time: hour(3), retires: 'others' }], event('a', 2))).toBe(undefined)
})

test('says of rotations that it kept without a name that it has none', () => {
  expect(retiredBy([{ kid: 'b', time: hour(3), retires: 'others' }], event('a', 2))).toEqual({
    id: 'not recorded',
    source: 'not recorded',
    time: hour(3),
  })
})

test('keeps no id that spells the subject', async () => {
  const to = services()
  await rememberRotation(bearer, { ...event('a', 1), subject: 'alice', id: 'of alice' }, to)

  expect(JSON.stringify(to.keyHistories.rows)).not.toContain('alice')
})

test('keeps the latest rotations only where many keys with long names would not fit into a row', async () => {
  const to = services()
  for (let n = 0; n < 20; n += 1) {
    const kids = Array.from({ length: 50 }, (_, k) => `${n}-${k}-`.padEnd(255, 'x'))
    await rememberRotation(bearer, event(`new-${n}`, n, kids), to)
  }
  const kept = await rotationsOf(bearer, to)

  expect(JSON.stringify(to.keyHistories.rows).length).toBeLessThan(64 * 1024)
  expect(kept.map(({ kid }) => kid)).toEqual(['new-16', 'new-17', 'new-18', 'new-19'])
})
