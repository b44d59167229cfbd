import { RefusedError } from '../../errors.ts'
import type { OwnerOffboarded } from '../../events/index.ts'
import type { OAuth2Client } from '../../ory/index.ts'
import type { MessageCall, Step, Workflow } from '../../run/index.ts'
import type { OffboardingSettings } from './settings.ts'

/** How many clients one message sees to; it bounds the ledger's row. */
const clientsPerMessage = 200

/** The clients of an owner that are still to be gone through, by id. */
export interface OwnedClients {
  readonly clients: readonly OAuth2Client[]
}

/**
 * Every client of an owner is offboarded by a message of its own: this sends them, a few hundred
 * at a time, and then itself again for the rest.
 */
export function ownerOffboarded({
  protectedClientIds,
  protectedOwners,
}: OffboardingSettings): Workflow<OwnerOffboarded, OwnedClients> {
  return {
    name: 'app-offboarded',
    preconditions: [],
    about: ({ owner }) => ({ owner }),
    observe: async (event, { ory, signal }) => ({
      clients: await Array.fromAsync(
        ory.listOAuth2Clients({ owner: event.owner, page_size: 500 }, { signal }),
      ).then((listed) => remaining(event, listed)),
    }),
    guard: async ({ owner }, { clients }) => {
      if (protectedOwners.includes(owner)) throw new RefusedError('protected-owner')
      if (clients.some(({ client_id }) => protectedClientIds.includes(client_id)))
        throw new RefusedError('protected-client')
    },
    count: (_event, { clients }) => ({ clients: clients.length }),
    plan: planMessages,
    verify: () => ({}),
    survivors: async () => [],
    notes: () => ['each client has a receipt of its own'],
    measure: () => undefined,
  }
}

/** Sorted here: the order of a database is not the order of a comparison. */
function remaining(
  { owner, afterClientId = '' }: OwnerOffboarded,
  listed: readonly OAuth2Client[],
): readonly OAuth2Client[] {
  return listed
    .filter((client) => client.owner === owner && client.client_id > afterClientId)
    .sort((one, other) => (one.client_id < other.client_id ? -1 : 1))
}

/** A message that was sent before is sent again: it is the same event, and has one receipt. */
function planMessages(event: OwnerOffboarded, { clients }: OwnedClients): readonly Step[] {
  const now = clients.slice(0, clientsPerMessage)
  const last = now.at(-1)
  const rest = last && clients.length > now.length ? [messageForRest(event, last.client_id)] : []
  return [
    {
      key: 'clients',
      calls: [...now.map(({ client_id }) => messageFor(event, client_id)), ...rest],
      by: 'owner',
      ends: [{ what: 'a message for each client', evidence: 'requested' }],
    },
  ]
}

function messageFor(event: OwnerOffboarded, clientId: string): MessageCall {
  const { owner: _owner, after_client_id: _after, ...data } = event.data
  return message(event, `client/${clientId}`, {
    ...data,
    client_id: clientId,
    of_owner: event.owner,
  })
}

function messageForRest(event: OwnerOffboarded, clientId: string): MessageCall {
  return message(event, `after/${clientId}`, { ...event.data, after_client_id: clientId })
}

/** A publisher's id may be anything: only what this workflow has added to it is taken off. */
function rootOf({ id, afterClientId }: OwnerOffboarded): string {
  const added = `/after/${afterClientId}`
  return afterClientId !== undefined && id.endsWith(added) ? id.slice(0, -added.length) : id
}

/** The derived event has the same id every time it is derived, so that it has one receipt. */
function message(event: OwnerOffboarded, suffix: string, data: object): MessageCall {
  const root = rootOf(event)
  const { source, type, time } = event
  const body = JSON.stringify({
    specversion: '1.0',
    id: `${root}/${suffix}`,
    source,
    type,
    time,
    data,
  })
  return { op: 'queue.send', params: { body } }
}
