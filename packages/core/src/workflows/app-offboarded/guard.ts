import { RefusedError } from '../../errors.ts'
import { type AppOffboarded, isAhead, type Offboarded } from '../../events/index.ts'
import type { OAuth2Client } from '../../ory/index.ts'
import { rowRetentionMs } from '../../ports/index.ts'
import { refuseProtected, type Touched } from '../../protection/index.ts'
import type { SeenClient } from './observation.ts'
import type { OffboardingSettings } from './settings.ts'
import { canBeMarked, isFrozen, isMarked, isMarkerMissing } from './suspension.ts'

/** Ory rounds the time of a client's creation to whole seconds. */
const roundingMs = 1000

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
    reason: 'newer-than-event',
    applies: ({ event, client }) => client !== undefined && isNewerThanEvent(client, event),
  },
  olderThanLedger,
  {
    reason: 'no-such-client',
    applies: ({ event: { mode }, client }) => mode !== 'delete' && client === undefined,
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

/** Whether a client was made after an event, as far as whole seconds can tell. */
export function isNewerThanEvent({ created_at }: OAuth2Client, { time }: Offboarded): boolean {
  return Date.parse(created_at ?? '') - roundingMs > Date.parse(time)
}

/** @throws RefusedError with the first reason that applies; nothing has been touched then. */
export function refuse<Subject>(refusals: readonly Refusal<Subject>[], subject: Subject): void {
  const refusal = refusals.find(({ applies }) => applies(subject))
  if (refusal !== undefined) throw new RefusedError(refusal.reason)
}

/** What offboarding an app writes to: as the event names it, and as Ory shows it. */
export function touchedBy(
  { clientId, derived, issuers }: AppOffboarded,
  client: OAuth2Client | undefined,
): Touched {
  return {
    clientIds: [clientId, client?.client_id],
    owners: [derived?.owner, client?.owner],
    issuers,
  }
}

/** @throws RefusedError where an app may not be offboarded; nothing has been touched then. */
export function guardApp(judged: JudgedApp): void {
  refuseProtected(touchedBy(judged.event, judged.client), judged.settings)
  refuse(refusalsOfApp, judged)
}
