import type { Key } from './key.ts'
import { link } from './links.ts'
import { createSecret, reading } from './secrets.ts'
import type { Settings } from './settings.ts'

/** What calling Ory takes: its URLs, what it promises, and its key where it wants one. */
export function createOry(settings: Settings, key: Key) {
  const apiKey = settings.oryApiKey
    ? createSecret('OryApiKey', 'ory-api-key', key, {
        description: "Ory Network's API key; put it here as it is, and nothing else",
      })
    : undefined
  const calling = link('Ory', {
    environment: {
      ORY_ADMIN_URL: settings.oryAdminUrl,
      ORY_PUBLIC_URL: settings.oryPublicUrl,
      ...(settings.oryTokenEndpoint && { ORY_TOKEN_ENDPOINT: settings.oryTokenEndpoint }),
      ...(settings.oryRateLimits && { ORY_RATE_LIMITS: settings.oryRateLimits }),
      LOGIN_CONSENT_TTL: settings.loginConsentTtl,
      ...(settings.tokensEndWithin && { TOKENS_END_WITHIN: settings.tokensEndWithin }),
      ACCESS_TOKEN_LIFESPAN: settings.accessTokenLifespan,
      PROTECTED_CLIENT_IDS: JSON.stringify(settings.protectedClientIds),
      PROTECTED_OWNERS: JSON.stringify(settings.protectedOwners),
      PROTECTED_ISSUERS: JSON.stringify(settings.protectedIssuers),
      ...(apiKey && { ORY_API_KEY_SECRET_ID: apiKey.arn }),
    },
    permissions: apiKey ? reading([apiKey], key) : [],
  })
  return { calling, apiKey }
}
