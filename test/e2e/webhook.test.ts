import { createHmac, randomUUID } from 'node:crypto'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClients, signIn } from '../faults/users.ts'
import { startSystem } from './system.ts'

let system: Awaited<ReturnType<typeof startSystem>>
let secrets: Readonly<Record<string, string>>

beforeAll(async () => {
  system = await startSystem({ variables: { POWERTOOLS_SERVICE_NAME: 'lapse-e2e' } })
  await createClients(system.ory)
  secrets = await readSecrets()
})

afterAll(() => system.stop())

const config = (endpoint: string) => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  endpoint,
})

/** What each source signs with, by its name. */
async function readSecrets(): Promise<Readonly<Record<string, string>>> {
  const { endpoints, environment } = system.local
  const client = new SecretsManagerClient(config(endpoints.secretsManager))
  const ids = JSON.parse(String(environment['WEBHOOK_SECRETS'])) as Record<string, string>
  const read = async ([source, SecretId]: readonly [string, string]) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }))
    return [source, String(SecretString)] as const
  }
  const entries = await Promise.all(Object.entries(ids).map(read))
  client.destroy()
  return Object.fromEntries(entries)
}

interface Webhook {
  readonly source: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Signed as Standard Webhooks has it, version 1: HMAC-SHA-256 over id, seconds and body. */
function signed(source: string, prefix: string, body: string): Webhook {
  const id = `msg_${randomUUID()}`
  const seconds = Math.floor(Date.now() / 1000)
  const key = Buffer.from(String(secrets[source]).replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  const headers = {
    'content-type': 'application/json',
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(seconds),
    [`${prefix}-signature`]: `v1,${signature}`,
  }
  return { source, headers, body }
}

const deliver = ({ source, headers, body }: Webhook) =>
  fetch(`${system.local.endpoints.webhooks}/webhooks/${source}`, { method: 'POST', headers, body })

const clerk = (subject: string) =>
  signed('clerk', 'svix', JSON.stringify({ type: 'user.deleted', data: { id: subject } }))

/** The CloudEvent in a queue that a webhook became. */
const eventOf = ({ source, headers }: Webhook, idHeader: string, event: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: headers[idHeader],
    source: `webhook:${source}`,
    time: '2026-01-02T03:04:05Z',
    ...event,
  })

async function activeTokens(tokens: Awaited<ReturnType<typeof signIn>>): Promise<number> {
  const all = tokens.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])
  const answers = await Promise.all(all.map((token) => system.ory.introspectOAuth2Token({ token })))
  return answers.filter(({ active }) => active).length
}

const countNames = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const

/** How many messages a queue holds, whatever is being done with them. */
async function held(stem: string): Promise<number> {
  const { local } = system
  const sqs = new SQSClient(config(local.endpoints.sqs))
  const QueueUrl = local.queues.find(({ queue }) => queue.name === stem)?.queue.url
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...countNames] })
  const { Attributes = {} } = await sqs.send(command)
  sqs.destroy()
  return countNames.reduce((sum, name) => sum + Number(Attributes[name]), 0)
}

test('a webhook whose signature is wrong leaves the queue empty', async () => {
  const webhook = clerk(`kept-${randomUUID()}`)
  const answers = await Promise.all([
    deliver({ ...webhook, body: webhook.body.replace('kept', 'gone') }),
    deliver({ ...webhook, headers: {} }),
    deliver({ ...webhook, source: 'standard' }),
  ])

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  expect(await held('user-deleted')).toBe(0)
  await system.logged('webhook refused', 3)
  expect(system.lines.join('\n')).not.toContain('webhook queued')
})

test('a signed webhook over HTTP ends in a receipt', async () => {
  const subject = `gone-${randomUUID()}`
  const tokens = await signIn(system.emulator, subject)
  expect(await activeTokens(tokens)).toBe(4)

  const webhook = clerk(subject)
  const answer = await deliver(webhook)
  expect(answer.status).toBe(202)

  const data = { subject }
  const event = eventOf(webhook, 'svix-id', { type: 'user.deleted', data })
  const receipt = await system.receiptOf(event, 'first')
  expect(receipt.before).toMatchObject({ consent_sessions: 2 })
  expect(receipt.after).toMatchObject({ consent_sessions: 0 })
  expect(await activeTokens(tokens)).toBe(0)
  expect(await answer.json()).toEqual({ id: receipt.event.id })
})

test('the same webhook delivered three times ends in one receipt', async () => {
  const subject = `gone-${randomUUID()}`
  await signIn(system.emulator, subject)
  const webhook = clerk(subject)
  const event = eventOf(webhook, 'svix-id', { type: 'user.deleted', data: { subject } })
  await deliver(webhook)
  const first = await system.receiptOf(event, 'first')

  const again = await Promise.all([deliver(webhook), deliver(webhook)])
  expect(again.map(({ status }) => status)).toEqual([202, 202])
  await system.logged('done before; nothing is done again', 2)
  expect(await system.receiptOf(event, 'first')).toEqual(first)
  expect(first.attempts).toHaveLength(1)
})

