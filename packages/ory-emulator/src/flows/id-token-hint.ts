import { invalidRequest } from '../errors.ts'
import { GoError } from '../go/go-error.ts'
import type { Ory } from '../ory.ts'
import type { Claims } from '../tokens/issue.ts'
import { isSignedBy, parseJwt } from '../tokens/jwt.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'

/** The claims of an `id_token_hint` that this server issued; that it has expired does not matter. */
export async function hintClaims(ory: Ory, hint: string): Promise<Claims> {
  const jwt = orRefuse(() => parseJwt(hint))
  const { publicJwk } = await ory.state.keys.idToken()
  if (jwt.claims !== undefined && isSignedBy(jwt, publicJwk)) return jwt.claims
  throw new OAuth2Error(invalidRequest, 'go-jose/go-jose: error in cryptographic primitive')
}

function orRefuse<Value>(parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    throw error instanceof GoError ? new OAuth2Error(invalidRequest, error.message) : error
  }
}

/** The hint's subject, which it must have. */
export function hintSubject(claims: Claims): string {
  const { sub } = claims
  if (typeof sub === 'string' && sub !== '') return sub
  throw new OAuth2Error(
    invalidRequest,
    'Failed to validate OpenID Connect request because provided id token from id_token_hint does not have a subject.',
  )
}
