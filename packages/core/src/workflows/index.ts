export type { NewestRow } from './app-offboarded/newest-event.ts'
export type { AppParts } from './app-offboarded/observation.ts'
export { type OffboardingObservation, offboarding } from './app-offboarded/offboarding.ts'
export type { OwnedClients } from './app-offboarded/owner-offboarded.ts'
export {
  type RemakeServices,
  type ResetState,
  remakeClient,
} from './app-offboarded/reset/remake.ts'
export { type ResetRow, readReset, unfinishedReset } from './app-offboarded/reset/row.ts'
export type { OffboardingServices } from './app-offboarded/services.ts'
export type { OffboardingSettings } from './app-offboarded/settings.ts'
export { freeze, isSuspended } from './app-offboarded/suspension.ts'
export { suspended, unwatchSuspended, watchSuspended } from './app-offboarded/suspension-watch.ts'
export type { KeyHistoryRow } from './key-rotated/key-history.ts'
export { type IssuerKeys, keyRotated } from './key-rotated/key-rotated.ts'
export { retireKeys, retireKeysKind } from './key-rotated/keys-to-retire.ts'
export type { KeyRotatedServices } from './key-rotated/services.ts'
export type { KeyRotatedSettings } from './key-rotated/settings.ts'
export { userDeleted } from './user-deleted/user-deleted.ts'
export { userSignedOut } from './user-signed-out/user-signed-out.ts'
export { type SuspensionSettings, userSuspended } from './user-suspended/user-suspended.ts'
export {
  forEachSubject,
  identitiesOf,
  type KeptSubjectsRow,
  type UserGrants,
  type UserServices,
  type UserSettings,
  type UsersObservation,
} from './users/index.ts'
