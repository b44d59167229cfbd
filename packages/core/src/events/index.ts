export {
  type AppOffboarded,
  isAboutOwner,
  isAboutOwnerParts,
  type Offboarded,
  type OffboardingMode,
  type OwnerOffboarded,
  type OwnerPartsOffboarded,
  parseAppOffboarded,
} from './app-offboarded.ts'
export { type CloudEvent, cloudEvent } from './cloud-event.ts'
export { type Identified, idempotencyKey, subjectPseudonym } from './idempotency-key.ts'
export { parseJson } from './json.ts'
export {
  type KeyRotated,
  parseKeyRotated,
  type Retire,
  type Siblings,
} from './key-rotated.ts'
export { type KeysToRetire, parseKeysToRetire } from './keys-to-retire.ts'
export { passedOverSource } from './passed-over.ts'
export { withoutPrivateKeys } from './private-keys.ts'
export type { PublicJwk } from './public-jwk.ts'
export { checkPublished, type Published } from './published.ts'
export { sourceIn } from './source-in.ts'
export { isAhead, longestAheadMs } from './time.ts'
export {
  defaultSubjectFields,
  parseUserDeleted,
  type SubjectFields,
  type UserDeleted,
} from './user-deleted.ts'
