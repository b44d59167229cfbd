import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { ledgerKeys } from '@lapse/aws/ledger-keys'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { bucketKey, projectAt } from '@lapse/core/budget'
import type { MootReceiptRow } from '@lapse/core/delivery'
import { parseUserDeleted, subjectPseudonym } from '@lapse/core/events'
import { systemClock } from '@lapse/core/ports'
import { namesOf, type WorkflowRow } from '@lapse/core/run'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placeOf } from '../place.ts'
import { runLapse, startLapse } from '../testing/lapse-process.ts'
import { localQueues } from '../testing/local-queues.ts'

const queues = localQueues()
const { environment, sqs, makeQueue } = queues
beforeAll(queues.start)
afterAll(queues.stop)

const subject = 's3cret-subject'
const event = (change: object = {}) =>
  JSON.stringify({
    specversion: '1.0',
    id: `/users/${subject}`,
    source: 'https://accounts.example',
    type: 'user.deleted',
    time: '2026-01-02T03:04:05Z',
    data: { subject },
    ...change,
  })
const app = (data: object) =>
  event({ type: 'app.offboarded', id: randomUUID(), time: new Date().toISOString(), data })
const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue })

/** Queues and DLQs of their own, and the command for them. */
async function prepared(more: Readonly<Record<string, string>> = {}) {
  const [dlq, queue, appDlq, appQueue] = await Promise.all([1, 2, 3, 4].map(() => makeQueue()))
  const env = {
    ...environment(),
    USER_DELETED_DLQ_URL: String(dlq),
    USER_DELETED_QUEUE_URL: String(queue),
    APP_OFFBOARDED_DLQ_URL: String(appDlq),
    APP_OFFBOARDED_QUEUE_URL: String(appQueue),
    ...more,
  }
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-dead-'))
  const run = (args: readonly string[], stdin = '', node: readonly string[] = []) =>
    runLapse(['dead-letters', ...args], { env, cwd, stdin, node })
  const json = async (args: readonly string[]) =>
    JSON.parse((await run([...args, '--json'])).stdout)
  return {
    dlq: String(dlq),
    queue: String(queue),
    appDlq: String(appDlq),
    appQueue: String(appQueue),
    env,
    cwd,
    run,
    json,
  }
}

async function put(
  url: string,
  MessageBody: string,
  MessageAttributes: Record<string, MessageAttributeValue> = {},
): Promise<string> {
  const command = new SendMessageCommand({ QueueUrl: url, MessageBody, MessageAttributes })
  return String((await sqs().send(command)).MessageId)
}

/** Everything that is visible on a queue, which is hidden from then on. */
async function received(url: string) {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
  })
  return (await sqs().send(command)).Messages ?? []
}

const late = {
  'lapse-reason': text('deferred-too-long: ERR_ORY_API'),
  'lapse-message-id': text('m'),
}

test.concurrent('lists by queue, reason and event, and hides nothing afterwards', async () => {
  const { dlq, appDlq, json, run } = await prepared()
  await Promise.all(Array.from({ length: 12 }, () => put(dlq, event(), late)))
  await put(dlq, '{}', { 'lapse-reason': text('unknown-envelope') })
  await put(appDlq, app({ client_id: 'mail', mode: 'delete' }))

  const expected = [
    ['user-deleted', 'deferred-too-long: ERR_ORY_API', 'user.deleted', 12],
    ['user-deleted', 'unknown-envelope', 'unreadable', 1],
    ['app-offboarded', 'max-receives', 'app.offboarded', 1],
  ]
  for (const _again of [1, 2]) {
    const groups = await json(['list'])
    expect(
      groups.map((group: Record<string, unknown>) => [
        group['queue'],
        group['reason'],
        group['event'],
        group['messages'],
      ]),
    ).toEqual(expected)
  }
  expect((await run(['list'])).stdout).toMatch(
    /^user-deleted +12 +user\.deleted +[^\n]+ERR_ORY_API$/m,
  )
  expect(await received(dlq)).not.toEqual([])
})

