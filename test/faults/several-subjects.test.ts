import { deliver, type Message } from '@lapse/core/delivery'
import {
  OryApiError,
  OryConfigurationError,
  OryMismatchError,
  OryTransportError,
} from '@lapse/core/errors'
import {
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
  type SubjectMapping,
  type UserEventType,
} from '@lapse/core/events'
import type { Ory, OryAccounts } from '@lapse/core/ory'
import type { OutgoingMessage } from '@lapse/core/ports'
import { thingsIn } from '@lapse/core/run'
import { derivedAttributes, memoryWorker, stillWorkflow } from '@lapse/core/testing'
import { forEachSubject, userDeleted, userSignedOut, userSuspended } from '@lapse/core/workflows'
import { expect, test } from 'vitest'

const settings = { followUpAfterMs: 31 * 60_000, accessTokenLifespanMs: 60 * 60_000 }

const parsers = {
  'user.deleted': parseUserDeleted,
  'user.suspended': parseUserSuspended,
  'user.signed-out': parseUserSignedOut,
}

const workflows = {
  'user.deleted': userDeleted(settings),
  'user.suspended': userSuspended(settings),
  'user.signed-out': userSignedOut(settings),
}

interface World {
  readonly type?: UserEventType
  readonly mapping: SubjectMapping
  /** Identities by what they are looked up by. */
  readonly identities?: Readonly<Record<string, readonly string[]>>
  readonly fails?: Error
  /** Whether nobody said where the identity provider is. */
  readonly isUnknown?: boolean
  /** That of the queue. */
  readonly lanes?: 'incident'
}

const missing = () =>
  new OryApiError('op', { status: 404, body: {}, retryable: false, rowMissing: true })

/** A worker, and an Ory that says nothing of anybody. */
function workerIn({ type = 'user.deleted', mapping, identities = {}, fails, ...world }: World) {
  const { worker: base, ...rest } = memoryWorker(stillWorkflow())
  const asked: string[] = []
  const ended: string[] = []
  const find = (value: string) => {
    asked.push(value)
    if (fails !== undefined) throw fails
    return identities[value] ?? []
  }
  const accounts = {
    async getIdentityByExternalID({ id }: { id: string }) {
      const [found] = find(id)
      if (found === undefined) throw missing()
      return { id: found }
    },
    async *listIdentities({ credentials_identifier: by }: { credentials_identifier: string }) {
      yield* find(by).map((id) => ({ id }))
    },
  } as unknown as OryAccounts
  const none = async function* () {}
  const ory = {
    listOAuth2ConsentSessions: none,
    listOAuth2Clients: none,
    listTrustedOAuth2JwtGrantIssuers: none,
    revokeOAuth2LoginSessions: async () => undefined,
    revokeOAuth2ConsentSessions: async ({ subject }: { subject: string }) => ended.push(subject),
  } as unknown as Ory
  const fields = {
    userDeleted: 'subject',
    identityDeleted: 'IdentityID',
    templates: { hr: mapping },
  }
  const worker = {
    ...base,
    outbox: {
      ...rest.outbox,
      send: async (message: OutgoingMessage) => {
        if (isFull.now) throw new Error('no room')
        await rest.outbox.send(message)
      },
    },
    ...(world.lanes && { lanes: () => world.lanes }),
    parse: (body: string) => parsers[type](body, fields),
    parseDerived: (body: string) => parsers[type](body),
    workflow: (event: never) => forEachSubject(event, workflows[type] as never),
    services: async () => ({
      ...(await base.services()),
      ...keys,
      ory,
      ...(world.isUnknown !== true && { accounts }),
    }),
  }
  const keys: { ledgerKey: Uint8Array; previousLedgerKeys?: Uint8Array[] } = {
    ledgerKey: new Uint8Array(32),
  }
  const isFull = { now: false }
  const process = (message: Omit<Message, 'messageId'>) =>
    deliver(
      { messageId: 'm', ...message },
      { deadline: rest.clock.now() + 57_000 },
      worker as never,
    )
  const event = (data: object) =>
    process({
      body: JSON.stringify({
        specversion: '1.0',
        id: 'e-1',
        source: 'hr',
        type,
        time: '2026-01-02T03:04:00Z',
        data,
      }),
      attributes: {},
    })
  /** Processes what was sent, but for second passes, which are not due. */
  async function settle() {
    for (const { body, attributes, delaySeconds } of rest.outbox.sent.splice(0))
      if (delaySeconds === undefined) await process({ body, attributes })
  }
  return { ...rest, process, event, settle, asked, ended, keys, isFull }
}

