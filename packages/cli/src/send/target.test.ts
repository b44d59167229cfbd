import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writeDevFile } from '../dev-file.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import type { QueueVariable } from './check-event.ts'
import { findSendPlace, targetIn } from './target.ts'

const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lapse-target-'))

const standIn = await startStandIn()
afterAll(standIn.stop)

const dev = {
  pid: standIn.pid,
  started_at: '',
  endpoints: {},
  queues: [],
  webhooks: {},
  functions: {},
  environment: {
    USER_DELETED_QUEUE_URL: 'http://127.0.0.1:1/0/user-deleted',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  },
}

const eventOf = (type: string) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'e-1',
    source: 's',
    type,
    time: '2026-01-02T03:04:05Z',
    data: { employee: 'alice' },
  })

type Variables = Readonly<Record<string, string>>

/** Where an event of this type goes. */
const found = async (
  environment: Variables,
  directory: string,
  queueVariable: QueueVariable = 'USER_DELETED_QUEUE_URL',
  type = 'user.deleted',
) => targetIn(await findSendPlace(eventOf(type), {}, environment, directory), queueVariable)

test.each([
  ['https://sqs.eu-west-1.amazonaws.com/1/q', { region: 'eu-west-1' }],
  ['https://sqs.cn-north-1.amazonaws.com.cn/1/q', { region: 'cn-north-1' }],
  ['http://127.0.0.1:4566/000000000000/q', {}],
])('signs for the region that %s names', async (queueUrl, config) => {
  const target = await found({ USER_DELETED_QUEUE_URL: queueUrl }, await emptyDirectory())

  expect(target).toMatchObject({ queueUrl, config })
  expect(Object.keys(target.config)).toEqual(Object.keys(config))
})

test('is the queue of the lapse dev that runs here, unless another is named', async () => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, dev)
  const named = { USER_DELETED_QUEUE_URL: 'http://127.0.0.1:2/0/q' }

  expect(await found({}, directory)).toMatchObject({
    queueUrl: 'http://127.0.0.1:1/0/user-deleted',
    config: { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
  })
  expect((await found(named, directory)).queueUrl).toBe('http://127.0.0.1:2/0/q')
})

test('says so where lapse dev is of an older lapse, and has no such queue', async () => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, dev)

  await expect(found({}, directory, 'KEY_ROTATED_QUEUE_URL')).rejects.toThrow(
    'has no queue for this type',
  )
})

test('is of one place: who names a queue of the type here has to name that of its incidents', async () => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, dev)
  const named = { USER_SUSPENDED_INCIDENT_QUEUE_URL: 'http://127.0.0.1:2/0/q' }
  const suspended = (variable: QueueVariable) => found(named, directory, variable, 'user.suspended')

  expect((await suspended('USER_SUSPENDED_INCIDENT_QUEUE_URL')).queueUrl).toMatch(/2\/0\/q$/)
  await expect(suspended('USER_SUSPENDED_QUEUE_URL')).rejects.toThrow(
    'set USER_SUSPENDED_QUEUE_URL',
  )
  expect((await found(named, directory)).queueUrl).toMatch(/user-deleted$/)
})

test('goes by the settings of the lapse dev that runs here, whatever is set otherwise', async () => {
  const directory = await emptyDirectory()
  const environment = { ...dev.environment, SUBJECT_TEMPLATES: '{"s":"{employee}"}' }
  await writeDevFile(directory, { ...dev, environment })
  const place = await findSendPlace(
    eventOf('user.deleted'),
    {},
    { SUBJECT_TEMPLATES: '{}' },
    directory,
  )

  expect(place).toMatchObject({ by: 'lapse dev', variables: environment })
})

test('says of a stage which commands show what became of it', () => {
  const place = {
    by: 'stage' as const,
    stage: 'production',
    variables: { USER_DELETED_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/q' },
    secretsManager: {},
    dynamoDb: {},
  }

  expect(targetIn(place, 'USER_DELETED_QUEUE_URL')).toMatchObject({
    config: { region: 'eu-west-1' },
    next: expect.stringContaining('lapse receipts list --stage production shows'),
  })
  expect(() => targetIn(place, 'KEY_ROTATED_QUEUE_URL')).toThrow(
    'the stage production has no queue for this type; deploy it again',
  )
})
