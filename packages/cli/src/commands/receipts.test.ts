import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { subjectPseudonym } from '@lapse/core/events'
import { rowRetentionMs, systemClock } from '@lapse/core/ports'
import { maskOf, type Receipt, thingsIn, type WorkflowRow } from '@lapse/core/run'
import { type Local, startLocal } from '@lapse/local'
import { startOryEmulator } from '@lapse/ory-emulator'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { placeOf } from '../place.ts'
import { exampleReceipt } from '../testing/example-receipt.ts'
import { lapseHere } from '../testing/lapse-here.ts'
import { runLapse } from '../testing/lapse-process.ts'

const state: { local?: Local } = {}
const environment = () => (state.local as Local).environment
const place = () => placeOf({ environment: environment() })

/** Whom nothing may name that was not asked about them in clear. */
const subject = 'zoë.canary@users.example'
const spellings = [
  subject,
  'canary@users',
  encodeURIComponent(subject),
  Buffer.from(subject).toString('base64').slice(0, 24),
  Buffer.from(subject).toString('base64url').slice(0, 24),
  Buffer.from(subject).toString('hex'),
  JSON.stringify(subject).slice(1, -1),
]

/** How long ago, in minutes, each receipt was closed. */
const minutes = (ago: number) => Date.now() - ago * 60_000

async function ledgerKeyNow(): Promise<Uint8Array> {
  const secrets = secretsManager(place().secretsManager)
  return Buffer.from(await secrets.get(environment()['LEDGER_KEY_SECRET_ID'] ?? ''), 'base64')
}

/** Closes a row with a receipt as a worker does. */
async function close(change: Partial<Receipt>, at: number): Promise<void> {
  const closed = new Date(at).toISOString()
  const receipt: Receipt = { ...exampleReceipt, ...change, opened_at: closed, closed_at: closed }
  const { workflow, event, pass } = receipt
  const row = { workflow, event: event.key, pass }
  const { LEDGER_TABLE = '' } = environment()
  const about = thingsIn(receipt)
  const { dynamoDb } = place()
  await dynamoDbPendingReceipts(LEDGER_TABLE, systemClock, dynamoDb).mark({ row, at, about })
  const expiresAt = Math.ceil((Date.now() + rowRetentionMs) / 1000)
  const ledger = dynamoDbLedger<Pick<WorkflowRow, 'receipt'>>(LEDGER_TABLE, systemClock, dynamoDb)
  await ledger.write(row, { receipt }, 0, expiresAt)
}

const old = { labelled: randomBytes(32), kept: randomBytes(32) }

/** Any secret that holds a key. */
const keptId = 'lapse/webhooks/standard'

beforeAll(async () => {
  state.local = await startLocal({ functions: [], schedules: [], variables: {} })
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value)
  const secretId = environment()['LEDGER_KEY_SECRET_ID'] ?? ''
  const secrets = secretVersions(place().secretsManager)
  const label = 'kept-2025' as 'AWSPENDING'
  await secrets.put(secretId, 'a'.repeat(32), old.labelled.toString('base64'), label)
  await secrets.put(keptId, 'b'.repeat(32), old.kept.toString('base64'), 'AWSCURRENT')
  vi.stubEnv('KEPT_LEDGER_KEY_SECRET_IDS', keptId)

  const key = await ledgerKeyNow()
  const source = maskOf(`/users/${subject}`, key)
  const about = { subject: subjectPseudonym(key, subject) }
  const event = { ...exampleReceipt.event, key: 'user', id: maskOf(`gone ${subject}`, key), source }
  const due = new Date(minutes(30)).toISOString()
  await close({ ...about, event, follow_up_not_before: due }, minutes(60))
  const second = { pass: 'follow-up', follow_up_not_before: null, may_still_work: [] } as const
  await close(
    { ...about, ...second, event, before: { consent_sessions: 0 }, steps: [] },
    minutes(29),
  )

  for (const [name, oldKey] of Object.entries(old)) {
    const before = { ...event, key: `user-${name}`, id: `event-${name}` }
    const oldAbout = { subject: subjectPseudonym(oldKey, subject) }
    const at = minutes(name === 'kept' ? 180 : 120)
    await close({ ...oldAbout, event: before, follow_up_not_before: null }, at)
  }

  const { subject: _, ...ofClient } = exampleReceipt
  await close(
    {
      ...ofClient,
      workflow: 'app-offboarded',
      event: { ...event, key: 'app', id: '=cmd|"/c calc"!A1', source: 'https://partners.example' },
      client_id: 'notes',
      subject: undefined as unknown as string,
      may_still_work: [],
      follow_up_not_before: null,
      result: 'superseded',
    },
    minutes(10),
  )
})
afterAll(() => state.local?.stop())

