import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writeDevFile } from '../dev-file.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import { findDeadLetters } from './queues.ts'

const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lapse-queues-'))

const standIn = await startStandIn()
afterAll(standIn.stop)

const at = 'http://127.0.0.1:1/0'
const environment = {
  USER_DELETED_DLQ_URL: `${at}/user-deleted-dlq`,
  USER_DELETED_QUEUE_URL: `${at}/user-deleted`,
  USER_DELETED_INCIDENT_DLQ_URL: `${at}/user-deleted-incident-dlq`,
  USER_DELETED_INCIDENT_QUEUE_URL: `${at}/user-deleted-incident`,
  AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
}

async function withDev() {
  const directory = await emptyDirectory()
  await writeDevFile(directory, {
    pid: standIn.pid,
    started_at: '',
    endpoints: {},
    queues: [],
    webhooks: {},
    functions: {},
    environment,
  })
  return directory
}

test('each DLQ has its own queue to go back to, that of incidents as well', async () => {
  const { dlqs, queueOf } = await findDeadLetters({}, environment, await emptyDirectory())

  expect(dlqs.map((dlq) => [dlq.name, dlq.url, queueOf(dlq, undefined)?.url])).toEqual([
    ['user-deleted', `${at}/user-deleted-dlq`, `${at}/user-deleted`],
    ['user-deleted-incident', `${at}/user-deleted-incident-dlq`, `${at}/user-deleted-incident`],
  ])
})

test('somebody else’s DLQ goes to the ordinary queue of an event’s type, where that is known', async () => {
  const which = { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/topic-dlq' }
  const { dlqs, queueOf } = await findDeadLetters(which, environment, await emptyDirectory())
  const [topic] = dlqs

  expect(dlqs).toEqual([
    { name: 'topic-dlq', url: which.queueUrl, config: { region: 'eu-west-1' } },
  ])
  if (topic === undefined) throw new Error('there is none')
  expect(queueOf(topic, 'user-deleted')?.url).toBe(`${at}/user-deleted`)
  expect(queueOf(topic, 'key-rotated')).toBeUndefined()
  expect(queueOf(topic, undefined)).toBeUndefined()
})

test('a known DLQ is known by its URL as well', async () => {
  const which = { queueUrl: environment.USER_DELETED_INCIDENT_DLQ_URL }
  const { dlqs } = await findDeadLetters(which, environment, await emptyDirectory())

  expect(dlqs).toMatchObject([{ name: 'user-deleted-incident', stem: 'user-deleted' }])
})

test('is the lapse dev that runs here with its credentials, unless the environment names a DLQ', async () => {
  const directory = await withDev()
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const elsewhere = 'https://sqs.eu-west-1.amazonaws.com/1/q'

  const { dlqs } = await findDeadLetters({ queue: 'user-deleted' }, {}, directory)
  expect(dlqs).toMatchObject([
    { name: 'user-deleted', config: { region: 'us-east-1', credentials } },
  ])

  const named = await findDeadLetters({}, { KEY_ROTATED_DLQ_URL: elsewhere }, directory)
  expect(named.dlqs).toEqual([
    { name: 'key-rotated', stem: 'key-rotated', url: elsewhere, config: { region: 'eu-west-1' } },
  ])
})

test('signs nothing for AWS with the credentials of lapse dev', async () => {
  const which = { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q' }
  const { dlqs } = await findDeadLetters(which, {}, await withDev())

  expect(dlqs).toMatchObject([{ config: { region: 'eu-west-1' } }])
  expect(JSON.stringify(dlqs)).not.toContain('credentials')
})

test.each([
  [{}, {}, /no DLQ is known; start lapse dev here, set USER_DELETED_DLQ_URL/],
  [{ queue: 'elsewhere' }, environment, /--queue takes user-deleted, user-deleted-incident$/],
  [{ queueUrl: 'elsewhere' }, environment, /--queue-url is not a URL/],
  [{ queue: 'user-deleted', queueUrl: at }, environment, /give one of --queue and --queue-url/],
  [{}, { USER_DELETED_DLQ_URL: 'None' }, /USER_DELETED_DLQ_URL is not a URL/],
])('refuses %j with %j', async (which, variables, problem) => {
  await expect(findDeadLetters(which, variables, await emptyDirectory())).rejects.toThrow(problem)
})
