import * as apiKeys from './api-keys.ts'
import * as identities from './identities.ts'

/** What a user has at Ory besides OAuth2, by operationId: sessions at the identity provider, and API keys. */
export const accountOperations = { ...identities, ...apiKeys }