test.concurrent('shows no subject anywhere, but in a body that is asked for', async () => {
  const { dlq, run } = await prepared()
  const id = await put(dlq, event(), { 'lapse-reason': text(`no ${subject}`) })
  for (const args of [['list'], ['show'], ['plan', '--json'], ['redrive', '--dry-run', '--json']]) {
    const { code, stdout, stderr } = await run(args)

    expect([args, code]).toEqual([args, 0])
    expect(stdout + stderr).not.toContain(subject)
  }

  const { stdout } = await run(['show', id, '--body', '--json'])
  expect(JSON.parse(stdout)).toMatchObject([
    {
      queue: 'user-deleted',
      message_id: id,
      redriven: 0,
      event: { type: 'user.deleted', id: '(holds the subject)' },
      body: event(),
    },
  ])
})

test.concurrent('says what a redrive would come to, and that of a user only a receipt is proof', async () => {
  const { dlq, appDlq, json, env } = await prepared()
  const done = event({ id: randomUUID() })
  const client_id = randomUUID()
  await fetch(`${environment()['ORY_ADMIN_URL']}/admin/clients`, {
    method: 'POST',
    body: JSON.stringify({ client_id }),
  })
  await close(env, done)
  const ids = {
    done: await put(dlq, done, late),
    never: await put(dlq, event({ id: randomUUID() }), late),
    second: await put(dlq, done, { ...late, 'lapse-pass': text('follow-up') }),
    unreadable: await put(dlq, '{}', { 'lapse-reason': text('unknown-envelope') }),
    gone: await put(appDlq, app({ client_id: 'gone', mode: 'delete' }), late),
    owner: await put(appDlq, app({ owner: 'nobody', mode: 'delete' }), late),
    mended: await put(appDlq, app({ client_id, mode: 'suspend' }), {
      'lapse-reason': text('metadata-is-no-object'),
    }),
  }

  const plans: readonly { message_id: string; outcome: string }[] = await json(['plan'])
  const outcomes = Object.fromEntries(plans.map(({ message_id, outcome }) => [message_id, outcome]))

  expect(Object.entries(ids).map(([name, id]) => [name, outcomes[id]])).toEqual([
    ['done', 'moot'],
    ['never', 'same'],
    ['second', 'same'],
    ['unreadable', 'refused'],
    ['gone', 'moot'],
    ['owner', 'same'],
    ['mended', 'changed'],
  ])
})

test.concurrent('closes what is moot, with a receipt that says why, and refuses the rest', async () => {
  const { dlq, appDlq, run, json, env } = await prepared()
  const done = event({ id: randomUUID() })
  await close(env, done)
  await put(dlq, done, late)
  await put(dlq, event({ id: randomUUID() }), late)
  const gone = await put(appDlq, app({ client_id: 'never-was', mode: 'delete' }), late)

  const told = await json(['close'])
  expect(told).toMatchObject([
    { queue: 'user-deleted', became: 'closed' },
    { queue: 'user-deleted', became: 'not-moot', why: expect.stringMatching(/^same: /) },
    { message_id: gone, became: 'closed', why: 'Ory does not have the client any more' },
  ])
  const again = await run(['close'])
  expect(again.code).toBe(1)
  expect(again.stdout + again.stderr).not.toContain(subject)
  expect(await received(dlq)).toHaveLength(1)
  expect(await received(appDlq)).toEqual([])
  const { rows } = receiptsIn(env)
  const [, key, message] = told[2].receipt.split('#')
  const row = await rows.read({
    workflow: 'dead-letter',
    event: `${key}#${message}`,
    pass: 'close',
  })
  expect(row?.row.receipt).toMatchObject({
    client_id: 'never-was',
    because: { client_gone: {} },
    letter: { message_id: gone, redriven: 0 },
    may_still_work: [{ what: 'JWT access tokens' }],
  })
})

/** Starts a process whose machine has a clock that is ahead. */
const minutesAhead = (minutes: number) => [
  '--import',
  `data:text/javascript,const now=Date.now;Date.now=()=>now()+${minutes}*60000`,
]

