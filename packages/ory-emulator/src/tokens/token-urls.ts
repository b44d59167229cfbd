import type { Ory } from '../ory.ts'

/** What an assertion may name as its audience: the token endpoint, by the issuer's URL. */
export function tokenUrls(ory: Ory): readonly string[] {
  return [`${ory.settings.issuer}/oauth2/token`]
}
