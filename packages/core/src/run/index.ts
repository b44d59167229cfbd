export { makeCall } from './call.ts'
export { membersOf, secretIn } from './credentials.ts'
export type { Derivation } from './derivation.ts'
export { type DryRun, dryRun, type Verdict } from './dry-run.ts'
export { namesOf } from './event-name.ts'
export type { About, Counts, EventRecord, Pass } from './event-record.ts'
export { waitedFor } from './execute.ts'
export { expectedFollowUp } from './expected-follow-up.ts'
export { expectedPass, passGraceMs } from './expected-pass.ts'
export { isoTime } from './iso-time.ts'
export { ledgerKeysOf } from './ledger-keys.ts'
export { locateRow, type RowServices, recordedNames } from './locate-row.ts'
export { masked, maskOf } from './privacy.ts'
export {
  isUnseen,
  type MayStillWork,
  type Receipt,
  type ReceiptStep,
  type Status,
  type SupersededBy,
  thingsIn,
} from './receipt.ts'
export {
  acceptedCalls,
  callsIn,
  isAccepted,
  type StepRecord,
  type WorkflowRow,
} from './row.ts'
export { type Run, run } from './run.ts'
export { openText, sealText } from './sealed-text.ts'
export { sharedReading } from './shared-reading.ts'
export {
  type Call,
  type CreateClientCall,
  callsOf,
  type KeptCredential,
  type MessageCall,
  type Step,
} from './step.ts'
export { isUnknownSubject, wasLookedFor } from './unknown-subject.ts'
export { type ComesBack, type Waited, type WaitedFor, waitedForOf } from './waited.ts'
export type {
  Allowance,
  Context,
  Delivery,
  Messages,
  Phase,
  Reading,
  Services,
  Trailing,
  Workflow,
  WorkflowEvent,
} from './workflow.ts'
