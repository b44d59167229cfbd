/** Receipts as people and other programs read them; nothing here asks anybody. */
export { csvHead, csvLine } from './csv.ts'
export type { DurationFigures } from './durations.ts'
export { type OcsfEvent, ocsfEvent } from './ocsf.ts'
export { type Awaited, newReport, type Report, type ReportInProgress } from './report.ts'
export { eventKeyOf, passIdOf, readReceipt, type SomeReceipt } from './some-receipt.ts'
export { type Ending, type FollowUp, isAlive, type Standing, standingOf } from './standing.ts'
export { isUnanswered, verdictOf } from './verdict.ts'
