export { checkSubject, eventOf, type Mapping } from './event.ts'
export { approvalOf, type BackfillIdentity, backfillNames } from './names.ts'
export { type Bounds, nextStep, type Standing, type Step } from './next-step.ts'
export type { LineReceipt } from './open-events.ts'
export { type Progress, progressOf } from './progress.ts'
export { type BackfillRow, type Holder, heldUntil, newBackfill } from './row.ts'
export { type Ended, runBackfill } from './run-backfill.ts'
export type {
  BackfillFile,
  BackfillServices,
  BackfillTerms,
  Onlookers,
  SubjectLine,
} from './work.ts'
