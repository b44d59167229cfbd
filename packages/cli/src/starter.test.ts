import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startersOf, stillRun } from './starter.ts'

type Table = Readonly<Record<number, { readonly parent: number; readonly args: readonly string[] }>>

const lookUpIn = (table: Table) => async (pid: number) => table[pid]

const shell = ['sh', '-c', "'lapse' dev"]
const underNpx: Table = {
  10: { parent: 9, args: ['node', '/x/lapse', 'dev'] },
  9: { parent: 8, args: shell },
  8: { parent: 7, args: ['npm exec lapse dev', '', ''] },
  7: { parent: 1, args: ['bash'] },
}

test.each([
  ['npm, by what it calls itself', ['npm exec lapse dev']],
  ['npm, by its script', ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'run', 'dev']],
  ['pnpm', ['/usr/bin/node', '/opt/pnpm/bin/pnpm.cjs', 'dev']],
  ['yarn', ['node', '/usr/bin/yarn.js', 'dev']],
  ['bun', ['bun', 'run', 'dev']],
])('is started by %s, and all that is between', async (_, args) => {
  const table = { ...underNpx, 8: { parent: 7, args } }

  expect(await startersOf(9, lookUpIn(table))).toEqual([9, 8])
})

test.each<[string, Table]>([
  ['a shell', { ...underNpx, 8: { parent: 7, args: ['bash', 'npm-like.sh'] } }],
  ['a test runner', { 9: { parent: 1, args: ['node', 'vitest', 'run', 'npm'] } }],
  ['nobody that runs', {}],
])('is started by no npm where it is started by %s', async (_, table) => {
  expect(await startersOf(9, lookUpIn(table))).toEqual([])
})

test('looks no further than is reasonable', async () => {
  const lookUp = async (pid: number) => ({ parent: pid + 1, args: ['sh'] })

  expect(await startersOf(2, lookUp)).toEqual([])
})

test('runs on with its starters as long as each is there, and the next one’s child', async () => {
  const pids = [10, 9, 8]
  expect(await stillRun(pids, lookUpIn(underNpx))).toBe(true)

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...pids), fc.boolean(), async (pid, ended) => {
      const orphan = { parent: 1, args: shell }
      const { [pid]: _, ...others } = underNpx
      const table = ended || pid === 8 ? others : { ...others, [pid]: orphan }

      expect(await stillRun(pids, lookUpIn(table))).toBe(false)
    }),
  )
})

test('does not care who started npm', async () => {
  const table = { ...underNpx, 8: { parent: 1, args: ['npm exec lapse dev'] } }

  expect(await stillRun([10, 9, 8], lookUpIn(table))).toBe(true)
})
