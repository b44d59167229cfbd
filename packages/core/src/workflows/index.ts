export {
  type Allowance,
  type Delivered,
  deliver,
  type Message,
  postpone,
  type Worker,
} from './deliver.ts'
export { type DryRun, dryRun } from './dry-run.ts'
export { attributesOf, type Envelope, readEnvelope } from './envelope.ts'
export { type IssuerKeys, keyRotated } from './key-rotated.ts'
export type { KeyRotatedSettings } from './key-rotated-settings.ts'
export type { KeyHistoryRow, TrustedKeyRow } from './key-rows.ts'
export { retireKeys, retireKeysKind } from './keys-to-retire.ts'
export type { NewestRow } from './newest-event.ts'
export { offboarding } from './offboarding.ts'
export type { AppParts } from './offboarding-observation.ts'
export type { OffboardingSettings } from './offboarding-settings.ts'
export type { OwnedClients } from './owner-offboarded.ts'
export type { MayStillWork, Receipt, ReceiptStep, Status } from './receipt.ts'
export type { Counts, Pass, WorkflowRow } from './row.ts'
export { type Run, run } from './run.ts'
export type { Step } from './step.ts'
export { freeze, isSuspended } from './suspension.ts'
export { type UserDeletedSettings, type UserGrants, userDeleted } from './user-deleted.ts'
export { expectedPass, suspended, unwatchSuspended, watchSuspended } from './watches.ts'
export type { Delivery, Services, Workflow, WorkflowEvent } from './workflow.ts'
