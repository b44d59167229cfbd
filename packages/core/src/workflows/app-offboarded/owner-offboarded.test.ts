import { expect, test } from 'vitest'
import { type OwnerOffboarded, parseAppOffboarded } from '../../events/index.ts'
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
  data: { mode: 'delete', ticket: 7 },
  mode: 'delete',
  issuers: [],
  secretIds: [],
  owner: 'acme',
  afterClientId: undefined,
  ...change,
})

const withParts = ownerEvent({
  data: {
    mode: 'delete',
    ticket: 7,
    owner: 'acme',
    issuers: ['https://i.example'],
    secret_ids: [],
  },
  issuers: ['https://i.example'],
})

/** The events that are sent, as whoever receives them reads them. */
const sentBy = (event: OwnerOffboarded, clients: readonly OAuth2Client[]) =>
  ownerOffboarded(settings)
    .plan(event, { owned: clients, clients }, [])
    .flatMap(callsOf)
    .flatMap((call) => (call.op === 'queue.send' ? parseAppOffboarded(call.params.body) : []))

test('keeps messages apart whose events were given an id like its own', () => {
  const id = 'offboarding/after/review-2'

  expect(sentBy(ownerEvent({ id }), clientsOf('mail')).map((event) => event.id)).toEqual([
    'offboarding/after/review-2/client/mail',
  ])
})

test('takes up no client but the owner’s, whatever the server lists', async () => {
  const listed = [
    { client_id: 'c', owner: 'acme' },
    { client_id: 'b', owner: 'acme' },
    { client_id: 'a', owner: 'acme' },
    { client_id: 'd', owner: 'acme-2' },
    { client_id: 'e', owner: 'Acme' },
  ]
  const ory = {
    listOAuth2Clients: async function* () {
      yield* listed
    },
  }
  const { clients } = await ownerOffboarded(settings).observe(ownerEvent({ afterClientId: 'a' }), {
    ory: ory as never,
  })

  expect(clients.map(({ client_id }) => client_id)).toEqual(['b', 'c'])
})

test('gives the messages for an owner’s clients the same content, whichever message sends them', () => {
  const rest = ownerEvent({ id: 'e-1/after/calendar', afterClientId: 'calendar' })
  const [first] = sentBy(ownerEvent(), clientsOf('mail'))

  expect(first).toMatchObject({
    id: 'e-1/client/mail',
    data: { mode: 'delete', ticket: 7, client_id: 'mail', of_owner: 'acme' },
  })
  expect(sentBy(rest, clientsOf('mail'))).toEqual([first])
})

test('sends issuers and secrets in one message of their own, and in no client’s', () => {
  const sent = sentBy(withParts, clientsOf('calendar', 'mail'))

  expect(sent.map(({ id, issuers }) => [id, issuers])).toEqual([
    ['e-1/client/calendar', []],
    ['e-1/client/mail', []],
    ['e-1/parts', ['https://i.example']],
  ])
  expect(sent.at(-1)).toMatchObject({
    partsOfOwner: 'acme',
    data: { mode: 'delete', ticket: 7, parts_of_owner: 'acme' },
  })
  expect(sentBy(withParts, [])).toHaveLength(1)
  expect(sentBy(ownerEvent(), [])).toEqual([])
})

test('derives from the message for the parts the same events for clients', () => {
  const parts = parseAppOffboarded(
    JSON.stringify({ specversion: '1.0', ...eventForParts(withParts) }),
  )
  if (!('partsOfOwner' in parts)) throw new Error('this is about something else')

  expect(eventForClient(parts, 'acme', 'mail')).toEqual(eventForClient(withParts, 'acme', 'mail'))
})

test('goes through 3,000 clients in three messages', () => {
  const ids = Array.from({ length: 3000 }, (_, n) => `c-${String(n).padStart(4, '0')}`)
  const first = sentBy(ownerEvent(), clientsOf(...ids))
  const rest = first.at(-1)
  if (rest === undefined || !('owner' in rest)) throw new Error('this is about something else')
  const second = sentBy(rest, clientsOf(...ids.slice(200)))
  const third = second.at(-1)

  expect([first.length, second.length]).toEqual([201, 2001])
  expect(rest).toMatchObject({ id: 'e-1/after/c-0199', afterClientId: 'c-0199', issuers: [] })
  expect(third).toMatchObject({ id: 'e-1/after/c-2199', afterClientId: 'c-2199' })
})
