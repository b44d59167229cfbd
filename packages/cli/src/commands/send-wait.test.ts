import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { ledgerKeys } from '@lapse/aws/ledger-keys'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { parseUserDeleted, subjectPseudonym } from '@lapse/core/events'
import { systemClock } from '@lapse/core/ports'
import { namesOf, type WorkflowRow } from '@lapse/core/run'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placeOf } from '../place.ts'
import { exampleReceipt } from '../testing/example-receipt.ts'
import { runLapse, startLapse } from '../testing/lapse-process.ts'
import { localQueues } from '../testing/local-queues.ts'

const subject = 's3cret-subject'
const event = (id: string) =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: 'https://accounts.example',
    type: 'user.deleted',
    time: '2026-01-02T03:04:05Z',
    data: { subject },
  })

const queues = localQueues()
const { environment, sqs, makeQueue } = queues
beforeAll(queues.start)
afterAll(queues.stop)

/** A queue, its DLQ, and the command that sends to them and waits. */
async function prepared(more: Readonly<Record<string, string>> = {}) {
  const dlq = await makeQueue()
  const env = {
    ...environment(),
    USER_DELETED_QUEUE_URL: await makeQueue(),
    USER_DELETED_DLQ_URL: dlq,
    ...more,
  }
  return { dlq, env, cwd: await mkdtemp(join(tmpdir(), 'lapse-wait-')) }
}

/** Writes the event's row, as its worker would. */
async function writeRow(body: string, change: Partial<WorkflowRow>): Promise<void> {
  const { secretsManager: secrets, dynamoDb } = placeOf({ environment: environment() })
  const secret = String(environment()['LEDGER_KEY_SECRET_ID'])
  const keys = await ledgerKeys(secret, secretsManager(secrets))
  const [key] = namesOf(parseUserDeleted(body), keys)
  const table = String(environment()['LEDGER_TABLE'])
  const rows = dynamoDbLedger<Partial<WorkflowRow>>(table, systemClock, dynamoDb)
  const about = { subject: subjectPseudonym(keys.ledgerKey, subject) }
  await rows.write(
    { workflow: 'user-deleted', event: key, pass: 'first' },
    { about, ...change },
    0,
    undefined,
  )
}

test.concurrent('ends with the receipt of the event', async () => {
  const { env, cwd } = await prepared()
  const body = event(randomUUID())
  await writeRow(body, { receipt: exampleReceipt })
  const { code, stdout, stderr } = await runLapse(['send', '--wait'], { env, cwd, stdin: body })

  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^sent .*\n\nuser-deleted, first pass closed /s)
  expect(stdout).not.toMatch(/^next/m)
  expect(stdout).not.toContain(subject)
})

test.concurrent('ends with the reason where the event is on the DLQ, and not with that of another', async () => {
  const { dlq, env, cwd } = await prepared()
  const body = event(randomUUID())
  const reason = (StringValue: string) => ({
    MessageAttributes: { 'lapse-reason': { DataType: 'String', StringValue } },
  })
  const put = async (MessageBody: string, why: string) =>
    sqs().send(new SendMessageCommand({ QueueUrl: dlq, MessageBody, ...reason(why) }))
  await put(event(randomUUID()), 'unknown-envelope')
  const { MessageId } = await put(body, 'deferred-too-long: ERR_ORY_API')
  const { code, stderr } = await runLapse(['send', '--wait'], { env, cwd, stdin: body })

  expect(code).toBe(1)
  expect(stderr).toBe(
    `lapse: the event is on the DLQ: deferred-too-long: ERR_ORY_API; lapse dead-letters show ${MessageId} tells of it\n`,
  )
})

test.concurrent('ends with what it waits for where it takes too long', async () => {
  const { env, cwd } = await prepared()
  const begun = event(randomUUID())
  const endedAt = Date.parse('2026-01-02T03:04:05Z')
  const attempts = [{ number: 2, startedAt: endedAt, endedAt, outcome: 'ERR_ORY_TRANSPORT' }]
  await writeRow(begun, { attempts, openedAt: endedAt })
  const wait = ['send', '--wait', '--timeout', '1s']
  const [waiting, unbegun] = await Promise.all(
    [begun, event(randomUUID())].map((stdin) => runLapse(wait, { env, cwd, stdin })),
  )

  expect([waiting?.code, unbegun?.code]).toEqual([1, 1])
  expect(waiting?.stderr).toMatch(/no receipt within 1 s: attempt 2 ended with ERR_ORY_TRANSPORT /)
  expect(unbegun?.stderr).toMatch(/no worker has begun it; on the queue are \d to be taken/)
})

test.concurrent('says where to look once it is interrupted', async () => {
  const { env, cwd } = await prepared()
  const running = startLapse(['send', '--wait'], { env, cwd, stdin: event(randomUUID()) })
  await running.said(/^to/m)
  running.process.kill('SIGINT')
  const { code, stderr } = await running.ended

  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^lapse: interrupted; the event is sent and goes on: the worker’s log says/,
  )
})

test.concurrent('sends nothing where no ledger is known', async () => {
  const { env, cwd } = await prepared({ LEDGER_TABLE: '' })
  const ended = await runLapse(['send', '--wait'], { env, cwd, stdin: event(randomUUID()) })

  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^lapse: --wait looks into the ledger: set LEDGER_TABLE [^\n]+\n$/)
})
