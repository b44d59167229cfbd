/** The outside as core sees it, and what an adapter of it has to do. */
export { boundPort, withinSignal } from './bounded.ts'
export { type Clock, systemClock } from './clock.ts'
export { failureName, failureOf, type PortFailure } from './failures.ts'
export { type FollowUp, type FollowUps, type KindChoice, standingKinds } from './follow-ups.ts'
export type { Ledger, RowKey, Stored } from './ledger.ts'
export type { Log, LogFields } from './log.ts'
export type { CountName, Metrics, SourceCountName } from './metrics.ts'
export type { Attributes, Outbox, OutgoingMessage } from './outbox.ts'
export type { Booking, BookingRequest, RateBudget, Unused } from './rate-budget.ts'
export type { ReceiptEntry, ReceiptIndex } from './receipt-index.ts'
export {
  type ClosableRow,
  closingTime,
  foundByFirst,
  markPatienceMs,
  parseReceiptId,
  type ReceiptMark,
  receiptClosedAt,
  receiptId,
} from './receipt-marks.ts'
export type {
  LogBucket,
  LogHead,
  LogObject,
  NoteSigner,
  PendingReceipt,
  PendingReceipts,
  SealedPlace,
} from './receipts-log.ts'
export { rowExpiry, rowRetentionDays, rowRetentionMs } from './retention.ts'
export type { SecretStore } from './secret-store.ts'
export type {
  SecretDescription,
  SecretVersions,
  Stage,
  VersionChoice,
} from './secret-versions.ts'