const receipts = (args: readonly string[]) => lapseHere(['receipts', ...args])

/** A process of its own is needed only where something stands on standard input. */
const told = (args: readonly string[], env = environment()) =>
  runLapse(args, { env, stdin: `${subject}\n` })

interface Listed {
  readonly receipts: readonly {
    readonly id: string
    readonly workflow: string
    readonly pass: string
    readonly event: { readonly id: string }
    readonly may_still_work: readonly unknown[]
  }[]
}

async function listed(args: readonly string[]): Promise<Listed['receipts']> {
  const { stdout } = await receipts([...args, '--json'])
  return (JSON.parse(stdout) as Listed).receipts
}

test('lists receipts by time, newest first', async () => {
  expect((await listed(['list'])).map(({ workflow, pass }) => [workflow, pass])).toEqual([
    ['app-offboarded', 'first'],
    ['user-deleted', 'follow-up'],
    ['user-deleted', 'first'],
    ['user-deleted', 'first'],
    ['user-deleted', 'first'],
  ])
  expect(await listed(['list', '--from', '45m', '--to', '20m'])).toMatchObject([
    { pass: 'follow-up' },
  ])
})

test('lists only what is meant', async () => {
  expect(await listed(['list', '--workflow', 'app-offboarded'])).toHaveLength(1)
  expect(await listed(['list', '--result', 'superseded'])).toHaveLength(1)
  expect(await listed(['list', '--limit', '2'])).toHaveLength(2)
  expect((await listed(['list', '--may-still-work'])).map(({ pass }) => pass)).toEqual([
    'first',
    'first',
    'first',
  ])
})

test('prints a receipt in a line, and none where there is none', async () => {
  const { stdout, code } = await receipts(['list', '--workflow', 'app-offboarded'])
  const none = await receipts(['list', '--workflow', 'nope'])

  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^\S+ \S+ app-offboarded, first: client notes; event =cmd\|"\/c calc"!A1: superseded at [^\n]+\n$/,
  )
  expect(none).toMatchObject({ code: 0, stdout: '' })
  expect(none.stderr).toContain('No such receipt in this time')
})

test('finds a user by the subject, under the key of now and those that were kept', async () => {
  const found = await listed(['find', '--subject', subject])

  expect(found.map(({ id }) => id.replace(/^[^#]+#/, ''))).toEqual([
    'user-deleted#user#follow-up',
    'user-deleted#user#first',
    'user-deleted#user-labelled#first',
    'user-deleted#user-kept#first',
  ])
})

test('finds an event by its id, also where the id is masked for the subject in it', async () => {
  expect(await listed(['find', '--event', 'event-labelled'])).toHaveLength(1)
  expect(await listed(['find', '--event', `gone ${subject}`])).toHaveLength(2)
})

test('finds what is about a client', async () => {
  expect(await listed(['find', '--client', 'notes'])).toMatchObject([
    { workflow: 'app-offboarded', client_id: 'notes' },
  ])
})

test.each([
  ['--subject', 'nobody'],
  ['--event', 'no such event'],
  ['--secret', 'no-such-secret'],
  ['--secret', 'no such id'],
])('says in a line that there is nothing of %s %s', async (option, value) => {
  const { code, stdout, stderr } = await receipts(['find', option, value])

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    /^lapse: (no receipt of it is here|there is no secret of this name); [^\n]+\n$/,
  )
})

test('shows both passes of an event, the verdict first', async () => {
  const [first] = await listed(['find', '--event', 'event-labelled'])
  const byEvent = await receipts(['show', `gone ${subject}`])
  const byReceipt = await receipts(['show', first?.id ?? '', '--json'])

  expect(byEvent.stdout).toMatch(/^gone since \S+ \S+Z[^\n]*\n\n *user-deleted, first pass/)
  expect(byEvent.stdout).toContain('user-deleted, follow-up pass closed')
  expectSilence(byEvent)
  expect(JSON.parse(byReceipt.stdout)).toMatchObject({
    events: [
      {
        verdict: expect.stringMatching(/^gone since /),
        ending: 'gone',
        follow_up: 'none',
        sessions_not_told: 0,
        receipts: [{ id: first?.id, receipt: { event: { id: 'event-labelled' } } }],
      },
    ],
  })
})

test('shows of an event’s receipt the other one as well', async () => {
  const found = await listed(['find', '--event', `gone ${subject}`])
  for (const { id } of found) {
    const { stdout } = await receipts(['show', id, '--json'])
    const { events } = JSON.parse(stdout) as { events: { receipts: { id: string }[] }[] }
    expect(events.map((event) => event.receipts.map((one) => one.id))).toEqual([
      found.map((one) => one.id).toReversed(),
    ])
  }
})

test.each(['no such event', '2026-01-02T03:04:05.000Z#user-deleted#x#first'])(
  'says in a line that there is no %s to show',
  async (id) => {
    const { code, stdout, stderr } = await receipts(['show', id])

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^lapse: no receipt of this event is here; [^\n]+\n$/)
  },
)

