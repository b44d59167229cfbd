import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newOrderedRows } from './rows.ts'

interface Row {
  readonly key: string
  owner: string | undefined
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const owner = fc.option(fc.constantFrom('x', 'y'), { nil: undefined })
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, owner }),
  fc.record({ kind: fc.constant('delete' as const), key }),
)

test('finds by index and in order what a walk over all rows finds', () => {
  fc.assert(
    fc.property(fc.array(change), key, (changes, from) => {
      const rows = newOrderedRows<Row, 'owner'>({ owner: (row) => row.owner })
      const model = new Map<string, Row>()
      for (const step of changes) {
        if (step.kind === 'set') rows.set(step.key, { key: step.key, owner: step.owner })
        else expect(rows.delete(step.key)).toBe(model.has(step.key))
        if (step.kind === 'set') model.set(step.key, { key: step.key, owner: step.owner })
        else model.delete(step.key)
      }

      expect(rows.size).toBe(model.size)
      expect([...rows.keys()].sort()).toEqual([...model.keys()].sort())
      const inOrder = [...model.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
      expect([...rows.after('')]).toEqual(inOrder)
      expect([...rows.after(from)]).toEqual(inOrder.filter((row) => row.key > from))
      for (const name of ['x', 'y']) {
        const found = rows.by('owner', name).toSorted((a, b) => (a.key < b.key ? -1 : 1))
        expect(found).toEqual(inOrder.filter((row) => row.owner === name))
      }
    }),
  )
})

test('files a row anew when it is set again after a change', () => {
  const rows = newOrderedRows<Row, 'owner'>({ owner: (row) => row.owner })
  const row: Row = { key: 'a', owner: 'x' }
  rows.set('a', row)

  row.owner = undefined
  rows.set('a', row)

  expect(rows.by('owner', 'x')).toEqual([])
  expect(rows.get('a')).toBe(row)
})

test('lets rows be deleted while they are walked', () => {
  const rows = newOrderedRows<Row, 'owner'>({ owner: (row) => row.owner })
  for (const name of ['a', 'b', 'c']) rows.set(name, { key: name, owner: 'x' })

  for (const row of rows.by('owner', 'x')) rows.delete(row.key)

  expect(rows.size).toBe(0)
  expect([...rows.after('')]).toEqual([])
})
