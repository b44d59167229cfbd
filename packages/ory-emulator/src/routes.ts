import { clientRoutes } from './clients/routes.ts'
import { healthRoutes } from './health.ts'
import type { Route } from './http.ts'
import type { Profile } from './ory.ts'

/** Every endpoint of a profile. */
export function routes(profile: Profile): readonly Route[] {
  return [...healthRoutes, ...clientRoutes].filter(
    ({ profiles }) => profiles === undefined || profiles.includes(profile),
  )
}