const lookup = { external_id: '{id}' } as const

test.each(['user.deleted', 'user.suspended', 'user.signed-out'] as const)(
  '%s ends what every subject of it has',
  async (type) => {
    const mapping = ['{id}', lookup, { credentials_identifier: '{mail}' }] as const
    const identities = { '42': ['i-1'], 'a@b.example': ['i-1', 'i-2'] }
    const { event, settle, ended, outbox } = workerIn({ type, mapping, identities })
    await event({ id: 42, mail: 'a@b.example' })
    expect(outbox.sent).toHaveLength(3)
    await settle()

    expect(ended).toEqual(['42', 'i-1', 'i-2'])
  },
)

test('sends no message for one subject that the event itself makes', async () => {
  const { event, outbox, ended, ledger } = workerIn({ mapping: ['{id}', '{id}'] })
  await event({ id: 'a' })

  expect(ended).toEqual(['a'])
  expect(outbox.sent.filter(({ delaySeconds }) => delaySeconds === undefined)).toEqual([])
  expect(ledger.rows.map(({ about }) => about.subject === undefined)).toEqual([false])
})

test('sends the same events however often it is asked, in the lane of its queue', async () => {
  const identities = { '42': ['i-1'] }
  const one = workerIn({ mapping: lookup, identities, lanes: 'incident' })
  const other = workerIn({ mapping: lookup, identities, lanes: 'incident' })
  await one.event({ id: 42 })
  await other.event({ id: 42 })

  expect(one.outbox.sent.map(({ body }) => body)).toEqual(other.outbox.sent.map(({ body }) => body))
  expect(one.outbox.sent.map(({ body }) => JSON.parse(body))).toEqual([
    {
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: 'hr',
      type: 'user.deleted',
      time: '2026-01-02T03:04:00Z',
      lane: 'incident',
      data: { subject: 'i-1' },
    },
  ])
})

test('goes on with what was kept under the ledger key before, and sends the same events', async () => {
  const identities: Record<string, readonly string[]> = { '42': ['i-1'] }
  const { event, outbox, asked, keys, isFull } = workerIn({ mapping: lookup, identities })
  isFull.now = true
  await event({ id: 42 })
  isFull.now = false
  keys.previousLedgerKeys = [keys.ledgerKey]
  keys.ledgerKey = new Uint8Array(32).fill(7)
  delete identities['42']
  await event({ id: 42 })

  expect(asked).toEqual(['42'])
  const { outbox: undisturbed, event: send } = workerIn({
    mapping: lookup,
    identities: { '42': ['i-1'] },
  })
  await send({ id: 42 })
  expect(outbox.sent.map(({ body }) => body)).toEqual(undisturbed.sent.map(({ body }) => body))
})

test('files the receipt of each subject under the event it comes from as well', async () => {
  const { event, settle, ledger } = workerIn({ mapping: ['{a}', '{b}'] })
  await event({ a: 'one', b: 'two' })
  await settle()
  const receipts = ledger.rows.flatMap(({ receipt }) => receipt ?? [])

  expect(receipts).toHaveLength(3)
  expect(receipts.every((receipt) => thingsIn(receipt).includes('event:e-1'))).toBe(true)
})

test('has seen nothing gone before each subject was seen to', async () => {
  const { event, settle, metrics, ledger } = workerIn({ mapping: ['{a}', '{b}'] })
  await event({ a: 'one', b: 'two' })

  expect(metrics.observations).toEqual([])
  expect(ledger.rows[0]?.receipt).not.toHaveProperty('observed_after_ms')
  await settle()
  expect(metrics.observations).toHaveLength(2)
})

test('tells of a lookup that found nobody where another found somebody', async () => {
  const { event, ledger } = workerIn({ mapping: ['{mail}', lookup] })
  await event({ id: 42, mail: 'a@b.example' })

  expect(ledger.rows[0]?.receipt).toMatchObject({
    result: 'done',
    before: { subjects: 1, lookups_that_found_nobody: 1 },
    notes: [
      'each subject has a receipt of its own',
      'nobody was found by 1 of what the identity provider was asked for',
    ],
    steps: [{ op: 'queue.send', status: 'requested', calls: 1, accepted: 1 }],
  })
})

