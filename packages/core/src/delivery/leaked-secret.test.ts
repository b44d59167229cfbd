import { expect, test } from 'vitest'
import { ConfigError, RefusedError } from '../errors.ts'
import { parseKeyRotated, parseUserDeleted } from '../events/index.ts'
import type { OutgoingMessage } from '../ports/index.ts'
import type { WorkflowEvent } from '../run/index.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { deliver, postpone } from './deliver.ts'

const canary = 'canary-Canary-canary'
const eventOf = (change: object = {}) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'e-1',
    source: 's',
    type: 'user.deleted',
    time: '2026-01-02T03:00:00Z',
    data: { subject: 'alice', password: canary },
    ...change,
  })
const message = {
  messageId: 'm-1',
  body: eventOf(),
  attributes: { publisher: 'accounts', 'x-api-key': canary },
}

const refusal = Object.assign(new Error('too long'), { name: 'InvalidParameterValue' })

type Way = 'send' | 'deadLetter'

/** A worker whose Ory fails as it is told to, and whose outbox does as well. */
function prepared(
  failure?: unknown,
  outboxFailures: Partial<Record<Way, (copy: OutgoingMessage) => unknown>> = {},
) {
  const made = memoryWorker(
    stillWorkflow(async () => {
      if (failure !== undefined) throw failure
    }),
  )
  const way = (name: Way) => async (copy: OutgoingMessage) => {
    const thrown = outboxFailures[name]?.(copy)
    if (thrown !== undefined) throw thrown
    await made.outbox[name](copy)
  }
  const outbox = { send: way('send'), deadLetter: way('deadLetter') }
  const parse = (body: string): WorkflowEvent => parseUserDeleted(body)
  const atRest = () =>
    JSON.stringify([
      made.outbox.sent,
      made.outbox.deadLetters,
      made.ledger.rows,
      made.log.lines,
      made.metrics.counts,
    ])
  const worker = { ...made.worker, parse, outbox }
  const process = (change: object = {}) =>
    deliver({ ...message, ...change }, { deadline: made.clock.now() + 60_000 }, worker)
  return { ...made, worker, process, atRest }
}

test('does what an event says that holds a secret besides, and keeps nothing of it', async () => {
  const { process, atRest, ledger, metrics } = prepared()

  expect(await process()).toBe('acknowledge')
  expect(ledger.rows[0]?.receipt?.result).toBe('done')
  expect(atRest()).not.toContain(canary)
  expect(metrics.counts).toMatchObject({ SecretsRedacted: 1 })
})

test.each([
  ['waits', new ConfigError('X is not set')],
  ['is given up', new RefusedError('protected-client')],
  ['fails unexpectedly', new TypeError(`cannot read ${canary}`)],
])('leaves nothing of a secret where its message %s', async (_how, failure) => {
  const { process, atRest, outbox } = prepared(failure)

  expect(await process()).toBe('acknowledge')
  expect([...outbox.sent, ...outbox.deadLetters]).toHaveLength(1)
  expect(atRest()).not.toContain(canary)
})

test('leaves what is unexpected to the queue once nothing of the secret is left', async () => {
  const { process, outbox } = prepared(new TypeError('a bug'))
  await process()

  expect(await process(outbox.sent[0])).toBe('retry')
})

test('is one event, with or without the secret', async () => {
  const { process, ledger, metrics } = prepared()
  await process()
  await process({ body: eventOf({ data: { subject: 'alice', password: 'another' } }) })

  expect(ledger.rows).toHaveLength(1)
  expect(metrics.counts).toMatchObject({ Duplicates: 1 })
})

test('takes a copy without the secret for a message that somebody died with', async () => {
  const { process, atRest, ledger, outbox } = prepared()

  expect(await process({ receiveCount: 2 })).toBe('acknowledge')
  expect([outbox.sent.length, ledger.rows.length]).toEqual([1, 0])
  expect(atRest()).not.toContain(canary)
  await process({ ...outbox.sent[0], receiveCount: 1 })
  expect(ledger.rows[0]?.receipt?.result).toBe('done')
})

