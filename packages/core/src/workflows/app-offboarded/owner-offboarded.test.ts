import { expect, test } from 'vitest'
import { type OwnerOffboarded, type OwnersPart, parseAppOffboarded } from '../../events/index.ts'
import type { OAuth2Client } from '../../ory/index.ts'
import { callsOf } from '../../run/index.ts'
import { eventForClient, eventForParts } from './derived-events.ts'
import { ownerOffboarded } from './owner-offboarded.ts'

const settings = {
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
  accessTokenLifespanMs: 3_600_000,
  secretRecoveryDays: 30,
}

const clientsOf = (...ids: readonly string[]) =>
  ids.map((client_id) => ({ client_id, owner: 'acme' })) as unknown as readonly OAuth2Client[]

const ownerEvent = (change: Partial<OwnerOffboarded> = {}): OwnerOffboarded => ({
  type: 'app.offboarded',
  id: 'e-1',
  source: 's',
  time: '2026-01-02T03:04:05Z',
  data: { mode: 'delete', owner: 'acme', ticket: 7 },
  mode: 'delete',
  issuers: [],
  secretIds: [],
  owner: 'acme',
  ...change,
})

const after = (clientId: string): Pick<OwnerOffboarded, 'derived'> => ({
  derived: { part: 'rest', owner: 'acme', root: 'r', after: clientId },
})

const withParts = ownerEvent({ issuers: ['https://i.example'] })

/** The events that are sent, as whoever receives them reads them. */
const sentBy = (event: OwnerOffboarded, clients: readonly OAuth2Client[]) =>
  ownerOffboarded(settings)
    .plan(event, { owned: clients, clients }, [], 0)
    .flatMap(callsOf)
    .flatMap((call) =>
      call.op === 'queue.send'
        ? {
            ...parseAppOffboarded(call.params.body),
            derived: call.params.derived as OwnersPart,
            body: call.params.body,
          }
        : [],
    )

const observed = (event: OwnerOffboarded, listed: readonly object[]) => {
  const ory = {
    listOAuth2Clients: async function* () {
      yield* listed
    },
  }
  return ownerOffboarded(settings).observe(event, { ory: ory as never })
}

test('takes up no client but the owner’s, whatever the server lists', async () => {
  const { clients } = await observed(ownerEvent(after('a')), [
    { client_id: 'c', owner: 'acme' },
    { client_id: 'b', owner: 'acme' },
    { client_id: 'a', owner: 'acme' },
    { client_id: 'd', owner: 'acme-2' },
    { client_id: 'e', owner: 'Acme' },
  ])

  expect(clients.map(({ client_id }) => client_id)).toEqual(['b', 'c'])
})

test.each([
  ['from its beginning', undefined],
  ['after it', 'bank'],
])('refuses an owner for a protected client, also where it goes on %s', async (_where, id) => {
  const event = ownerEvent(id === undefined ? {} : after(id))
  const seen = await observed(event, clientsOf('bank', 'mail'))
  const { guard } = ownerOffboarded({ ...settings, protectedClientIds: ['bank'] })

  expect(() => guard?.(event, seen, Date.parse(event.time))).toThrow('protected-client')
})

test('sends a client’s message with what is known of it, and says whose it is beside it', () => {
  const [sent] = sentBy(withParts, clientsOf('mail'))

  expect(JSON.parse(sent?.body ?? '')).toEqual({
    specversion: '1.0',
    id: sent?.id,
    source: 's',
    type: 'app.offboarded',
    time: '2026-01-02T03:04:05Z',
    data: { mode: 'delete', client_id: 'mail' },
  })
  expect(sent?.derived).toMatchObject({ part: 'client', owner: 'acme' })
})

test('gives the messages for an owner’s clients the same content, whichever message sends them', () => {
  const [first, second] = sentBy(withParts, clientsOf('calendar', 'mail'))
  const rest = ownerEvent({
    derived: { ...after('calendar').derived, root: first?.derived.root } as OwnersPart,
  })
  const parts = ownerEvent({
    derived: { part: 'parts', owner: 'acme', root: first?.derived.root ?? '' },
  })

  expect(sentBy(rest, clientsOf('mail'))).toEqual([second])
  expect(eventForClient(parts, 'mail')).toEqual(eventForClient(withParts, 'mail'))
  expect(second?.id).not.toBe(first?.id)
})

test('keeps messages apart whose events have the same id and another content', () => {
  const ids = [
    ownerEvent(),
    ownerEvent({ data: { mode: 'delete', owner: 'acme', ticket: 8 } }),
  ].map((event) => eventForClient(event, 'mail').id)

  expect(ids[0]).not.toBe(ids[1])
})

test('makes ids of one length, however long those are that they are made of', () => {
  const long = ownerEvent({ id: 'i'.repeat(1000) })
  const sent = sentBy({ ...long, issuers: ['https://i.example'] }, clientsOf('c'.repeat(255), 'b'))

  expect(sent.map(({ id }) => id.length)).toEqual([129, 129, 129])
})

test('sends what SQS takes, whatever an owner is called', () => {
  const odd = '\uffff \ufffe \u0085 é 💶'
  const event = ownerEvent({ source: odd, owner: 'acme', issuers: [odd] })
  const sent = [eventForParts(event), eventForClient(event, 'mail')].map(({ source }) => source)
  const bodies = sentBy({ ...event, issuers: ['https://i.example'] }, clientsOf('mail')).map(
    ({ body }) => body,
  )

  expect(sent).toEqual([odd, odd])
  expect(bodies.join('')).toMatch(/^[\t\n\r -~\u{a0}-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
  expect(JSON.parse(bodies[0] ?? '').source).toBe(odd)
})

test('sends issuers and secrets in one message of their own, and in no client’s', () => {
  const sent = sentBy(withParts, clientsOf('calendar', 'mail'))

  expect(sent.map(({ issuers }) => issuers)).toEqual([[], [], ['https://i.example']])
  expect(sent.at(-1)).toMatchObject({ owner: 'acme', derived: { part: 'parts' } })
  expect(sentBy(withParts, [])).toHaveLength(1)
  expect(sentBy(ownerEvent(), [])).toEqual([])
})

test('goes through 3,000 clients in three messages', () => {
  const ids = Array.from({ length: 3000 }, (_, n) => `c-${String(n).padStart(4, '0')}`)
  const first = sentBy(ownerEvent(), clientsOf(...ids))
  const rest = first.at(-1)
  if (rest === undefined || !('owner' in rest)) throw new Error('this is about something else')
  const second = sentBy(rest, clientsOf(...ids.slice(200)))
  const third = second.at(-1)

  expect([first.length, second.length]).toEqual([201, 2001])
  expect(rest).toMatchObject({ derived: { part: 'rest', after: 'c-0199' }, issuers: [] })
  expect(third?.derived).toEqual({ ...rest.derived, after: 'c-2199' })
})

test.each([
  ['incident', 'incident'],
  ['hygiene', 'hygiene'],
  ['deletion', undefined],
  [undefined, undefined],
] as const)(
  'events derived from one in lane %j claim %j, and are the same ones',
  (lane, claimed) => {
    const sent = sentBy({ ...withParts, ...(lane && { lane }) }, clientsOf('a', 'b'))

    expect(sent).toHaveLength(3)
    expect(sent.map((event) => event.lane)).toEqual(sent.map(() => claimed))
    expect(sent.map(({ id }) => id)).toEqual(
      sentBy(withParts, clientsOf('a', 'b')).map(({ id }) => id),
    )
  },
)