test.concurrent('a receipt that closes a letter says when it was looked by AWS’s clock', async () => {
  const { appDlq, run, env } = await prepared()
  await put(appDlq, app({ client_id: 'never-was', mode: 'delete' }), late)
  const began = Date.now()
  const { stdout, stderr } = await run(['close', '--json'], '', minutesAhead(20))
  const [{ receipt }] = JSON.parse(stdout)
  const [, key, message] = receipt.split('#')
  const name = { workflow: 'dead-letter', event: `${key}#${message}`, pass: 'close' }
  const told = (await receiptsIn(env).rows.read(name))?.row.receipt
  const lookedAt = told?.because as { readonly client_gone: { readonly looked_at: string } }
  const times = [lookedAt.client_gone.looked_at, told?.closed_at ?? '']

  expect(stderr).toMatch(/clock is .* ahead of AWS's/)
  for (const time of times) expect(Date.parse(time) - began).toBeLessThan(10 * 60_000)
})

test.concurrent('what Ory limits is read out of the budget that the workers share, and redriven at its pace', async () => {
  const limits = {
    'admin-low': { perSecond: 5, perMinute: 10_000 },
    'admin-high': { perSecond: 5, perMinute: 80 },
  }
  const ORY_RATE_LIMITS = JSON.stringify(limits)
  const { dlq, queue, json } = await prepared({ ORY_RATE_LIMITS })
  await put(dlq, event({ id: randomUUID() }), late)
  const bucket = (pass: string) =>
    dynamoDbLedger<{ common: { runs: readonly unknown[] } }>(
      String(environment()['LEDGER_TABLE']),
      systemClock,
      placeOf({ environment: environment() }).dynamoDb,
    ).read(bucketKey(projectAt(String(environment()['ORY_ADMIN_URL'])), pass))

  expect(await json(['plan'])).toMatchObject([{ outcome: 'same' }])
  expect((await bucket('admin-high'))?.row.common.runs.length).toBeGreaterThan(0)
  expect(await json(['redrive'])).toMatchObject([{ became: 'sent' }])
  expect(await received(queue)).toHaveLength(1)
  expect(await bucket('admin-low')).toBeUndefined()
})

test.concurrent('plans nothing without a ledger', async () => {
  const { run } = await prepared({ LEDGER_TABLE: '' })
  const { code, stderr } = await run(['plan'])

  expect(code).toBe(2)
  expect(stderr).toMatch(/^lapse: LEDGER_TABLE is not set; [^\n]+\n$/)
})

test.concurrent('sends back what has this reason, byte for byte, to its own queue', async () => {
  const { dlq, queue, appDlq, appQueue, json } = await prepared()
  const picture = { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) }
  await put(dlq, event(), { ...late, picture })
  await put(dlq, '{}', { 'lapse-reason': text('unknown-envelope') })
  await put(appDlq, app({ client_id: 'mail', mode: 'delete' }), late)

  const told = await json(['redrive', '--reason', 'deferred-too-long', '--rate', '60000'])

  expect(told.map(({ became }: { became: string }) => became)).toEqual(['sent', 'sent'])
  expect(await received(queue)).toMatchObject([
    { Body: event(), MessageAttributes: { ...late, picture, 'lapse-redriven': text('1') } },
  ])
  expect(await received(appQueue)).toHaveLength(1)
  expect(await received(dlq)).toMatchObject([{ Body: '{}' }])
})

