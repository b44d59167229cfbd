import { expect, test } from 'vitest'
import { receiptsOf } from './receipt.ts'
import type { RotationRow } from './row.ts'

const hour = 3_600_000
const moved: RotationRow = {
  secretArn: 'arn:secret',
  clientId: 'c',
  versionId: 'new',
  previousVersionId: 'old',
  strategy: 'native',
  authMethod: 'client_secret_basic',
  algorithm: '',
  kids: [],
  phase: 'overlap',
  startedAt: 0,
  overlapMs: hour,
  pushes: 2,
  provenAt: 1000,
  previousAccepted: true,
  movedAt: 2000,
  retireAt: hour + 2000,
}
const rolledBack: RotationRow = {
  ...moved,
  phase: 'rolled-back',
  previousProvenAt: 3000,
  rolledBackAt: 4000,
  retireAt: hour + 3000,
}
const retired = (retirement: Omit<NonNullable<RotationRow['retirement']>, 'openedAt'>) => ({
  ...rolledBack,
  phase: 'closed' as const,
  closedAt: 2 * hour,
  retirement: { openedAt: hour + 3000, ...retirement },
})

test('tells nothing before the label has moved, nor of a rotation that was given up', () => {
  const { movedAt: _movedAt, ...before } = moved
  expect(receiptsOf({ ...before, phase: 'finishing' })).toEqual([])
  expect(receiptsOf({ ...before, phase: 'given-up', closedAt: 1 })).toEqual([])
})

test('tells a pass in the same words whatever came after it', () => {
  const closed = receiptsOf(retired({ before: 2, old: 1, after: 1 }))
  expect(receiptsOf(moved)).toEqual(closed.slice(0, 1))
  expect(receiptsOf(rolledBack)).toEqual(closed.slice(0, 2))
  expect(closed.map(({ pass }) => pass)).toEqual(['rotate', 'rollback', 'retire'])
})

test('tells how often the rotate endpoint was called', () => {
  expect(receiptsOf(moved)[0]?.steps[0]).toMatchObject({ calls: 2 })
})

test('says that nobody saw the canary where nobody did', () => {
  const { provenAt: _provenAt, ...unproven } = moved
  expect(receiptsOf(unproven)[0]).toMatchObject({
    canary: null,
    after: { credentials_accepted: 1 },
  })
})

test('says of an old credential that was refused before only that the call was accepted', () => {
  const [, , receipt] = receiptsOf(retired({ before: 1, old: 0, after: 1 }))
  const ends = [{ what: 'the old credential', status: 'acknowledged' }]
  expect(receipt?.steps).toMatchObject([{ status: 'acknowledged', ends }])
  expect(receipt?.notes).toEqual([])
})

test('notes that what is left is refused', () => {
  const [, , receipt] = receiptsOf(retired({ before: 1, old: 1, after: 0 }))
  expect(receipt).toMatchObject({
    after: { credentials_accepted: 0 },
    notes: ['the credential at AWSCURRENT is refused'],
  })
})

test('is not over while the retirement is not', () => {
  expect(receiptsOf(retired({ before: 2, old: 1 })).map(({ pass }) => pass)).toEqual([
    'rotate',
    'rollback',
  ])
})
