import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Local, startLocal } from '@lapse/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runLapse } from '../testing/lapse-process.ts'

const state: { local?: Local; cwd?: string } = {}
const run = (args: readonly string[], change: Readonly<Record<string, string>> = {}) =>
  runLapse(args, {
    env: { ...(state.local as Local).environment, ...change },
    cwd: state.cwd as string,
  })

beforeAll(async () => {
  state.local = await startLocal({ schedules: [] })
  state.cwd = await mkdtemp(join(tmpdir(), 'lapse-doctor-'))
})
afterAll(() => state.local?.stop())

test('ends with 1 where something is wrong, and says what to do', async () => {
  const { code, stdout, stderr } = await run(['doctor'], { LEDGER_KEY_SECRET_ID: 'gone' })

  expect(code).toBe(1)
  expect(stdout).toMatch(/^wrong +Secrets Manager: the ledger key +there is no secret gone/m)
  expect(stdout).toMatch(/^ +do: restore it from a backup/m)
  expect(stderr).toMatch(/^lapse: .*find.* something wrong$/m)
})

test('prints one document for a program, and takes what Ory does not tell', async () => {
  const file = join(state.cwd as string, 'ory.json')
  await writeFile(file, '{"ttl": {"access_token": "30m"}}')

  const { stdout } = await run(['doctor', '--json', '--ory-config', file])

  const { counts, checks } = JSON.parse(stdout)
  expect(counts).toMatchObject({ well: expect.any(Number), cannot_tell: expect.any(Number) })
  const outcomes = Object.fromEntries(
    checks.map((each: { check: string; outcome: string }) => [each.check, each.outcome]),
  )
  expect(outcomes).toMatchObject({ 'ory-urls': 'well', queues: 'well', lifespans: 'well' })
})

test.each([
  [['doctor', '--ory-config', 'nowhere.json'], /^lapse: nowhere\.json cannot be read \(ENOENT\)$/m],
  [['status', '--watch', '--json'], /^lapse: give one of --watch and --json$/m],
  [['status', '--watch'], /^lapse: --watch draws on a terminal/m],
])('refuses %j in one line', async (args, says) => {
  const { code, stdout, stderr } = await run(args)

  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(says)
})

test('says what to do where no place is known', async () => {
  for (const command of ['doctor', 'status']) {
    const { code, stderr } = await runLapse([command], { cwd: state.cwd as string })

    expect(code).toBe(2)
    expect(stderr).toMatch(/^lapse: no place is known; start lapse dev here, give --stage, or set/)
  }
})

test('shows the status as a program reads it', async () => {
  const { code, stdout } = await run(['status', '--json'])

  expect(code).toBe(0)
  expect(Object.keys(JSON.parse(stdout))).toEqual([
    'at',
    'place',
    'queues',
    'lanes',
    'circuit',
    'account_circuits',
    'follow_ups',
    'rotations',
    'last_sweep',
    'last_checkpoint',
    'alarms',
  ])
})
