import { apiKeyRoutes } from './api-keys/routes.ts'
import { clientRoutes } from './clients/routes.ts'
import { deviceRoutes } from './device/routes.ts'
import { flowRoutes } from './flows/routes.ts'
import { healthRoutes } from './health.ts'
import type { Route } from './http.ts'
import { identityRoutes } from './identities/routes.ts'
import { issuerRoutes } from './issuers/routes.ts'
import { oidcRoutes } from './oidc/routes.ts'
import type { Release } from './ory.ts'
import { preflightRoutes } from './preflight.ts'
import { tokenRoutes } from './tokens/routes.ts'

const all: readonly Route[] = [
  ...healthRoutes,
  ...preflightRoutes,
  ...clientRoutes,
  ...issuerRoutes,
  ...flowRoutes,
  ...tokenRoutes,
  ...oidcRoutes,
  ...deviceRoutes,
]

/** What a user has at Ory besides OAuth2, which no OAuth2 server has: played where a setting says so. */
export const accountRoutes: readonly Route[] = [...identityRoutes, ...apiKeyRoutes]

/** The operationIds of every profile. */
export const allOperations: ReadonlySet<string> = new Set(
  [...all, ...accountRoutes].map(({ operation }) => operation),
)

/** Every endpoint of a profile. */
export function routesOf(profile: Release): readonly Route[] {
  return all.filter(({ profiles }) => profiles === undefined || profiles.includes(profile))
}
