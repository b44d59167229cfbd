import { RefusedError } from '../errors.ts'
import type { OwnerOffboarded } from '../events/index.ts'
import type { OAuth2Client } from '../ory/index.ts'
import type { OffboardingSettings } from './offboarding-settings.ts'
import { isSettled, type StepRecord } from './row.ts'
import type { Step } from './step.ts'
import type { Workflow } from './workflow.ts'

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

/** What was sent stays sent; a message that may not have been is sent again. */
function planMessages(
  event: OwnerOffboarded,
  { clients }: OwnedClients,
  known: readonly StepRecord[],
): readonly Step[] {
  const now = clients.slice(0, clientsPerMessage)
  const last = now.at(-1)
  const settled = new Set(known.filter(isSettled).map(({ key }) => key))
  const steps = now.map(({ client_id }) => messageFor(event, client_id))
  const rest = last && clients.length > now.length ? [messageForRest(event, last.client_id)] : []
  return [...steps, ...rest].filter(({ key }) => !settled.has(key))
}

function messageFor(event: OwnerOffboarded, clientId: string): Step {
  const { owner: _owner, after_client_id: _after, ...data } = event.data
  return message(`client ${clientId}`, event, `client/${clientId}`, {
    ...data,
    client_id: clientId,
    of_owner: event.owner,
  })
}

function messageForRest(event: OwnerOffboarded, clientId: string): Step {
  return message('rest', event, `after/${clientId}`, { ...event.data, after_client_id: clientId })
}

/** A publisher's id may be anything: only what this workflow has added to it is taken off. */
function rootOf({ id, afterClientId }: OwnerOffboarded): string {
  const added = `/after/${afterClientId}`
  return afterClientId !== undefined && id.endsWith(added) ? id.slice(0, -added.length) : id
}

/** The derived event has the same id every time it is derived, so that it has one receipt. */
function message(key: string, event: OwnerOffboarded, suffix: string, data: object): Step {
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
  return {
    key,
    call: { op: 'queue.send', params: { body } },
    by: 'owner',
    ends: [{ what: 'a message for each client', evidence: 'requested' }],
  }
}