test.concurrent('leaves what its worker would refuse again, says why, and sends it where it is asked to', async () => {
  const { dlq, queue, run, json } = await prepared()
  const unreadable = { 'lapse-reason': text('unknown-envelope') }
  const ids = [await put(dlq, '{}', unreadable), await put(dlq, '{ }', unreadable)]
  await put(dlq, event({ id: randomUUID() }), late)

  const { code, stdout, stderr } = await run(['redrive'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^user-deleted +2 +refused: its worker would [^\n]+: unknown-envelope$/m)
  expect(stdout).toMatch(/^user-deleted +1 +sent back/m)
  expect(stderr).toMatch(/^lapse: 2 of 3 are still on their DLQ[^\n]+\n$/)
  expect(await json(['redrive', '--dry-run'])).toMatchObject([
    { became: 'refused-again', why: 'unknown-envelope' },
    { became: 'refused-again', why: 'unknown-envelope' },
  ])

  expect(await json(['redrive', String(ids[0])])).toMatchObject([{ became: 'sent' }])
  expect(await json(['redrive', '--refused'])).toMatchObject([{ became: 'sent' }])
  expect(await received(queue)).toHaveLength(3)
})

test.concurrent('redrives without a ledger what a worker can read, and says that nothing was planned', async () => {
  const { dlq, run } = await prepared({ LEDGER_TABLE: '' })
  await put(dlq, '{}', { 'lapse-reason': text('unknown-envelope') })
  await put(dlq, event(), late)

  const { code, stdout, stderr } = await run(['redrive'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^user-deleted +1 +refused: its worker[^\n]+\nuser-deleted +1 +sent back/m)
  expect(stderr).toMatch(/^LEDGER_TABLE is not set[^\n]+\nlapse: 1 of 2 [^\n]+\n$/)
})

test.concurrent('sends nothing that it cannot plan, and says how it would', async () => {
  const { dlq, queue, run } = await prepared({ ORY_ADMIN_URL: 'http://127.0.0.1:1' })
  await put(dlq, event(), late)

  const { code, stderr } = await run(['redrive'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/^lapse: nothing answers at [^\n]+; --refused sends without asking\n$/)
  expect(await received(queue)).toEqual([])
  expect((await run(['redrive', '--refused'])).code).toBe(0)
})

test.concurrent('refuses a third redrive, and says so', async () => {
  const { dlq, queue, run } = await prepared()
  await put(dlq, event(), { ...late, 'lapse-redriven': text('2') })

  const { code, stdout, stderr } = await run(['redrive'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/redriven twice before/)
  expect(stderr).toMatch(/^lapse: 1 of 1 are still on their DLQ[^\n]+\n$/)

  expect((await run(['redrive', '--again'])).code).toBe(0)
  expect(await received(queue)).toMatchObject([
    { MessageAttributes: { 'lapse-redriven': text('3') } },
  ])
})

test.concurrent('sends what a topic could not deliver to the ordinary queue of its type', async () => {
  const { queue, run } = await prepared({
    USER_DELETED_INCIDENT_QUEUE_URL: 'http://127.0.0.1:1/0/x',
  })
  const topic = await makeQueue()
  const claimed = event({ lane: 'incident' })
  await put(topic, claimed, { ErrorCode: text('AccessDenied'), RequestID: text('r') })
  await put(topic, 'no event')

  const listed = await run(['list', '--queue-url', topic])
  expect(listed.stdout).toMatch(/undelivered: AccessDenied$/m)
  const { code, stdout } = await run(['redrive', '--queue-url', topic])

  expect(code).toBe(1)
  expect(stdout).toMatch(/refused: no event that a worker takes/)
  expect(await received(queue)).toMatchObject([{ Body: claimed }])
  expect(await received(topic)).toMatchObject([{ Body: 'no event' }])
})

test.concurrent('stops at Ctrl-C with nothing hidden, and says what to do', async () => {
  const { dlq, queue, env, cwd } = await prepared()
  await Promise.all([1, 2, 3].map((n) => put(dlq, event({ id: `e-${n}` }), late)))
  const running = startLapse(['dead-letters', 'redrive', '--rate', '1'], { env, cwd })
  const first: unknown[] = []
  while (first.length === 0) first.push(...(await received(queue)))
  running.process.kill('SIGINT')

  const { code, stdout, stderr } = await running.ended
  expect(code).toBe(1)
  expect(stdout).toMatch(/^user-deleted +1 +sent back/m)
  expect(stderr).toMatch(/lapse: interrupted; what is left is on its DLQ: run it again to go on\n$/)
  expect(await received(dlq)).toHaveLength(2)
})

test.concurrent('drops nothing unless the name of the queue is typed out', async () => {
  const { dlq, run } = await prepared()
  await put(dlq, '{}', { 'lapse-reason': text('unknown-envelope') })
  await put(dlq, event(), late)
  const drop = ['drop', '--queue', 'user-deleted', '--reason', 'unknown-envelope']

  for (const typed of ['', 'yes\n']) {
    const { code, stderr } = await run(drop, typed)
    expect([typed, code]).toEqual([typed, 1])
    expect(stderr).toMatch(/^lapse: nothing was done: [^\n]+\n$/)
  }
  expect(await run(['drop'], 'user-deleted\n')).toMatchObject({ code: 2 })

  const { code, stdout } = await run(drop, 'user-deleted\n')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^dropped \S+ +unreadable +unknown-envelope$/m)
  expect(await received(dlq)).toMatchObject([{ Body: event() }])
})

test.concurrent.each([
  [['redrive', '--rate', '0'], 2, /Give a number from 1 on/],
  [['show', 'no-such-id'], 1, /no such message is on a DLQ/],
  [['show', 'no-such-id', '--json'], 1, /no such message is on a DLQ/],
  [['plan', 'no-such-id'], 1, /no such message is on a DLQ/],
  [['close', 'no-such-id'], 1, /no such message is on a DLQ/],
  [['redrive', 'no-such-id'], 1, /no such message is on a DLQ/],
  [['redrive', 'no-such-id', '--dry-run', '--json'], 1, /no such message is on a DLQ/],
])('says in one line what is wrong: %j', async (args, expected, problem) => {
  const { run } = await prepared()
  const { code, stdout, stderr } = await run(args)

  expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  expect(stderr).toMatch(/^lapse: [^\n]+\n$/)
  expect(stderr).toMatch(problem)
})

test.concurrent('does not say that DLQs are empty where nothing of what was chosen is there', async () => {
  const { dlq, run } = await prepared()
  await put(dlq, event())

  for (const command of ['list', 'show', 'plan', 'close', 'redrive'])
    expect(await run([command, '--queue', 'app-offboarded'])).toMatchObject({
      code: 0,
      stdout: 'Nothing of this is on a DLQ.\n',
    })
  expect(await received(dlq)).toHaveLength(1)
})

test.concurrent('names a queue that is not there', async () => {
  const { dlq, run } = await prepared()
  const { code, stderr } = await run(['list', '--queue-url', `${dlq}-x`])

  expect(code).toBe(1)
  expect(stderr).toMatch(/^lapse: there is no queue [^\n]+; check [^\n]+\n$/)
})

/** The receipts of letters that were closed. */
function receiptsIn(env: Readonly<Record<string, string>>) {
  const { dynamoDb } = placeOf({ environment: env })
  const table = String(env['LEDGER_TABLE'])
  return { rows: dynamoDbLedger<MootReceiptRow>(table, systemClock, dynamoDb) }
}

/** Leaves the receipt of an event's first pass in the ledger, as far as a plan looks at it. */
async function close(env: Readonly<Record<string, string>>, body: string): Promise<void> {
  const place = placeOf({ environment: env })
  const { ledgerKey } = await ledgerKeys(
    String(env['LEDGER_KEY_SECRET_ID']),
    secretsManager(place.secretsManager),
  )
  const [name] = namesOf(parseUserDeleted(body), { ledgerKey })
  const ledger = dynamoDbLedger<Partial<WorkflowRow>>(
    String(env['LEDGER_TABLE']),
    systemClock,
    place.dynamoDb,
  )
  const key = { workflow: 'user-deleted', event: name, pass: 'first' }
  const receipt = { result: 'done', closed_at: '2026-01-02T03:04:06Z' } as WorkflowRow['receipt']
  const about = { subject: subjectPseudonym(ledgerKey, subject) }
  const record = { key: name, type: 'user.deleted', id: 'hmac:x', source: 's', time: '' }
  await ledger.write(key, { event: record, receipt, about } as Partial<WorkflowRow>, 0, undefined)
}
