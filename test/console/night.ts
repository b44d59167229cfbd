import assert from 'node:assert/strict'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Page } from 'playwright-core'
import type { Dev } from './dev.ts'
import { fill, outcomeOf } from './newcomer.ts'

/**
 * Ory fails, an event waits with its cause, Ory is well, the event ends; then a message that nobody can
 * read, from its DLQ to being dropped, and one that is done already, from its DLQ to being closed.
 */
export async function playNight(page: Page, dev: Dev): Promise<void> {
  await page.goto(dev.url)
  await fill(page, 'fault', { name: 'ory-down' })
  assert.match(await outcomeOf(page), /✓ done.*503/s)
  await page.getByText('Ory fails: ory-down').waitFor()

  await fill(page, 'send', { subject: 'bob' })
  assert.match(await outcomeOf(page), /✓ done/)
  await page.getByRole('link', { name: 'watch it' }).click()
  const event = new URL(page.url()).pathname
  await page
    .locator('#event')
    .getByText('waits for Ory')
    .or(page.getByText('Ory is down'))
    .waitFor()

  await page.goto(dev.url)
  await fill(page, 'fault', { name: 'none' })
  assert.match(await outcomeOf(page), /✓ done.*Ory is well/s)
  await page.goto(`${dev.url}${event}`)
  await page.locator('#event').getByText('receipt: done').waitFor()

  await poison(page, dev)
  await alreadyDone(page, dev, event)
}

async function poison(page: Page, dev: Dev): Promise<void> {
  await send(dev, queueOf(dev).url, '{"type":"user.deleted"')
  await untilDead(page, dev)
  await page.goto(`${dev.url}/dead-letters`)
  await page.getByText('a worker would dead-letter it again').waitFor()
  await fill(page, 'drop', { typed: 'not its name' })
  assert.match(await outcomeOf(page), /✕ not done.*was not typed out/s)
  await fill(page, 'drop', { typed: 'user-deleted' })
  assert.match(await outcomeOf(page), /✓ done.*dropped/s)
  await page.getByText('Nothing is on a DLQ.').waitFor()
}

async function alreadyDone(page: Page, dev: Dev, path: string): Promise<void> {
  const id = decodeURIComponent(path.split('/').at(-1) ?? '')
  const body = { specversion: '1.0', id, source: 'https://accounts.example', type: 'user.deleted' }
  const event = { ...body, time: new Date().toISOString(), data: { subject: 'bob' } }
  await send(dev, queueOf(dev).url, JSON.stringify({ ...event, id: `${id}-2` }))
  await page.goto(`${dev.url}/events/${id}-2`)
  await page.locator('#event').getByText('receipt: done').waitFor()

  await send(dev, queueOf(dev).dlq_url, JSON.stringify({ ...event, id: `${id}-2` }))
  await page.goto(`${dev.url}/dead-letters`)
  await page.getByText('nothing is left to do, and that is proven').waitFor()
  await fill(page, 'close', {})
  assert.match(await outcomeOf(page), /✓ done/)
  await page.getByText('Nothing is on a DLQ.').waitFor()
}

function queueOf({ queues }: Dev): Dev['queues'][number] {
  const queue = queues.find(({ name }) => name === 'user-deleted')
  assert.ok(queue)
  return queue
}

async function send({ endpoints }: Dev, QueueUrl: string, MessageBody: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const endpoint = endpoints['sqs'] ?? ''
  const client = new SQSClient({ region: 'us-east-1', endpoint, credentials })
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  client.destroy()
}

/** The page that is open tells of it by itself. */
async function untilDead(page: Page, dev: Dev): Promise<void> {
  await page.goto(dev.url)
  await page.getByText('1 dead-lettered').waitFor()
}
