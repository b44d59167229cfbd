import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writeDevFile } from '../dev-file.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import { findTarget, targetIn } from './target.ts'

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

test.each([
  ['https://sqs.eu-west-1.amazonaws.com/1/q', { region: 'eu-west-1' }],
  ['https://sqs.cn-north-1.amazonaws.com.cn/1/q', { region: 'cn-north-1' }],
  ['http://127.0.0.1:4566/000000000000/q', {}],
])('signs for the region that %s names', async (queueUrl, config) => {
  const target = await findTarget(
    'USER_DELETED_QUEUE_URL',
    { USER_DELETED_QUEUE_URL: queueUrl },
    await emptyDirectory(),
  )

  expect(target).toMatchObject({ queueUrl, config })
  expect(Object.keys(target.config)).toEqual(Object.keys(config))
})

test('is the queue of the lapse dev that runs here, unless another is named', async () => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, dev)
  const named = { USER_DELETED_QUEUE_URL: 'http://127.0.0.1:2/0/q' }

  expect(await findTarget('USER_DELETED_QUEUE_URL', {}, directory)).toMatchObject({
    queueUrl: 'http://127.0.0.1:1/0/user-deleted',
    config: { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
  })
  expect((await findTarget('USER_DELETED_QUEUE_URL', named, directory)).queueUrl).toBe(
    'http://127.0.0.1:2/0/q',
  )
})

test('says so where lapse dev is of an older lapse, and has no such queue', async () => {
  const directory = await emptyDirectory()
  await writeDevFile(directory, dev)

  await expect(findTarget('KEY_ROTATED_QUEUE_URL', {}, directory)).rejects.toThrow(
    'has no queue for this type',
  )
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
