import { invalidRequest } from '../errors.ts'
import type { Request } from '../http.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'

/** The challenge a login or consent app asks about, by its name or its legacy name `challenge`. */
export function challengeOf(request: Request, name: string): string {
  const challenge = optionalChallengeOf(request, name)
  if (challenge !== '') return challenge
  throw new OAuth2Error(
    invalidRequest,
    "Query parameter 'challenge' is not defined but should have been.",
  )
}

/** The same for logout requests, where a missing challenge is treated as a wrong one. */
export function optionalChallengeOf({ query }: Request, name: string): string {
  return query.get(name) || query.get('challenge') || ''
}