test('postpones a copy without the secret', async () => {
  const { worker, atRest, outbox } = prepared()
  await postpone(message, new ConfigError('no time'), worker)

  expect(outbox.sent).toHaveLength(1)
  expect(atRest()).not.toContain(canary)
})

test.each([
  ['waits', new ConfigError('X is not set'), 1, 1],
  ['is refused', new RefusedError('protected-client'), 1, undefined],
  ['fails unexpectedly', new TypeError('a bug'), 1, 1],
  ['fails when it is received again', new TypeError('a bug'), 3, 1],
])(
  'puts a stub on the DLQ, and lets the original go, where no copy is taken and it %s',
  async (...row) => {
    const [_how, failure, receiveCount, givenUp] = row
    const tooLong = ({ body }: OutgoingMessage) =>
      body.includes('specversion') ? refusal : undefined
    const refusing = { send: tooLong, deadLetter: tooLong }
    const { process, atRest, outbox, metrics } = prepared(failure, refusing)

    expect(await process({ receiveCount })).toBe('acknowledge')
    expect(outbox.deadLetters.map(({ body }) => Object.keys(JSON.parse(body)))).toEqual([
      ['reason', 'message_id', 'body_sha256', 'body_bytes'],
    ])
    expect(metrics.counts.EventsGivenUp).toBe(givenUp)
    expect(atRest()).not.toContain(canary)
  },
)

test.each([
  ['nothing can be sent', new TypeError('a bug'), ['send', 'deadLetter']],
  ['its queue takes nothing for now', new TypeError('a bug'), ['send']],
])('keeps the original where %s', async (_why, failure, ways) => {
  const down = () => new Error('SQS is down')
  const outbox = Object.fromEntries(ways.map((way) => [way, down]))
  const { process, atRest } = prepared(failure, outbox)

  expect(await process()).toBe('retry')
  expect(atRest()).not.toContain(canary)
})

test.each([
  ['id', { id: `ory_at_${canary}` }],
  ['source', { source: `https://a.example/?access_token=${canary}` }],
  ['subject', { data: { subject: `ory_st_${canary}` } }],
])('refuses an event whose %s is a secret', async (_member, change) => {
  const { process, atRest, outbox, ledger } = prepared()
  await process({ body: eventOf(change) })

  expect(outbox.deadLetters[0]?.attributes['lapse-reason']).toMatch(/^holds-a-secret: /)
  expect(ledger.rows).toEqual([])
  expect(atRest()).not.toContain(canary)
})

test('trusts no key that somebody leaked, also once nothing of it is left', async () => {
  const made = prepared()
  const down = { ...made.worker.outbox, deadLetter: () => Promise.reject(new Error('down')) }
  const jwk = { kty: 'EC', crv: 'P-256', kid: 'k', d: canary }
  const body = eventOf({ type: 'key.rotated', data: { issuer: 'https://i.example', jwk } })
  const worker = { ...made.worker, parse: parseKeyRotated as (body: string) => WorkflowEvent }
  const allowance = { deadline: made.clock.now() + 60_000 }

  expect(await deliver({ ...message, body }, allowance, { ...worker, outbox: down })).toBe(
    'acknowledge',
  )
  await deliver({ ...message, ...made.outbox.sent[0] }, allowance, worker)
  expect(made.outbox.deadLetters[0]?.attributes['lapse-reason']).toMatch(/^private-key: /)
  expect(made.atRest()).not.toContain(canary)
})

test('redacts what cannot be read', async () => {
  const { process, atRest, outbox } = prepared()
  const bodies = [
    `{"client_secret":"${canary}"`,
    `{"odd":"\\uffff","password":"${canary}"}`,
    `{"password":"${canary}","password":""}`,
    `password=${canary}`,
    eventOf({ type: 'app.offboarded' }),
  ]
  for (const body of bodies) expect(await process({ body })).toBe('acknowledge')

  expect(outbox.deadLetters).toHaveLength(bodies.length)
  expect(atRest()).not.toContain(canary)
})
