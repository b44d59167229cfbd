import type { AppOffboarded } from '../../../events/index.ts'
import type { OAuth2Client } from '../../../ory/index.ts'
import {
  type Clock,
  type FollowUp,
  type Ledger,
  type RowKey,
  rowExpiry,
  type Stored,
} from '../../../ports/index.ts'
import type { KeptCredential } from '../../../run/index.ts'
import { clientWatch } from '../client-watch.ts'
import { isRegisteredAlike } from './registration.ts'

/**
 * A client that is reset, as it was before anything was done to it. Kept for ever until it is there
 * again: from its deletion until then this is the only copy of its registration.
 */
export interface ResetRow {
  readonly clientId: string
  /** The event that it was captured for, and its idempotency key. */
  readonly event: Pick<AppOffboarded, 'id' | 'source' | 'time'>
  readonly key: string
  /** As GET showed it; it holds no secret. */
  readonly client: OAuth2Client
  /** What counts as its creation, RFC 3339: that of the client before its first reset. */
  readonly createdAt: string
  /** Milliseconds since the epoch, as are those below. */
  readonly openedAt: number
  /** Where its new secret is kept; absent where it authenticates by none. */
  readonly credential?: KeptCredential
  /** When GET showed that it was gone, with everything that had been granted to it. */
  readonly goneAt?: number
  /** The `created_at` that Ory shows since. */
  readonly recreatedAt?: string
  readonly closedAt?: number
}

type Resets = Ledger<ResetRow>

/** The latest reset of a client, if it ever had one. */
export function readReset(clientId: string, resets: Resets): Promise<Stored<ResetRow> | undefined> {
  return resets.read(keyOf(clientId))
}

/** Writes a reset over the one that was read; one that is closed may go in time. */
export async function writeReset(
  row: ResetRow,
  over: Stored<ResetRow> | undefined,
  { resets, clock }: { readonly resets: Resets; readonly clock: Clock },
): Promise<void> {
  const expiresAt = row.closedAt === undefined ? undefined : rowExpiry(clock)
  await resets.write(keyOf(row.clientId), row, over?.version ?? 0, expiresAt)
}

function keyOf(clientId: string): RowKey {
  return { workflow: 'app-offboarded', event: `client ${clientId}`, pass: 'reset' }
}

/** Whether a client still has to be made again, or to be seen so. */
export function isOpen(
  reset: ResetRow | undefined,
): reset is ResetRow & { readonly closedAt?: never } {
  return reset !== undefined && reset.closedAt === undefined
}

/** Whether it was this very event whose reset has been closed: nothing of it is done again. */
export function isClosedBy(reset: ResetRow | undefined, event: ResetRow['event']): boolean {
  return reset?.closedAt !== undefined && isResetFor(reset, event)
}

/** Whether it was this very event that a reset was captured for, or that went on with it. */
export function isResetFor({ event }: ResetRow, { id, source, time }: ResetRow['event']): boolean {
  return event.id === id && event.source === source && event.time === time
}

/**
 * When a client was made, as events are judged by it: one that a reset has made again is as old as it
 * was before, and another one that somebody made in its place is not.
 */
export function createdAtOf(client: OAuth2Client, reset: ResetRow | undefined): string | undefined {
  const { created_at } = client
  if (reset === undefined) return created_at
  const isIt = isOpen(reset)
    ? isRegisteredAlike(client, reset.client)
    : reset.recreatedAt === created_at
  return isIt ? reset.createdAt : created_at
}

/** The kind of follow-up that is a watch: the sweep makes a client again that a reset left deleted. */
export const unfinishedReset = 'reset-client'

/** The watch over a reset, which ends when the client is there again. */
export function watchOver({ clientId, key }: ResetRow): FollowUp {
  return clientWatch(unfinishedReset, key, clientId)
}
