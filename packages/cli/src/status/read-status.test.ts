import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { circuitKey } from '@lapse/core/budget'
import { systemClock } from '@lapse/core/ports'
import { headKey } from '@lapse/core/receipts-log'
import { expectedPass } from '@lapse/core/run'
import { type Local, startLocal } from '@lapse/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placeOf } from '../place.ts'
import { siteAt } from '../site/site.ts'
import { readStatus } from './read-status.ts'

const state: { local?: Local } = {}
const local = () => state.local as Local

beforeAll(async () => {
  state.local = await startLocal({ schedules: [] })
})
afterAll(() => state.local?.stop())

const statusWith = (change: Readonly<Record<string, string>>) => {
  const environment = { ...local().environment, ...change }
  return readStatus(siteAt({ ...placeOf({ environment }), by: 'lapse dev' }))
}

test('reads queues, lanes, circuit, follow-ups, sweep and checkpoint of a running system', async () => {
  const { environment, queues } = local()
  const { dynamoDb, secretsManager: _secrets } = placeOf({ environment })
  const table = String(environment['LEDGER_TABLE'])
  const ledger = dynamoDbLedger(table, systemClock, dynamoDb)
  const { host } = new URL(String(environment['ORY_ADMIN_URL']))
  const now = Date.now()
  await ledger.write(
    circuitKey(host),
    { signs: [], openUntil: now + 60_000, opened: 3 },
    0,
    undefined,
  )
  await ledger.write(
    circuitKey('keys.test', 'api-keys'),
    { signs: [], openUntil: now - 1000, opened: 1 },
    0,
    undefined,
  )
  await ledger.write(
    { workflow: 'sweep', event: 'last', pass: 'report' },
    { startedAt: now - 2000, endedAt: now - 1000, executed: 4, failed: 0, findings: {} },
    0,
    undefined,
  )
  await ledger.write(headKey('lapse/test/ory'), { size: 9, time: now }, 0, undefined)
  const followUps = dynamoDbFollowUps(table, systemClock, dynamoDb)
  await followUps.schedule({ id: 'f', kind: expectedPass, dueAt: now + 60_000, data: {} })
  const sqs = new SQSClient({
    endpoint: environment['AWS_ENDPOINT_URL_SQS'] as string,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const QueueUrl = queues.find(({ queue }) => queue.name === 'user-deleted')?.queue.url
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}', DelaySeconds: 900 }))
  sqs.destroy()

  const status = await statusWith({
    ORY_RATE_LIMITS: 'production',
    RECEIPTS_LOG_ORIGIN: 'lapse/test/ory',
    ORY_IDENTITIES_URL: `http://${host}`,
    ORY_API_KEYS_URL: 'https://keys.test/api',
  })

  expect(status).toMatchObject({
    place: 'lapse dev',
    circuit: { known: { state: 'open', opened: 3 } },
    account_circuits: {
      known: [
        { server: 'identities', state: 'closed' },
        { server: 'api-keys', state: 'probing', opened: 1 },
      ],
    },
    last_sweep: { known: { executed: 4, failed: 0, findings: {} } },
    last_checkpoint: { known: { receipts: 9 } },
    follow_ups: { known: [{ kind: expectedPass, open: 1, overdue: 0 }] },
    rotations: { known: [] },
    alarms: { unknown: 'lapse dev has no alarms' },
  })
  expect(status.queues).toMatchObject({
    known: { length: 10, 0: { queue: 'user-deleted', delayed: 1 } },
  })
  expect(status.lanes).toMatchObject({ known: { lanes: { 1: { lane: 'deletion', events: 1 } } } })
})

test.each(['production', ''])(
  'says of each part why it cannot be read, with the rate limits "%s"',
  async (limits) => {
    const status = await statusWith({ LEDGER_TABLE: 'no-such-table', ORY_RATE_LIMITS: limits })

    for (const part of [status.lanes, status.circuit, status.follow_ups, status.last_sweep])
      expect(part).toMatchObject({ unknown: expect.stringContaining('ResourceNotFoundException') })
    expect(status.queues).toHaveProperty('known')
    expect(JSON.stringify(status)).not.toContain('a bug in lapse')
  },
)
