/** The events of lapse: what a message may say, read and checked. */
export { readUtf8 } from '../json/index.ts'
export {
  type AppOffboarded,
  isAboutOwner,
  type Offboarded,
  type OffboardingMode,
  type OwnerOffboarded,
  type OwnersPart,
  parseAppOffboarded,
} from './app-offboarded.ts'
export { canonicalJson } from './canonical-json.ts'
export { type CloudEvent, cloudEvent } from './cloud-event.ts'
export { type Explained, explain } from './explained.ts'
export {
  type Identified,
  idempotencyKey,
  subjectEventId,
  subjectPseudonym,
} from './idempotency-key.ts'
export { parseJson } from './json.ts'
export {
  type KeyRotated,
  parseKeyRotated,
  type Retire,
  type Siblings,
} from './key-rotated.ts'
export { type KeysToRetire, parseKeysToRetire } from './keys-to-retire.ts'
export { passedOverSource, passedOverUpdate } from './passed-over.ts'
export type { PublicJwk } from './public-jwk.ts'
export { checkPublished, checkSize, type Published } from './published.ts'
export { queueJson } from './queue-json.ts'
export { sourceIn } from './source-in.ts'
export {
  type IdentityLookup,
  isSubjectMapping,
  type LookupName,
  mostSubjects,
  type SubjectLookup,
  type SubjectMapping,
  type SubjectRule,
} from './subject-mapping.ts'
export type { SubjectTemplate, TemplateMember } from './subject-template.ts'
export { isAhead, longestAheadMs } from './time.ts'
export { parseUserDeleted, type UserDeleted } from './user-deleted.ts'
export {
  defaultSubjectFields,
  isUnresolved,
  type SubjectFields,
  type SubjectFound,
  type SubjectPart,
  type SubjectsSought,
  type UnresolvedUserEvent,
  type UserEvent,
  type UserEventType,
} from './user-event.ts'
export { parseUserSignedOut, type UserSignedOut } from './user-signed-out.ts'
export { parseUserSuspended, type UserSuspended } from './user-suspended.ts'
export { holdsRedaction, withoutSecrets } from './without-secrets.ts'
