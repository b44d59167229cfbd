import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { type ClosableRow, receiptId, systemClock } from '@lapse/core/ports'
import { type Local, startLocal } from '@lapse/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runLapse } from '../testing/lapse-process.ts'

let local: Local
let folder: string
const ids: Record<string, string> = {}

/** Closes the row of a receipt as a worker does. */
async function write(event: string, pass: string, client_id: string): Promise<void> {
  const { environment, endpoints } = local
  const config = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: endpoints.dynamoDb,
  }
  const table = String(environment['LEDGER_TABLE'])
  const at = systemClock.now()
  const row = { workflow: 'app-offboarded', event: `key-of-${event}`, pass }
  const time = new Date(at).toISOString()
  const receipt = {
    ...{ workflow: row.workflow, pass, client_id, result: 'done', opened_at: time },
    ...{ event: { key: row.event, type: 'app.offboarded', id: event, source: 'tests', time } },
    ...{ closed_at: time, earlier_attempts: 0, attempts: [], before: {}, after: {}, steps: [] },
    ...{ may_still_work: [], preconditions: [], notes: [], follow_up_not_before: null },
  }
  const about = [`client:${client_id}`, `event:${event}`]
  await dynamoDbPendingReceipts(table, systemClock, config).mark({ row, at, about })
  await dynamoDbLedger<ClosableRow>(table, systemClock, config).write(
    row,
    { receipt },
    0,
    undefined,
  )
  ids[`${event} ${pass}`] = receiptId({ row, at })
}

/** Takes what the ledger has of an event away, as time does. */
async function forget(event: string): Promise<void> {
  const { environment, endpoints } = local
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: endpoints.dynamoDb,
  })
  const TableName = String(environment['LEDGER_TABLE'])
  const { Items = [] } = await client.send(new ScanCommand({ TableName }))
  for (const { pk, sk } of Items) {
    if (pk === undefined || sk === undefined || !`${pk.S} ${sk.S}`.includes(event)) continue
    await client.send(new DeleteItemCommand({ TableName, Key: { pk, sk } }))
  }
  client.destroy()
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-prove-'))
  // Nothing is sealed but by the test: a minute is over soon on a slow machine.
  const schedules = [{ stem: 'seal', expression: 'rate(1 day)' }]
  local = await startLocal({ functions: [], schedules })
  await write('one', 'first', 'mail')
  await write('one', 'follow-up', 'mail')
  await write('two', 'first', 'calendar')
  await write('old', 'first', 'photos')
  await write('old', 'follow-up', 'photos')
  expect((await local.fireNow('seal')).error).toBeUndefined()
  await forget('old')
  await write('late', 'first', 'notes')
})

afterAll(async () => {
  await local?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const lapse = (...args: readonly string[]) =>
  runLapse(['receipts', ...args], { cwd: folder, env: { ...local.environment } })

const keyOf = async () => (await lapse('key')).stdout.trim()

test('proves one receipt on standard output, and discloses no other', async () => {
  const { code, stdout } = await lapse('prove', 'two')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra /)
  const [, extra = ''] = /^extra (.*)$/m.exec(stdout) ?? []
  expect(Buffer.from(extra, 'base64').toString()).toContain('"client_id":"calendar"')
  expect(Buffer.from(extra, 'base64').toString()).not.toContain('mail')

  const args = ['receipts', 'verify', '-', '--key', await keyOf()]
  expect(await runLapse(args, { stdin: stdout })).toMatchObject({ code: 0 })
})

test('writes a file for each receipt of an event, which are verified elsewhere', async () => {
  const { code, stdout } = await lapse('prove', 'one', '--out', 'one.tlog-proof')
  const files = stdout.trim().split('\n')

  expect(code).toBe(0)
  expect(files).toHaveLength(2)
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(files))
  const verified = await runLapse(['receipts', 'verify', ...files, '--key', await keyOf()], {
    cwd: folder,
  })
  expect(verified.stdout).toMatch(
    /^valid-as-of: one\.first-0\.tlog-proof.*\n.*\nvalid-as-of: one\.follow-up-1\.tlog-proof/,
  )
})

test('proves a receipt by its own id, and tells of it as JSON', async () => {
  const id = ids['one follow-up'] ?? ''
  const { stdout } = await lapse('prove', id, '--json')

  expect(JSON.parse(stdout)).toEqual({
    proofs: [
      {
        receipt_id: id,
        event: 'one',
        pass: 'follow-up',
        index: expect.any(Number),
        proof: expect.stringMatching(/^c2sp/),
      },
    ],
  })
})

test('proves out of the log what the ledger has forgotten, by the event or the receipt', async () => {
  const args = ['--out', 'old.tlog-proof']
  const byEvent = await lapse('prove', 'old', ...args)
  const byReceipt = await lapse('prove', ids['old follow-up'] ?? '', '--json')

  expect(byEvent.code).toBe(0)
  expect(byEvent.stdout).toMatch(/^old\.first-\d\.tlog-proof\nold\.follow-up-\d\.tlog-proof\n$/)
  expect(byEvent.stderr).toMatch(/^The ledger, which keeps 60 days, has no receipt of it any more/)
  const files = byEvent.stdout.trim().split('\n')
  const verified = await runLapse(['receipts', 'verify', ...files, '--key', await keyOf()], {
    cwd: folder,
  })
  expect(verified.code).toBe(0)
  expect(JSON.parse(byReceipt.stdout)).toMatchObject({
    proofs: [{ receipt_id: ids['old follow-up'], event: 'old', pass: 'follow-up' }],
  })
})

test('prints the public key alone', async () => {
  const { stdout } = await lapse('key')
  expect(stdout).toMatch(/^lapse\/local\/[\w.%]+\+[\da-f]{8}\+A[\w+/=]+\n$/)
  expect(JSON.parse((await lapse('key', '--json')).stdout)).toEqual({ key: stdout.trim() })
})

test.each([
  [['prove', 'late'], 1, /^lapse: a receipt is not in the log yet; .*: try again then\n$/],
  [
    ['prove', 'nothing'],
    1,
    /^lapse: no receipt of this is in the ledger, which keeps 60 days, nor among the 5 of the log; /,
  ],
  [
    ['prove', 'one'],
    2,
    /^lapse: the event has 2 receipts; give --out <file>, or one receipt's id\n$/,
  ],
  [['prove', ' '], 2, /^lapse: the id is empty; give an event’s or a receipt’s\n$/],
  [['prove', 'two', '--out', 'gone/two'], 1, /^lapse: cannot write gone\/two: .*ENOENT.*\n$/],
])('says in one line why there is no proof: %j', async (args, code, problem) => {
  const ended = await lapse(...args)
  expect(ended).toMatchObject({ code, stdout: '' })
  expect(ended.stderr).toMatch(problem)
})

test('says where a log has to be named', async () => {
  const { code, stderr } = await runLapse(['receipts', 'key'], { cwd: folder })
  expect(code).toBe(2)
  expect(stderr).toMatch(/^lapse: no receipts log is known; give --stage, set RECEIPTS_LOG_BUCKET/)
  expect(readFileSync(join(folder, 'one.first-0.tlog-proof'), 'utf8')).not.toContain('calendar')
})
