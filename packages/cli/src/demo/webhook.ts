import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { webhooksOf } from '../dev/webhooks.ts'
import type { WebhookSource } from '../dev-file.ts'
import type { ExampleEvent } from './example-events.ts'
import type { Stage } from './stage.ts'

/** What the door answered, as HTTP statuses. */
export interface WebhookReport {
  readonly event_id: string
  /** To the webhook that its sender signed. */
  readonly signed: number
  /** To one that somebody else signed. */
  readonly forged: number
}

/** Sends an event by webhook, as a CloudEvent under Standard Webhooks, and gives the status of the answer. */
export async function sendWebhook(stage: OfWebhooks, event: ExampleEvent): Promise<number> {
  return post(event, await sourceOf(stage))
}

/** The same by somebody who does not know the secret. */
export async function forgeWebhook(stage: OfWebhooks, event: ExampleEvent): Promise<number> {
  const secret = randomBytes(24).toString('base64')
  return post(event, { ...(await sourceOf(stage)), secret })
}

type OfWebhooks = Pick<Stage, 'local'>

async function sourceOf({ local }: OfWebhooks): Promise<WebhookSource> {
  const { cloudevents } = await webhooksOf(local)
  if (cloudevents !== undefined) return cloudevents
  throw new Error('nothing takes CloudEvents by webhook')
}

async function post({ body }: ExampleEvent, source: WebhookSource): Promise<number> {
  const headers = signatureOf(body, source)
  const { status } = await fetch(source.url, { method: 'POST', headers, body })
  return status
}

/** HMAC-SHA-256 over id, seconds and body, under a key in base64. */
function signatureOf(body: string, { secret }: WebhookSource): Record<string, string> {
  const id = `msg_${randomUUID()}`
  const seconds = Math.floor(Date.now() / 1000)
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    'content-type': 'application/cloudevents+json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
}
