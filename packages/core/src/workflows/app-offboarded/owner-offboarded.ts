import type { OwnerOffboarded } from '../../events/index.ts'
import type { OAuth2Client } from '../../ory/index.ts'
import { refuseProtected } from '../../protection/index.ts'
import type { Step, Workflow } from '../../run/index.ts'
import { eventForClient, eventForParts, eventForRest, messageFor } from './derived-events.ts'
import { olderThanLedger, refusalsOfEvent, refuse } from './guard.ts'
import type { OffboardingSettings } from './settings.ts'

/** How many clients the first message sees to: they are on their way while the rest is listed. */
const clientsAtFirst = 200

/**
 * How many clients each message after it sees to: as many as an invocation can send messages for, as
 * each message has to list all of the owner's clients.
 */
const clientsAfterwards = 2000

/** The clients of an owner: all of them, and those that are still to be gone through, by id. */
export interface OwnedClients {
  readonly owned: readonly OAuth2Client[]
  readonly clients: readonly OAuth2Client[]
}

/**
 * Every client of an owner is offboarded by a message of its own, and issuers and secrets by one more:
 * this sends them, and then itself again for clients that are left.
 */
export function ownerOffboarded(
  settings: OffboardingSettings,
): Workflow<OwnerOffboarded, OwnedClients> {
  return {
    name: 'app-offboarded',
    preconditions: [],
    about: ({ owner }) => ({ owner }),
    observe: async (event, { ory, signal }) => {
      const { owner } = event
      const listed = ory.listOAuth2Clients({ owner, page_size: 500 }, { signal })
      const owned = await Array.fromAsync(listed)
      return { owned, clients: remaining(event, owned) }
    },
    guard: (event, { owned }, now) => {
      const touched = {
        clientIds: owned.map(({ client_id }) => client_id),
        owners: [event.owner, ...owned.map(({ owner }) => owner)],
        issuers: event.issuers,
      }
      refuseProtected(touched, settings)
      refuse([...refusalsOfEvent, olderThanLedger], { event, now })
    },
    count: (_event, { clients }) => ({ clients: clients.length }),
    plan: planMessages,
    verify: () => ({}),
    survivors: async () => [],
    notes: (event, { before = {} }) => [
      before['clients'] === 0 ? 'no client is left' : 'each client has a receipt of its own',
      ...(hasParts(event) ? ['issuers and secrets have a receipt of their own'] : []),
    ],
    measure: () => undefined,
  }
}

/** Sorted here: the order of a database is not the order of a comparison. */
function remaining(
  { owner, derived }: OwnerOffboarded,
  owned: readonly OAuth2Client[],
): readonly OAuth2Client[] {
  const after = derived?.after ?? ''
  return owned
    .filter((client) => client.owner === owner && client.client_id > after)
    .sort((one, other) => (one.client_id < other.client_id ? -1 : 1))
}

/** A message that was sent before is sent again: it is the same event, and has one receipt. */
function planMessages(event: OwnerOffboarded, { clients }: OwnedClients): readonly Step[] {
  const now = clients.slice(0, event.derived === undefined ? clientsAtFirst : clientsAfterwards)
  const last = now.at(-1)
  const rest = last && clients.length > now.length ? [eventForRest(event, last.client_id)] : []
  return [
    {
      key: 'clients',
      calls: [...now.map(({ client_id }) => eventForClient(event, client_id)), ...rest].map(
        messageFor,
      ),
      everyAttempt: true,
      by: 'owner',
      ends: [{ what: 'a message for each client', evidence: 'requested' }],
    },
    {
      key: 'parts',
      calls: hasParts(event) ? [messageFor(eventForParts(event))] : [],
      everyAttempt: true,
      by: 'owner',
      ends: [{ what: 'a message for issuers and secrets', evidence: 'requested' }],
    },
  ]
}

function hasParts({ issuers, secretIds }: OwnerOffboarded): boolean {
  return issuers.length + secretIds.length > 0
}
