export {
  type Accepted,
  type AuthorizationOptions,
  type Authorized,
  authorizeInBrowser,
  type CodeStep,
  type ConsentStep,
  type LoginStep,
  startAuthorization,
} from './authorization.ts'
export { type Browser, createBrowser, type Landing } from './browser.ts'
export { type LogoutOptions, type LogoutStep, logoutInBrowser, startLogout } from './logout.ts'
export { type OryEndpoints, RefusedError } from './ory-endpoints.ts'
export { requestTokens, type TokenClient, type Tokens } from './token-request.ts'
