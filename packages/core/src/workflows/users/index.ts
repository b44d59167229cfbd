/** What the events about one user share: what of the user ends, in which order, and how it is told. */

export type { ListedGrant } from './listed-grants.ts'
export type { KeptSubjectsRow, UserServices } from './several/kept.ts'
export { identitiesOf } from './several/resolve.ts'
export { forEachSubject, type UsersObservation } from './several/several.ts'
export { isNewer, type UserGrants, type UserSettings, userWorkflow } from './user-workflow.ts'
