import { randomUUID } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { systemClock } from '@lapse/core/ports'
import type { NewestRow } from '@lapse/core/workflows'
import { type Local, startLocal } from '@lapse/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placeOf } from '../place.ts'
import { runLapse } from '../testing/lapse-process.ts'

const state: { local?: Local } = {}
const local = () => state.local as Local
const environment = () => local().environment

beforeAll(async () => {
  state.local = await startLocal({ functions: [], schedules: [], variables: {} })
})
afterAll(() => state.local?.stop())

const plan = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = environment(),
  cwd?: string,
) => runLapse(['plan', ...args], { env, ...(cwd !== undefined && { cwd }) })

/** Remembers an event about a client as a worker that has begun it does. */
async function begun(clientId: string, row: NewestRow): Promise<void> {
  const { LEDGER_TABLE = '' } = environment()
  const newest = dynamoDbLedger<NewestRow>(
    LEDGER_TABLE,
    systemClock,
    placeOf({ environment: environment() }).dynamoDb,
  )
  const key = { workflow: 'app-offboarded', event: `client ${clientId}`, pass: 'newest' }
  await newest.write(key, row, 0, undefined)
}

async function eventFile(change: object) {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-plan-'))
  const time = new Date().toISOString()
  const event = { specversion: '1.0', id: 'e-1', source: 'test', type: 'app.offboarded', time }
  await writeFile(join(cwd, 'event.json'), JSON.stringify({ ...event, ...change }))
  return cwd
}

test.concurrent('says that a later event has begun, and which', async () => {
  const client_id = `app-${randomUUID()}`
  const later = { id: 'e-2', source: 'test', time: new Date().toISOString() }
  await begun(client_id, { ...later, mode: 'delete' })
  const time = '2026-11-01T00:00:00Z'
  const cwd = await eventFile({ time, data: { client_id, mode: 'suspend' } })

  const { code, stdout } = await plan(
    ['app-offboarded', 'event.json', '--json'],
    environment(),
    cwd,
  )

  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    workflow: 'app-offboarded',
    verdict: { result: 'superseded', superseded_by: later },
    not_looked_at: [],
    ledger: 'asked',
    before: {},
    steps: [],
  })
})

test.concurrent('looks at the secrets that an event names', async () => {
  const data = { client_id: 'gone', mode: 'delete', secret_ids: ['no such id'] }

  const { stdout } = await plan(
    ['app-offboarded', 'event.json', '--json'],
    environment(),
    await eventFile({ data }),
  )

  expect(JSON.parse(stdout)).toMatchObject({
    verdict: { result: 'refused-afterwards', reason: 'malformed-secret-id' },
  })
})

test.concurrent('reads the subject from where the deployment has it', async () => {
  const env = { ...environment(), USER_DELETED_SUBJECT_FIELD: 'user.id' }
  const cwd = await eventFile({ type: 'user.deleted', data: { user: { id: 'alice' } } })

  const { stdout } = await plan(['user-deleted', 'event.json', '--json'], env, cwd)

  expect(JSON.parse(stdout)).toMatchObject({
    verdict: { result: 'nothing-left' },
    ledger: 'asked',
    steps: [{ params: { subject: 'alice' } }, { params: { subject: 'alice', all: true } }],
  })
})

test.concurrent('says in one line what is wrong with a table', async () => {
  const env = { ...environment(), LEDGER_TABLE: 'elsewhere' }

  const { code, stdout, stderr } = await plan(['user-deleted', '--subject', 'alice'], env)

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    /^lapse: table elsewhere: AWS answered ResourceNotFoundException; [^\n]+ these credentials may use it\n$/,
  )
})
