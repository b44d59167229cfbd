import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OutgoingMessage } from '@lapse/core/ports'
import { memoryWorker, stillWorkflow } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { type AllServices, handlerOf, type QueueName, queueNames } from './whole/lambda.ts'
import { recordOf } from './whole/simulated-queue.ts'

const functions = resolve(import.meta.dirname, '../../functions')

const canary = 'Canary0canary1canary2'
const pem = `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`

/** A secret of every kind that a publisher should never have sent. */
const leaks: readonly (readonly [string, object])[] = [
  ['a private key', { jwk: { kty: 'EC', crv: 'P-256', d: canary } }],
  ['PEM', { note: pem }],
  ['a client secret', { client_secret: canary }],
  ['a token', { note: `ory_at_${canary}` }],
  ['a JWT', { note: `eyJhbGciOiJFUzI1NiJ9.${canary}.${canary}` }],
  ['a password', { user: { password: canary } }],
  ['an element', { note: `<a><client_secret>${canary}</client_secret></a>` }],
  ['a password in a URL', { note: `https://user:${canary}@host.example/` }],
  ['a named value', { list: [{ name: 'client_secret', value: canary }] }],
  ['a short key in no frame', { note: `"crv":"P-256","d":"${canary}"` }],
  ['a form', { note: `client_secret=a,${canary}&body=token%3D${canary}` }],
  ['a header', { note: `Authorization: Basic YTpi ${canary}` }],
  ['PEM in lines', { lines: pem.split('\n') }],
]

/** What each queue takes, but for a key, which the secret may be a part of. */
const contents: Readonly<Record<string, object>> = {
  'user.deleted': { subject: 'alice' },
  'app.offboarded': { client_id: 'mail', mode: 'suspend' },
  'key.rotated': { issuer: 'https://i.example', subject: 'a', scope: ['read'] },
}

const bodyOf = (type: string, leak: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'e-1',
    source: 'https://accounts.example',
    type,
    time: '2026-01-02T03:00:00Z',
    data: { ...contents[type], ...leak },
  })

/** Ways in which a body is another one than its publisher meant. */
const shapes: readonly (readonly [string, (body: string) => string])[] = [
  ['as it is', (body) => body],
  ['within SNS', (body) => JSON.stringify({ Type: 'Notification', TopicArn: 'a', Message: body })],
  ['beside what SQS refuses', (body) => body.replace('{', '{"odd":"\\uffff",')],
  ['hidden by a second member', (body) => body.replace(/}$/, ',"data":{}}')],
  ['broken off', (body) => body.slice(0, -2)],
]

const refusal = Object.assign(new Error('too long'), { name: 'InvalidParameterValue' })
const isWhole = ({ body }: OutgoingMessage) => body.includes('accounts.example')

interface Failure {
  readonly ory: Error
  readonly refuses?: (copy: OutgoingMessage) => boolean
}

/** What goes wrong while a message is processed. */
const failures: Readonly<Record<string, Failure>> = {
  'Ory is down': { ory: Object.assign(new Error(canary), { name: 'ThrottlingException' }) },
  'something is unexpected': { ory: new TypeError(canary) },
  'no copy fits': { ory: new TypeError(canary), refuses: isWhole },
}

/** An Ory of which every call fails. */
function failingOry(error: Error): AllServices['ory'] {
  const fail = () => {
    throw error
  }
  return new Proxy({} as AllServices['ory'], { get: () => fail })
}

/** Everything that is written or sent anywhere until SQS does not receive the message any more. */
async function keptOf(queue: QueueName, body: string, { ory, refuses = () => false }: Failure) {
  const { worker, outbox, log, metrics, ledger } = memoryWorker(stillWorkflow())
  const services = { ...(await worker.services()), ory: failingOry(ory) } as AllServices
  const send = (way: 'send' | 'deadLetter') => async (copy: OutgoingMessage) => {
    if (refuses(copy)) throw refusal
    await outbox[way](copy)
  }
  const handler = handlerOf(queue, services, { send: send('send'), deadLetter: send('deadLetter') })
  const moved: string[] = []
  for (let receives = 1; receives <= 5; receives += 1) {
    const attributes = { 'x-api-key': canary }
    const kept = { messageId: 'm', body, attributes, sentAt: 0, visibleAt: 0, excused: 0, receives }
    const context = { getRemainingTimeInMillis: () => 60_000 }
    const { batchItemFailures } = await handler({ Records: [recordOf(kept)] }, context)
    if (batchItemFailures.length === 0) break
    if (receives === 5) moved.push(body)
  }
  return JSON.stringify([outbox, moved, ledger.rows, log.lines, metrics.counts])
}

test('plays every queue that there is', () => {
  const made = readdirSync(functions)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(resolve(functions, file), 'utf8'))
    .filter((text) => /queue|sqs/i.test(text) && !text.includes('webhookHandler'))
  const stems = made.map((text) => /queueHandler\('([\w-]+)'/.exec(text)?.[1] ?? text)

  expect(stems.toSorted()).toEqual(queueNames.toSorted())
})

const everywhere = queueNames.flatMap((queue) =>
  Object.entries(failures).flatMap(([what, failure]) =>
    leaks.map(([kind, leak]) => [kind, queue, what, leak, failure] as const),
  ),
)

test.each(everywhere)('keeps nothing of %s on %s where %s', async (...row) => {
  const [_kind, queue, _what, leak, failure] = row
  for (const type of Object.keys(contents))
    for (const [shape, shaped] of shapes) {
      const kept = await keptOf(queue, shaped(bodyOf(type, leak)), failure)
      expect([type, shape, kept.includes(canary)]).toEqual([type, shape, false])
    }
})