test('an app is offboarded by webhook', async () => {
  const client_id = randomUUID()
  await system.ory.createOAuth2Client({ body: { client_id } })
  const data = { client_id, mode: 'delete' }
  const timestamp = new Date(Date.now() + 60_000).toISOString()
  const body = JSON.stringify({ type: 'app.offboarded', timestamp, data })
  const webhook = signed('standard', 'webhook', body)

  expect((await deliver(webhook)).status).toBe(202)
  const event = eventOf(webhook, 'webhook-id', { type: 'app.offboarded', data, time: timestamp })
  const receipt = await system.receiptOf(event, 'first', 'app-offboarded')
  expect(receipt.after).toMatchObject({ clients: 0 })
  await expect(system.ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ status: 404 })
})

const hmac = (source: string, text: string) =>
  createHmac('sha256', String(secrets[source])).update(text).digest('hex')

test('a user whose id holds an emoji ends as any other', async () => {
  const subject = `gone-${randomUUID()} \u{1f600}`
  const tokens = await signIn(system.emulator, subject)
  const body = JSON.stringify({ type: 'user.deleted', data: { subject } })
  const headers = { 'x-hub-signature-256': `sha256=${hmac('github', body)}` }
  const answer = await deliver({ source: 'github', headers, body })
  expect(answer.status).toBe(202)

  const { id } = (await answer.json()) as { readonly id: string }
  const event = { specversion: '1.0', id, source: 'webhook:github', type: 'user.deleted' }
  const time = '2026-01-02T03:04:05Z'
  await system.receiptOf(JSON.stringify({ ...event, time, data: { subject } }), 'first')
  expect(await activeTokens(tokens)).toBe(0)
})

test('a user that a directory deactivates in capitals is suspended, at a path with a slash', async () => {
  const subject = `gone-${randomUUID()}`
  const tokens = await signIn(system.emulator, subject)
  const data = { id: subject, active: 'FALSE', raw: { active: 'FALSE' } }
  const body = JSON.stringify({ event: 'user.updated', tenant: 'acme', product: 'crm', data })
  const t = Date.now()
  const headers = { 'ory-polis-signature': `t=${t},s=${hmac('polis', `${t}.${body}`)}` }
  const answer = await deliver({ source: 'polis/', headers, body })
  expect(answer.status).toBe(202)

  const { id } = (await answer.json()) as { readonly id: string }
  const event = { specversion: '1.0', id, source: 'webhook:polis', type: 'user.suspended' }
  const time = '2026-01-02T03:04:05Z'
  const queued = JSON.stringify({ ...event, time, data: { subject } })
  await system.receiptOf(queued, 'first', 'user-suspended')
  expect(await activeTokens(tokens)).toBe(0)
})

test('what a source or a queue passes over is counted, and nothing more', async () => {
  const created = JSON.stringify({ type: 'user.created', data: { id: `kept-${randomUUID()}` } })
  const answer = await deliver(signed('clerk', 'svix', created))
  await system.send(
    JSON.stringify({
      name: 'IdentityUpdated',
      timestamp: '2026-01-02T03:04:05Z',
      projectId: 'p-1',
      eventAttributes: { IdentityID: `kept-${randomUUID()}` },
    }),
  )

  expect([answer.status, await answer.json()]).toEqual([202, { ids: [], ignored: 1 }])
  await system.logged('"EventsPassedOver":1', 2)
  const told = system.lines.filter((line) => line.includes('"EventsPassedOver":1'))
  expect(told.map((line) => JSON.parse(line).source).toSorted()).toEqual(['clerk', 'ory'])
  await system.logged('passed over', 1)
})

test('a batch of CloudEvents ends every user in it, however the content is sent', async () => {
  const subjects = Array.from({ length: 3 }, () => `gone-${randomUUID()}`)
  const common = { specversion: '1.0', source: 'https://accounts.example', type: 'user.deleted' }
  const contents = [
    { datacontenttype: null, data: { subject: subjects[0] } },
    { data: JSON.stringify({ subject: subjects[1] }) },
    { data_base64: btoa(JSON.stringify({ subject: subjects[2] })) },
  ]
  const time = '2026-01-02T03:04:05Z'
  const events = contents.map((content) => ({ ...common, id: randomUUID(), time, ...content }))
  const answer = await deliver(signed('cloudevents', 'webhook', JSON.stringify(events)))

  expect([answer.status, await answer.json()]).toEqual([
    200,
    { ids: events.map(({ id }) => id), ignored: 0 },
  ])
  for (const event of events) {
    const receipt = await system.receiptOf(JSON.stringify(event), 'first')
    expect(receipt.event.id).toBe(event.id)
  }
})

test('webhooks are counted, under the service that the deployment names', async () => {
  await system.logged('WebhooksAccepted', 5)
  const counted = system.lines.filter((line) => line.includes('WebhooksAccepted'))

  for (const line of counted)
    expect(JSON.parse(line)).toMatchObject({ service: 'lapse-e2e', WebhooksAccepted: 1 })
})

test('the door tells no log a subject, a secret or a signature', () => {
  const said = system.lines.join('\n')

  expect(said).toContain('webhook queued')
  expect(said).not.toMatch(/gone-|kept-|whsec_|v1,/)
  for (const secret of Object.values(secrets)) expect(said).not.toContain(secret)
})
