import { inLanes } from '../../concurrency.ts'
import type { OwnerOffboarded } from '../../events/index.ts'
import { findClient } from '../../ory/index.ts'
import type { SecretDescription } from '../../ports/index.ts'
import { namesOf, type Reading } from '../../run/index.ts'
import { eventForClient } from './derived-events.ts'
import { isNewerThanEvent } from './newer-client.ts'
import { newerThan } from './newest-event.ts'
import { createdAtOf, readReset } from './reset/row.ts'
import { clientIdIn } from './secret-tag.ts'
import type { OffboardingServices } from './services.ts'

/** Whose a secret is, seen from an owner's event: see `OwnedSecrets`. */
type Standing = keyof OwnedSecrets

/** The secrets that an owner's event names. */
export interface OwnedSecrets {
  /** Of the owner's clients, those that are gone included. */
  readonly own: readonly SecretDescription[]
  /** Of the owner's clients about which there is a newer fact than the event: they stay. */
  readonly newer: readonly SecretDescription[]
  /** Of none of the owner's clients. */
  readonly foreign: readonly SecretDescription[]
}

const clientsAtATime = 5

/** Asks Ory and the ledger about the client that each of these secrets is tagged with. */
export async function ownedSecrets(
  secrets: readonly SecretDescription[],
  event: OwnerOffboarded,
  reading: Reading<OffboardingServices>,
): Promise<OwnedSecrets> {
  const named = new Set(secrets.flatMap((secret) => clientIdIn(secret) ?? []))
  const standings = new Map<string, Standing>()
  await inLanes(clientsAtATime, [...named], async (clientId) => {
    standings.set(clientId, await standingOf(clientId, event, reading))
  })
  const having = (wanted: Standing) =>
    secrets.filter((secret) => (standings.get(clientIdIn(secret) ?? '') ?? 'foreign') === wanted)
  return { own: having('own'), newer: having('newer'), foreign: having('foreign') }
}

/** A client that is gone was the owner's if the owner's event had a message for it. */
async function standingOf(
  clientId: string,
  event: OwnerOffboarded,
  reading: Reading<OffboardingServices>,
): Promise<Standing> {
  const { services } = reading
  const client = await findClient(clientId, reading)
  if (client === undefined) {
    return services && (await wasOffboarded(clientId, event, services)) ? 'own' : 'foreign'
  }
  if (client.owner !== event.owner) return 'foreign'
  const reset = services && (await readReset(clientId, services.resets))?.row
  if (isNewerThanEvent({ created_at: createdAtOf(client, reset) }, event)) return 'newer'
  const newer = services && (await newerThan({ ...event, clientId }, services))
  return newer === undefined ? 'own' : 'newer'
}

async function wasOffboarded(
  clientId: string,
  event: OwnerOffboarded,
  services: OffboardingServices,
): Promise<boolean> {
  for (const name of namesOf(eventForClient(event, clientId), services)) {
    const row = { workflow: 'app-offboarded', event: name, pass: 'first' }
    if ((await services.ledger.read(row)) !== undefined) return true
  }
  return false
}
