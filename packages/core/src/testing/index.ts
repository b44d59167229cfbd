export { type ManualClock, manualClock } from './manual-clock.ts'
export { type MemoryFollowUps, memoryFollowUps } from './memory-follow-ups.ts'
export { type MemoryLedger, memoryLedger } from './memory-ledger.ts'
export { type MemoryLogBucket, memoryLogBucket } from './memory-log-bucket.ts'
export { type MemoryOutbox, memoryOutbox } from './memory-outbox.ts'
export { type MemoryPendingReceipts, memoryPendingReceipts } from './memory-pending-receipts.ts'
export { type MemorySecretVersions, memorySecretVersions } from './memory-secret-versions.ts'
export {
  type LogLine,
  type RecordingLog,
  type RecordingMetrics,
  recordingLog,
  recordingMetrics,
} from './recorder.ts'
export { derivedAttributes } from './sealed.ts'
export {
  loggedReceipt,
  logName,
  type SealedLog,
  sealedLog,
  testLogKey,
} from './sealed-log.ts'
export { memoryWorker, stillWorkflow } from './still-workflow.ts'
export { unprotected } from './unprotected.ts'