test('where nobody is found nothing is done, and a person is told', async () => {
  const { event, outbox, ended, ledger } = workerIn({ mapping: lookup })
  await event({ id: 42 })

  expect(outbox.deadLetters.map(({ attributes }) => attributes['lapse-reason'])).toEqual([
    expect.stringMatching(/^subjects-unknown: the identity provider knows nobody by /),
  ])
  expect(outbox.sent).toEqual([])
  expect(ended).toEqual([])
  expect(ledger.rows.map(({ receipt }) => receipt)).toEqual([undefined])
})

test('sends no subject that every queue would take for a secret', async () => {
  const { event, outbox } = workerIn({ mapping: ['{a}', 'ory_at_{a}.{b}'] })
  await event({ a: 'Ab1'.repeat(14), b: 'Xy9'.repeat(14) })

  expect(outbox.sent).toEqual([])
  expect(outbox.deadLetters.map(({ attributes }) => attributes['lapse-reason'])).toEqual([
    expect.stringMatching(/^holds-a-secret: /),
  ])
})

const many = Array.from({ length: 101 }, (_one, index) => `i-${index}`)

test.each([
  [{ credentials_identifier: '{ids}' }, { ids: 'a@b.example' }, { 'a@b.example': many }],
  [['{ids}'], { ids: many }, {}],
] as const)('refuses an event about too many users: %j', async (mapping, data, identities) => {
  const { event, outbox } = workerIn({ mapping, identities })
  await event(data)

  expect(outbox.sent).toEqual([])
  expect(outbox.deadLetters.map(({ attributes }) => attributes['lapse-reason'])).toEqual([
    expect.stringMatching(/^too-many-subjects: .* 100/),
  ])
})

test.each([
  [
    'is not there',
    new OryTransportError('op', { reason: 'connect', mayHaveRun: false, message: 'no answer' }),
    'ory',
  ],
  [
    'fails',
    new OryApiError('op', { status: 503, body: {}, retryable: true, rowMissing: false }),
    'ory',
  ],
  [
    'wants another key',
    new OryConfigurationError('op', 'unauthorized', 'check the key'),
    'deployment',
  ],
  ['is not known', undefined, 'deployment'],
] as const)('waits where the identity provider %s', async (_what, fails, cause) => {
  const { event, outbox } = workerIn({
    mapping: lookup,
    ...(fails === undefined ? { isUnknown: true } : { fails }),
  })
  await event({ id: 42 })

  expect(outbox.deadLetters).toEqual([])
  expect(outbox.sent.map(({ attributes }) => attributes['lapse-waiting'])).toEqual([
    expect.stringContaining(cause),
  ])
})

test('believes no identity provider that answers for everybody', async () => {
  const fails = new OryMismatchError('listIdentities', 'identity')
  const { event, outbox } = workerIn({ mapping: { credentials_identifier: '{id}' }, fails })
  await event({ id: 42 })

  expect(outbox.sent).toEqual([])
  expect(outbox.deadLetters.map(({ attributes }) => attributes['lapse-reason'])).toEqual([
    expect.stringContaining('ERR_ORY_MISMATCH'),
  ])
})

/** A message as lapse sends one for a subject that it has found, and what it says of it under its seal. */
const derivedBody = (subject: string) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'ab'.repeat(32),
    source: 'hr',
    type: 'user.deleted',
    time: '2026-01-02T03:04:00Z',
    data: { subject },
  })
const derived = { part: 'subject', parent: 'e-1' }

test('takes no subject for one that was found where lapse has not said so', async () => {
  const body = derivedBody('victim')
  const anotherKey = new Uint8Array(32).fill(9)
  const { process, outbox, ended, metrics } = workerIn({ mapping: lookup })
  await process({ body, attributes: derivedAttributes(body, derived, anotherKey) })

  expect(ended).toEqual([])
  expect(metrics.counts.AttributesNotBelieved).toBe(1)
  expect(outbox.deadLetters.map(({ attributes }) => attributes['lapse-reason'])).toEqual([
    expect.stringMatching(/^subjects-unknown: data\.id is not there/),
  ])
})

test('takes one that lapse has sealed, whatever is mapped by now', async () => {
  const body = derivedBody('alice')
  const { process, ended, ledger } = workerIn({ mapping: lookup })
  await process({ body, attributes: derivedAttributes(body, derived, new Uint8Array(32)) })

  expect(ended).toEqual(['alice'])
  expect(ledger.rows[0]?.receipt?.event.parent).toBe('e-1')
})
