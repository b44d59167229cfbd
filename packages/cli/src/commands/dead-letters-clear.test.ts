import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { ledgerKeys } from '@lapse/aws/ledger-keys'
import { secretsManager } from '@lapse/aws/secrets-manager'
import type { MootReceiptRow } from '@lapse/core/delivery'
import { parseUserDeleted, subjectPseudonym } from '@lapse/core/events'
import { systemClock } from '@lapse/core/ports'
import { namesOf, type WorkflowRow } from '@lapse/core/run'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placeOf } from '../place.ts'
import { runLapse } from '../testing/lapse-process.ts'
import { localQueues } from '../testing/local-queues.ts'

const queues = localQueues()
const { environment, sqs, makeQueue } = queues
beforeAll(queues.start)
afterAll(queues.stop)

const many = 40
const subject = 's3cret-subject'
const numbered = Array.from({ length: many }, (_, index) => index)
const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue })

const event = (id: string, change: object = {}) =>
  JSON.stringify({
    specversion: '1.0',
    id: `/users/${subject}/${id}`,
    source: 'https://accounts.example',
    type: 'user.deleted',
    time: '2026-01-02T03:04:05Z',
    data: { subject },
    ...change,
  })

/** A suspension of an app that exists by then. */
const suspension = (index: number) =>
  event('', {
    id: `app-${index}`,
    type: 'app.offboarded',
    time: new Date().toISOString(),
    data: { client_id: `app-${index}`, mode: 'suspend' },
  })

async function put(
  QueueUrl: string,
  bodies: readonly string[],
  MessageAttributes: Record<string, MessageAttributeValue> = {},
): Promise<void> {
  for (let from = 0; from < bodies.length; from += 10) {
    const Entries = bodies
      .slice(from, from + 10)
      .map((MessageBody, index) => ({ Id: String(index), MessageBody, MessageAttributes }))
    await sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  }
}

async function bodiesOn(QueueUrl: string): Promise<readonly string[]> {
  const found: string[] = []
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })
    const { Messages = [] } = await sqs().send(command)
    if (Messages.length === 0) return found.toSorted()
    found.push(...Messages.map(({ Body = '' }) => Body))
  }
}

/** The ledger, in which these events have their receipts, and where one is found by its id. */
async function ledgerWith(done: readonly string[]) {
  const place = placeOf({ environment: environment() })
  const table = String(environment()['LEDGER_TABLE'])
  const secret = String(environment()['LEDGER_KEY_SECRET_ID'])
  const keys = await ledgerKeys(secret, secretsManager(place.secretsManager))
  const pseudonym = subjectPseudonym(keys.ledgerKey, subject)
  const rows = dynamoDbLedger<Partial<WorkflowRow>>(table, systemClock, place.dynamoDb)
  for (const body of done) {
    const [name] = namesOf(parseUserDeleted(body), keys)
    const receipt = { result: 'done', closed_at: '2026-01-02T03:04:06Z' }
    await rows.write(
      { workflow: 'user-deleted', event: name, pass: 'first' },
      {
        event: { key: name, type: 'user.deleted', id: 'hmac:x', source: 's', time: '' },
        about: { subject: pseudonym },
        receipt: receipt as WorkflowRow['receipt'],
      } as Partial<WorkflowRow>,
      0,
      undefined,
    )
  }
  const receipts = dynamoDbLedger<MootReceiptRow>(table, systemClock, place.dynamoDb)
  return async (id: string) => {
    const [workflow = '', key = '', message = '', pass = ''] = id.split('#')
    return (await receipts.read({ workflow, event: `${key}#${message}`, pass }))?.row.receipt
  }
}

test('a DLQ of 200 messages of five kinds is cleared with commands alone, and nothing is lost', async () => {
  const urls = {
    USER_DELETED_QUEUE_URL: await makeQueue('user-deleted'),
    USER_DELETED_DLQ_URL: await makeQueue('user-deleted-dlq'),
    APP_OFFBOARDED_QUEUE_URL: await makeQueue('app-offboarded'),
    APP_OFFBOARDED_DLQ_URL: await makeQueue('app-offboarded-dlq'),
    USER_EVENTS_DLQ_URL: await makeQueue('user-events-dlq'),
  }
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-clear-'))
  const said: string[] = []
  const run = async (args: readonly string[], stdin = '') => {
    const env = { ...environment(), ...urls }
    const ended = await runLapse(['dead-letters', ...args], { env, cwd, stdin })
    said.push(ended.stdout, ended.stderr)
    return ended
  }
  const late = { 'lapse-reason': text('deferred-too-long: ERR_ORY_API') }
  const done = numbered.map((index) => event(`done-${index}`))
  const waited = numbered.map((index) => event(`late-${index}`))
  const undelivered = numbered.map((index) => event(`topic-${index}`))
  const receiptOf = await ledgerWith(done)
  for (const index of numbered)
    await fetch(`${environment()['ORY_ADMIN_URL']}/admin/clients`, {
      method: 'POST',
      body: JSON.stringify({ client_id: `app-${index}` }),
    })
  const apps = numbered.map(suspension)
  await put(urls.USER_DELETED_DLQ_URL, done, late)
  await put(urls.USER_DELETED_DLQ_URL, waited, late)
  await put(urls.USER_DELETED_DLQ_URL, numbered.map(String), {
    'lapse-reason': text('unknown-envelope'),
  })
  await put(urls.APP_OFFBOARDED_DLQ_URL, apps, { 'lapse-reason': text('metadata-is-no-object') })
  await put(urls.USER_EVENTS_DLQ_URL, undelivered, { ErrorCode: text('AccessDenied') })

  const groups = JSON.parse((await run(['list', '--json'])).stdout) as { messages: number }[]
  expect(groups.map(({ messages }) => messages)).toEqual([80, many, many, many])

  const closing = await run(['close', '--json'])
  expect(closing.code).toBe(1)
  expect(closing.stderr).toMatch(/160 of 200 are still on their DLQ/)
  const told = JSON.parse(closing.stdout) as readonly { became: string; why: string }[]
  const whys = Map.groupBy(told, ({ became, why }) => `${became}: ${why.split(':')[0]}`)
  expect(Object.fromEntries([...whys].map(([why, { length }]) => [why, length]))).toEqual({
    'closed: the ledger has its receipt (2026-01-02T03': many,
    'not-moot: same': 2 * many,
    'not-moot: changed': many,
    'not-moot: a worker would refuse it': many,
  })
  const closed = told.filter(
    (one): one is (typeof told)[number] & { receipt: string } => 'receipt' in one,
  )
  for (const { receipt } of closed)
    expect(await receiptOf(receipt)).toMatchObject({
      result: 'moot',
      subject: expect.stringMatching(/^[\w-]{20,}$/),
      letter: { queue: 'user-deleted', reason: 'deferred-too-long: ERR_ORY_API' },
      because: { receipt: { workflow: 'user-deleted', pass: 'first', result: 'done' } },
    })

  const dropping = ['drop', '--queue', 'user-deleted', '--reason', 'unknown-envelope']
  expect((await run(dropping, 'user-deleted\n')).code).toBe(0)
  expect((await run(['redrive'])).code).toBe(0)
  expect((await run(['list'])).stdout).toBe('Nothing is on a DLQ.\n')
  expect(await bodiesOn(urls.USER_DELETED_QUEUE_URL)).toEqual(
    [...waited, ...undelivered].toSorted(),
  )
  expect(await bodiesOn(urls.APP_OFFBOARDED_QUEUE_URL)).toEqual(apps.toSorted())
  expect(said.join('')).not.toContain(subject)
})
