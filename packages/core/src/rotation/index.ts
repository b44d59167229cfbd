/** Rotation of OAuth 2.0 clients' secrets and keys, as Secrets Manager drives it. */
export type { Credential, KeyCredential, PrivateJwk, SecretCredential } from './credential.ts'
export { endRotation } from './end-rotation.ts'
export { retireKind } from './overlap.ts'
export type { RotationPass, RotationReceipt, RotationReceiptRow } from './receipt.ts'
export { planRepair, repair } from './repair.ts'
export type { RepairOptions, RepairPlan } from './repair-plan.ts'
export { type Retired, retire } from './retire.ts'
export { rollback } from './rollback.ts'
export { type RotationEvent, rotateStep } from './rotate-step.ts'
export type { EndpointRow, Phase, RotationRow, StrategyName } from './row.ts'
export type { Allowance, RotationServices } from './services.ts'
export { type RotationEntry, type RotationSettings, readRotationEntries } from './settings.ts'
export { startRotation } from './start.ts'
export type { SecretStatus } from './status.ts'
export {
  type OverdueSecret,
  type OverwrittenCredential,
  overdueSecrets,
  overwrittenCredentials,
} from './survey.ts'
export { type JudgedSecret, rotationStatus, type Verdict } from './verdict.ts'