test('exports every receipt, oldest first, in each format', async () => {
  const keys = ['user-kept', 'user-labelled', 'user', 'user', 'app']
  const ndjson = await receipts(['export'])
  const json = await receipts(['export', '--json'])
  const ocsf = await receipts(['export', '--format', 'ocsf'])
  const csv = await receipts(['export', '--format', 'csv'])
  const lines = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))

  expect(lines(ndjson.stdout).map(({ receipt }) => receipt.event.key)).toEqual(keys)
  expect(json.stdout).toBe(ndjson.stdout)
  expect(lines(ocsf.stdout).map(({ metadata }) => metadata.correlation_uid)).toEqual(keys)
  expect(lines(ocsf.stdout).map(({ class_uid }) => class_uid)).toEqual([
    3001, 3001, 3001, 3001, 3004,
  ])
  const records: Record<string, string>[] = parse(csv.stdout, { columns: true })
  expect(records.map(({ event_key }) => event_key)).toEqual(keys)
  expect(records.at(-1)).toMatchObject({ event_id: '\'=cmd|"/c calc"!A1', client_id: 'notes' })
  expect(csv.stdout).toMatch(/\r\n$/)
  expect(csv.stdout).not.toMatch(/[^\r]\n/)
})

test('reports figures, and as a page', async () => {
  const json = await receipts(['report', '--json'])
  const html = await receipts(['report', '--format', 'html'])
  const markdown = await receipts(['report'])

  expect(JSON.parse(json.stdout)).toMatchObject({
    receipts: 5,
    workflows: [
      { workflow: 'app-offboarded', events: 1, superseded: 1 },
      { workflow: 'user-deleted', events: 3, done: 3, seen_gone: 3 },
    ],
    open: { passes_due: 0, passes_late: 0, not_closed: 0 },
  })
  expect(html.stdout).toMatch(/^<!doctype html>/)
  expect(markdown.stdout).toMatch(/^# Access that ended/)
})

test('finds for a report the pass that came after its time', async () => {
  const { stdout } = await receipts(['report', '--json', '--from', '90m', '--to', '50m'])

  expect(JSON.parse(stdout)).toMatchObject({
    receipts: 1,
    open: { passes_due: 0, passes_late: 0 },
    may_still_work: [],
  })
})

function expectSilence(said: { readonly stdout: string; readonly stderr: string }): void {
  for (const spelling of spellings) expect(said.stdout + said.stderr).not.toContain(spelling)
}

const finding = ['receipts', 'find', '--subject', '-']
const verifying = ['verify', 'user-deleted', '--subject', '-']

test.concurrent.each([finding, verifying].map((args) => args.join(' ')))(
  '%s reads whom it is about, and does not say it',
  async (line) => {
    const args = line.split(' ')
    const [said, document] = await Promise.all([told(args), told([...args, '--json'])])

    expect(said.code).toBe(0)
    expect(said.stdout).not.toBe('')
    expect(JSON.parse(document.stdout)).not.toEqual({ receipts: [] })
    expectSilence(said)
    expectSilence(document)
  },
)

test.each([
  'receipts list',
  'receipts list --json',
  'receipts export',
  'receipts export --format csv',
  'receipts export --format ocsf',
  'receipts report --format html',
  'receipts show event-labelled',
  'receipts show event-labelled --json',
])('%s names no subject', async (line) => {
  const said = await lapseHere(line.split(' '))

  expect(said.stdout).not.toBe('')
  expectSilence(said)
})

test.concurrent.each([
  { LEDGER_TABLE: 'elsewhere' },
  { LEDGER_KEY_SECRET_ID: 'elsewhere' },
  { LEDGER_KEY_SECRET_ID: '' },
  { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' },
  { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' },
  { ORY_ADMIN_URL: 'http://127.0.0.1:1' },
])('nor does an error, where %j', async (change) => {
  const args = 'ORY_ADMIN_URL' in change ? verifying : finding
  const said = await told(args, { ...environment(), ...change })

  expectSilence(said)
  expect(said.stdout).toBe('')
  expect(said.stderr).toMatch(/^lapse: [^\n]+\n$/)
  expect(said.stderr).not.toContain('bug in lapse')
})

test('a look at Ory reads, and writes nothing', async () => {
  const asked: string[] = []
  const ory = await serverOf(({ method, url }, response) => {
    asked.push(`${method} ${url}`)
    response.setHeader('content-type', 'application/json').end('[]')
  })
  vi.stubEnv('ORY_ADMIN_URL', ory.url)
  const { code, stdout } = await lapseHere(['verify', 'user-deleted', '--subject', 'alice'])
  vi.stubEnv('ORY_ADMIN_URL', environment()['ORY_ADMIN_URL'])
  ory.close()

  expect(code).toBe(0)
  expect(stdout).toContain('lists nothing of this user')
  expect(stdout).toMatch(/not looked at +sessions at the identity provider\n +API keys\n/)
  expect(asked).toContain('GET /admin/oauth2/auth/sessions/consent?subject=alice&page_size=500')
  expect(asked.filter((line) => !line.startsWith('GET '))).toEqual([])
})

test('a user of whom Ory lists a consent is not gone: the exit code says so as well', async () => {
  const consent = { consent_request: { client: { client_id: 'mail' }, login_session_id: 's' } }
  const ory = await serverOf(({ url = '' }, response) => {
    const isConsents = url.startsWith('/admin/oauth2/auth/sessions/consent')
    const body = JSON.stringify(isConsents ? [consent] : [])
    response.setHeader('content-type', 'application/json').end(body)
  })
  vi.stubEnv('ORY_ADMIN_URL', ory.url)
  const said = await lapseHere(['verify', 'user-deleted', '--subject', 'alice', '--json'])
  vi.stubEnv('ORY_ADMIN_URL', environment()['ORY_ADMIN_URL'])
  ory.close()

  expect(said).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^lapse: something of this user is left/),
  })
  expect(JSON.parse(said.stdout)).toMatchObject({
    result: 'left',
    listed: { consent_sessions: 1, login_sessions: 1, clients: 1 },
  })
})

