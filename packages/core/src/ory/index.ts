/** The typed client of Ory's OAuth2 API, and of what a user has at Ory besides. */
export {
  type AccountCall,
  type AccountOperationId,
  createOryAccounts,
  type OryAccounts,
  type OryAccountsOptions,
  type OryPart,
  performOn,
} from './accounts.ts'
export { longestAccessTokenLifespanMs } from './client-lifespans.ts'
export { newClientSecret } from './client-secret.ts'
export { parseGoDuration } from './duration.ts'
export { findClient } from './find-client.ts'
export type { List } from './list.ts'
export type { Method, OperationId, Ory, OryCall, ParametersOf, ResultOf } from './methods.ts'
export type { Operation, Page, RateBucket } from './operation.ts'
export { accountOperations } from './operations/accounts.ts'
export type * from './operations/api-keys.ts'
export type * from './operations/authorization.ts'
export type * from './operations/device-flow.ts'
export type * from './operations/identities.ts'
export { operations } from './operations/index.ts'
export type * from './operations/oauth2-clients.ts'
export type * from './operations/sessions.ts'
export type * from './operations/tokens.ts'
export type * from './operations/trusted-issuers.ts'
export { type ApiKeys, type CallOptions, isApiKey, type OryOptions } from './options.ts'
export { createOry, isRepeatable, mayBeRepeated, perform } from './ory.ts'
export type { Pace, PacedAttempt, PacedOutcome, Slot } from './pace.ts'
export { paced } from './paced.ts'
export type { OryClock } from './transport/clock.ts'
export { defaultRetry, type RetryPolicy } from './transport/retry.ts'
export type * from './types/index.ts'
