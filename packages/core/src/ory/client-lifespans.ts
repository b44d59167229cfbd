import { parseGoDuration } from './duration.ts'
import type { OAuth2Client } from './types/index.ts'

/** The longest access token lifespan with which a client overrides the default, in milliseconds. */
export function longestAccessTokenLifespanMs(client: OAuth2Client): number | undefined {
  const overrides = Object.entries(client)
    .filter(([name, value]) => name.endsWith('_access_token_lifespan') && typeof value === 'string')
    .map(([, value]) => parseGoDuration(value as string))
    .filter((lifespan) => lifespan !== undefined)
  return overrides.length === 0 ? undefined : Math.max(...overrides)
}