test('a user who kept an API key or a session at the identity provider is not gone either', async () => {
  const ory = await startOryEmulator({ accounts: true })
  await ory.seed({
    identities: [{ id: 'alice' }, { id: 'bob', sessions: 1 }],
    api_keys: [{ actor_id: 'alice' }, { actor_id: 'dora', imported: true }],
  })
  const asked = ory.requests.length
  for (const name of ['ORY_ADMIN_URL', 'ORY_IDENTITIES_URL', 'ORY_API_KEYS_URL'])
    vi.stubEnv(name, ory.adminUrl)
  const look = async (subject: string) => {
    const said = await lapseHere(['verify', 'user-deleted', '--subject', subject, '--json'])
    return { code: said.code, ...JSON.parse(said.stdout) }
  }
  const [alice, bob, carol] = [await look('alice'), await look('bob'), await look('carol')]
  const dora = await look('dora')
  for (const name of ['ORY_ADMIN_URL', 'ORY_IDENTITIES_URL', 'ORY_API_KEYS_URL'])
    vi.stubEnv(name, environment()[name])
  const requests = ory.requests.slice(asked)
  await ory.stop()

  expect(alice).toMatchObject({ code: 1, result: 'left', listed: { issued_api_keys: 1 } })
  expect(bob).toMatchObject({ code: 1, result: 'left', listed: { identity_sessions: 1 } })
  expect(dora).toMatchObject({ code: 1, result: 'left', listed: { imported_api_keys: 1 } })
  expect(carol).toMatchObject({ code: 0, result: 'nothing-listed', not_looked_at: [] })
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([])
})

async function serverOf(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

test('nothing but the pseudonym of a subject leaves this machine', async () => {
  const asked: string[] = []
  // A table without anything in it.
  const table = await serverOf(async (request, response) => {
    const chunks = await Array.fromAsync(request)
    asked.push([request.url, ...request.rawHeaders, Buffer.concat(chunks)].join('\n'))
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    response.end('{"Items":[],"Count":0}')
  })
  const said = await told(finding, { ...environment(), AWS_ENDPOINT_URL_DYNAMODB: table.url })
  table.close()

  expect(said.code).toBe(1)
  expectSilence(said)
  expect(asked.join()).toContain(subjectPseudonym(await ledgerKeyNow(), subject))
  for (const spelling of spellings) expect(asked.join()).not.toContain(spelling)
})
