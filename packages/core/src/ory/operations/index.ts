import * as authorization from './authorization.ts'
import * as consentRequests from './consent-requests.ts'
import * as deviceFlow from './device-flow.ts'
import * as discovery from './discovery.ts'
import * as loginRequests from './login-requests.ts'
import * as logoutRequests from './logout-requests.ts'
import * as clientSecrets from './oauth2-client-secrets.ts'
import * as clients from './oauth2-clients.ts'
import * as sessions from './sessions.ts'
import * as tokens from './tokens.ts'
import * as trustedIssuers from './trusted-issuers.ts'

/**
 * Every operation by its operationId: the 28 of Ory's OAuth2Api 1.20.9, the two that rotate client
 * secrets, the three of the device flow, and discovery. The client is derived from this table.
 */
export const operations = {
  ...clients,
  ...clientSecrets,
  ...loginRequests,
  ...consentRequests,
  ...logoutRequests,
  ...sessions,
  ...tokens,
  ...trustedIssuers,
  ...authorization,
  ...deviceFlow,
  ...discovery,
}
