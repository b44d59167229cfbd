/** What the events about one user share: what of the user ends, in which order, and how it is told. */
export type { ListedGrant } from './listed-grants.ts'
export { isNewer, type UserGrants, type UserSettings, userWorkflow } from './user-workflow.ts'
