import { RefusedError } from '../../errors.ts'
import { type AppOffboarded, isAhead, type Offboarded } from '../../events/index.ts'
import { rowRetentionMs } from '../../ports/index.ts'
import { refuseProtected, type Touched } from '../../protection/index.ts'
import { isNewerThanEvent } from './newer-client.ts'
import type { SeenClient } from './observation.ts'
import { whyNotCarriedOver } from './reset/registration.ts'
import { createdAtOf, isClosedBy, isOpen } from './reset/row.ts'
import type { OffboardingSettings } from './settings.ts'
import { canBeMarked, isFrozen, isMarked, isMarkerMissing } from './suspension.ts'

/** The clock of whoever remembered a newer event may have been wrong by as much. */
const clockErrorMs = 5 * 60_000

interface Judged<Event> {
  readonly event: Event
  /** Milliseconds since the epoch. */
  readonly now: number
}

interface Refusal<Subject> {
  readonly reason: string
  readonly applies: (subject: Subject) => boolean
}

/** Whatever an event is about: when it may not be. */
export const refusalsOfEvent: readonly Refusal<Judged<Offboarded>>[] = [
  { reason: 'time-in-the-future', applies: ({ event: { time }, now }) => isAhead(time, now) },
]

/** Of what is so old nobody can say any more whether a newer event has been done. */
export const olderThanLedger: Refusal<Judged<Offboarded>> = {
  reason: 'older-than-ledger',
  applies: ({ event: { time }, now }) => Date.parse(time) < now - rowRetentionMs + clockErrorMs,
}

type JudgedApp = Judged<AppOffboarded> & SeenClient & { readonly settings: OffboardingSettings }

/** Why an app may not be offboarded, in the order in which it is told. */
const refusalsOfApp: readonly Refusal<JudgedApp>[] = [
  ...refusalsOfEvent,
  {
    reason: 'client-of-another-owner',
    applies: ({ event: { derived }, client }) =>
      derived !== undefined && client !== undefined && client.owner !== derived.owner,
  },
  {
    // A reset that goes on does nothing to another client than the one it captured, and says so.
    reason: 'newer-than-event',
    applies: ({ event, client, reset }) =>
      client !== undefined &&
      !(event.mode === 'reset' && isOpen(reset)) &&
      isNewerThanEvent({ ...client, created_at: createdAtOf(client, reset) }, event),
  },
  olderThanLedger,
  {
    // Nobody has seen it gone, and what is there is newer: it is not ours to delete.
    reason: 'recreated-otherwise',
    applies: ({ event: { mode }, client, reset }) =>
      mode === 'reset' &&
      client !== undefined &&
      isOpen(reset) &&
      reset.goneAt === undefined &&
      client.created_at !== reset.client.created_at,
  },
  {
    // Deleted, and not made again yet: what is asked for is done once it is.
    reason: 'reset-unfinished',
    applies: ({ event: { mode }, client, reset }) =>
      (mode === 'suspend' || mode === 'restore') && client === undefined && isOpen(reset),
  },
  {
    reason: 'no-such-client',
    applies: ({ event: { mode }, client, reset }) =>
      mode !== 'delete' && client === undefined && !isOpen(reset),
  },
  {
    reason: 'metadata-is-no-object',
    applies: ({ event: { mode }, client }) =>
      mode === 'suspend' && client !== undefined && !canBeMarked(client),
  },
  {
    reason: 'unfrozen-meanwhile',
    applies: ({ event: { mode }, client }) =>
      mode === 'restore' && client !== undefined && isMarked(client) && !isFrozen(client),
  },
  {
    reason: 'marker-missing',
    applies: ({ event: { mode }, client }) =>
      mode !== 'delete' && client !== undefined && isMarkerMissing(client),
  },
]

/** Why a client may not be reset; what was begun goes on. */
const refusalsOfReset: readonly Refusal<JudgedApp>[] = [
  { reason: 'secret-not-kept', applies: ({ ownSecrets }) => ownSecrets?.length === 0 },
  {
    reason: 'several-secrets',
    applies: ({ ownSecrets }) => ownSecrets !== undefined && ownSecrets.length > 1,
  },
  {
    reason: 'secret-of-another-client',
    applies: ({ ownSecrets }) => ownSecrets?.some(({ isItsValue }) => !isItsValue) === true,
  },
]

/** @throws RefusedError with the first reason that applies; nothing has been touched then. */
export function refuse<Subject>(refusals: readonly Refusal<Subject>[], subject: Subject): void {
  const refusal = refusals.find(({ applies }) => applies(subject))
  if (refusal !== undefined) throw new RefusedError(refusal.reason)
}

/** What offboarding an app writes to: as the event names it, and as Ory shows it. */
export function touchedBy(
  { clientId, derived, issuers }: AppOffboarded,
  { client, reset }: SeenClient,
): Touched {
  return {
    clientIds: [clientId, client?.client_id],
    owners: [derived?.owner, client?.owner, isOpen(reset) ? reset.client.owner : undefined],
    issuers,
  }
}

/** @throws RefusedError where an app may not be offboarded; nothing has been touched then. */
export function guardApp(judged: JudgedApp): void {
  refuseProtected(touchedBy(judged.event, judged), judged.settings)
  refuse(refusalsOfApp, judged)
  const { event, client, reset } = judged
  if (event.mode !== 'reset' || client === undefined) return
  if (isOpen(reset) || isClosedBy(reset, event)) return
  refuse(refusalsOfReset, judged)
  const reason = whyNotCarriedOver(client)
  if (reason !== undefined) throw new RefusedError(reason)
}
