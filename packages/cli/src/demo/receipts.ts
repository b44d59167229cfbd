import {
  idempotencyKey,
  parseAppOffboarded,
  parseKeyRotated,
  parseUserDeleted,
  parseUserSignedOut,
  parseUserSuspended,
} from '@lapse/core/events'
import type { Pass, Receipt } from '@lapse/core/run'
import type { ExampleEvent } from './example-events.ts'
import type { Stage } from './stage.ts'

const parsers = {
  'user-deleted': parseUserDeleted,
  'user-suspended': parseUserSuspended,
  'user-signed-out': parseUserSignedOut,
  'app-offboarded': parseAppOffboarded,
  'key-rotated': parseKeyRotated,
} as const

/** The receipts of these events' pass as they stand in the ledger; `undefined` until all are there. */
export async function readReceipts(
  { ledger, ledgerKey }: Stage,
  events: readonly ExampleEvent[],
  pass: Pass,
): Promise<readonly Receipt[] | undefined> {
  const rows = await Promise.all(
    events.map(({ queue, body }) => {
      const event = idempotencyKey(ledgerKey, parsers[queue](body))
      return ledger.read({ workflow: queue, event, pass })
    }),
  )
  const receipts = rows.flatMap((stored) => stored?.row.receipt ?? [])
  return receipts.length === events.length ? receipts : undefined
}
