export {
  type AppOffboarded,
  isAboutOwner,
  type OffboardingMode,
  type OwnerOffboarded,
  parseAppOffboarded,
} from './app-offboarded.ts'
export { type CloudEvent, cloudEvent } from './cloud-event.ts'
export { type Identified, idempotencyKey, subjectPseudonym } from './idempotency-key.ts'
export {
  defaultSubjectFields,
  parseUserDeleted,
  type SubjectFields,
  type UserDeleted,
} from './user-deleted.ts'
