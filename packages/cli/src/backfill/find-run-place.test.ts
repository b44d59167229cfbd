import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeDevFile } from '../dev-file.ts'
import { UsageError } from '../errors.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import { findRunPlace } from './find-run-place.ts'

const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lapse-run-'))

const named = {
  USER_DELETED_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/user-deleted',
  LEDGER_TABLE: 'lapse-ledger',
  LEDGER_KEY_SECRET_ID: 'ledger-key',
  ORY_ADMIN_URL: 'https://p.projects.oryapis.com',
}

test('is where the environment says, all of it', async () => {
  const place = await findRunPlace(
    { ...named, ORY_API_KEY: 'k' },
    await emptyDirectory(),
    'hygiene',
  )

  expect(place.target.queueUrl).toBe(named.USER_DELETED_QUEUE_URL)
  expect(place.ledger.variables['LEDGER_TABLE']).toBe('lapse-ledger')
  expect(place.ory).toEqual({ adminUrl: named.ORY_ADMIN_URL, apiKey: 'k' })
})

test.each(['USER_DELETED_QUEUE_URL', 'LEDGER_TABLE', 'LEDGER_KEY_SECRET_ID', 'ORY_ADMIN_URL'])(
  'is nowhere where the environment leaves out %s alone',
  async (name) => {
    const found = findRunPlace({ ...named, [name]: '' }, await emptyDirectory(), 'hygiene')

    await expect(found).rejects.toBeInstanceOf(UsageError)
    await expect(found).rejects.toThrow(`${name} is not set`)
  },
)

test('is the lapse dev that runs here, and never one of both', async () => {
  const directory = await emptyDirectory()
  const dev = await startStandIn()
  const queueUrl = 'http://127.0.0.1:4566/0/user-deleted'
  await writeDevFile(directory, {
    pid: dev.pid,
    started_at: '2026-01-02T03:04:05Z',
    endpoints: {},
    queues: [],
    webhooks: {},
    functions: {},
    environment: {
      USER_DELETED_QUEUE_URL: queueUrl,
      LEDGER_TABLE: 'local',
      LEDGER_KEY_SECRET_ID: 'local-key',
      ORY_ADMIN_URL: 'http://127.0.0.1:4445',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:4567',
    },
  })
  const place = await findRunPlace({}, directory, 'hygiene')
  const mixed = findRunPlace({ LEDGER_TABLE: 'lapse-ledger' }, directory, 'deletion')

  expect(place.target.queueUrl).toBe(queueUrl)
  expect(place.ledger.dynamoDb.endpoint).toBe('http://127.0.0.1:4567')
  expect(place.ory.adminUrl).toBe('http://127.0.0.1:4445')
  await expect(mixed).rejects.toThrow('USER_DELETED_QUEUE_URL and LEDGER_KEY_SECRET_ID')
  await dev.stop()
})

test('is nowhere without either', async () => {
  await expect(findRunPlace({}, await emptyDirectory(), 'hygiene')).rejects.toThrow(
    'no queue is known; start lapse dev here, or set USER_DELETED_QUEUE_URL',
  )
})

test('is the queue of incidents for an incident, and no other', async () => {
  const url = 'https://sqs.eu-west-1.amazonaws.com/1/user-deleted-incident'
  const directory = await emptyDirectory()
  const environment = { ...named, USER_DELETED_INCIDENT_QUEUE_URL: url }

  expect((await findRunPlace(environment, directory, 'incident')).target.queueUrl).toBe(url)
  await expect(findRunPlace(named, directory, 'incident')).rejects.toThrow(
    'USER_DELETED_INCIDENT_QUEUE_URL is not set',
  )
})
