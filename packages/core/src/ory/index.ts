/** The typed client of Ory's OAuth2 API. */
export { parseGoDuration } from './duration.ts'
export type { List } from './list.ts'
export type { Operation, Page, RateBucket } from './operation.ts'
export type * from './operations/authorization.ts'
export type * from './operations/device-flow.ts'
export { operations } from './operations/index.ts'
export type * from './operations/oauth2-clients.ts'
export type * from './operations/sessions.ts'
export type * from './operations/tokens.ts'
export type * from './operations/trusted-issuers.ts'
export type { CallOptions, OryOptions } from './options.ts'
export {
  createOry,
  isRepeatable,
  type OperationId,
  type Ory,
  type OryCall,
  type ParametersOf,
  perform,
  type ResultOf,
} from './ory.ts'
export type { OryClock } from './transport/clock.ts'
export { defaultRetry, type RetryPolicy } from './transport/retry.ts'
export type * from './types/index.ts'
