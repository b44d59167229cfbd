import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { longest } from '@lapse/webhooks'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

/** What SQS was asked to take: a body, by the name of its queue. */
const taken: (readonly [string, string])[] = []

const server = createServer(async (request, response) => {
  const { QueueUrl, MessageBody } = JSON.parse(await text(request)) as Record<string, string>
  taken.push([String(QueueUrl).split('/').at(-1) ?? '', String(MessageBody)])
  response.setHeader('content-type', 'application/x-amz-json-1.0')
  const MD5OfMessageBody = createHash('md5').update(String(MessageBody)).digest('hex')
  response.end(JSON.stringify({ MessageId: 'm-1', MD5OfMessageBody }))
})

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const endpoint = `http://127.0.0.1:${port}`
  const settings = {
    APP_OFFBOARDED_INCIDENT_QUEUE_URL: `${endpoint}/apps-incident`,
    APP_OFFBOARDED_QUEUE_URL: `${endpoint}/apps`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_SECRET_ACCESS_KEY: 'local',
    KEY_ROTATED_INCIDENT_QUEUE_URL: `${endpoint}/keys-incident`,
    KEY_ROTATED_QUEUE_URL: `${endpoint}/keys`,
    USER_DELETED_INCIDENT_QUEUE_URL: `${endpoint}/users-incident`,
    USER_DELETED_QUEUE_URL: `${endpoint}/users`,
    USER_DELETED_SUBJECT_FIELD: 'user_id',
    USER_SIGNED_OUT_INCIDENT_QUEUE_URL: `${endpoint}/signed-out-incident`,
    USER_SIGNED_OUT_QUEUE_URL: `${endpoint}/signed-out`,
    USER_SUSPENDED_INCIDENT_QUEUE_URL: `${endpoint}/suspended-incident`,
    USER_SUSPENDED_QUEUE_URL: `${endpoint}/suspended`,
    WEBHOOK_SECRETS: '{"clerk":"hooks/clerk"}',
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
})

afterAll(() => {
  vi.unstubAllEnvs()
  server.close()
  server.closeAllConnections()
})

test('ends every request before Lambda does, whatever AWS does', async () => {
  const { doorLimits } = await import('./door-limits.ts')
  const stack = readFileSync(new URL('../../infra/webhook.ts', import.meta.url), 'utf8')
  const [, seconds] = /timeoutSeconds: (\d+)/.exec(stack) ?? []

  // A secret is read within the time of a request; the last messages are sent at its end.
  expect(doorLimits.callMs).toBeLessThan(longest)
  expect(longest + doorLimits.callMs).toBeLessThan(Number(seconds) * 1000 - 1000)
})

test('puts every event on the queue of its type and lane, and names the subject as its worker does', async () => {
  const { doorServices } = await import('./webhook.ts')
  const { enqueue, sources, subjectField } = await doorServices()
  await enqueue('user-deleted', 'a user')
  await enqueue('user-suspended', 'a suspension')
  await enqueue('user-signed-out', 'a sign-out')
  await enqueue('app-offboarded', 'an app')
  await enqueue('key-rotated', 'a key')
  await enqueue('user-deleted-incident', 'an incident')
  await enqueue('user-suspended-incident', 'an incident')
  await enqueue('user-signed-out-incident', 'an incident')
  await enqueue('app-offboarded-incident', 'an incident')
  await enqueue('key-rotated-incident', 'an incident')

  // What is answered too late, on a machine that has others to serve, is sent again.
  const each = [...new Map(taken.map((one) => [one.join(), one])).values()]
  expect(each).toEqual([
    ['users', 'a user'],
    ['suspended', 'a suspension'],
    ['signed-out', 'a sign-out'],
    ['apps', 'an app'],
    ['keys', 'a key'],
    ['users-incident', 'an incident'],
    ['suspended-incident', 'an incident'],
    ['signed-out-incident', 'an incident'],
    ['apps-incident', 'an incident'],
    ['keys-incident', 'an incident'],
  ])
  expect(sources).toEqual(['clerk'])
  expect(subjectField).toBe('user_id')
})

test('puts nothing of a secret on a queue that somebody sends along', async () => {
  const { doorServices } = await import('./webhook.ts')
  const { enqueue } = await doorServices()
  await enqueue('user-deleted', '{"subject":"alice","client_secret":"canary"}')

  expect(taken.at(-1)).toEqual([
    'users',
    '{"subject":"alice","client_secret":"[a secret was here]"}',
  ])
})
