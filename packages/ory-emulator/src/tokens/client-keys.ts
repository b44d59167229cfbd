import type { JWK } from 'jose'
import { invalidClient, invalidRequest } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { text } from './client-metadata.ts'
import { algorithmOf, type DecodedJwt, keyIdOf } from './jwt.ts'
import { keysAt } from './key-sets.ts'
import { OAuth2Error } from './oauth2-error.ts'

/**
 * The key of the client's own set that a JWT claims to be signed with: by its `kid`, if it has one,
 * and by the kind its algorithm needs. A set at a `jwks_uri` that was fetched before is asked first,
 * and fetched anew only where it has no such key. Throws {@link OAuth2Error}.
 */
export async function clientKey(ory: Ory, client: ClientRow, jwt: DecodedJwt): Promise<JWK> {
  const registered = keysIn(client.fields['jwks'])
  if (registered !== undefined) return matchingKey(registered, jwt)
  const uri = text(client, 'jwks_uri')
  if (uri === '') {
    throw new OAuth2Error(
      invalidClient,
      'The OAuth 2.0 Client has no JSON Web Keys set registered, but they are needed to complete the request.',
    )
  }
  try {
    return matchingKey((await keysAt(ory, uri, 'cached')).keys, jwt)
  } catch (error) {
    if (!(error instanceof OAuth2Error) || error.kind !== invalidRequest) throw error
    return matchingKey((await keysAt(ory, uri, 'fresh')).keys, jwt)
  }
}

function matchingKey(keys: readonly JWK[], jwt: DecodedJwt): JWK {
  if (keys.length === 0) {
    throw new OAuth2Error(
      invalidRequest,
      'The retrieved JSON Web Key Set does not contain any key.',
    )
  }
  const kid = keyIdOf(jwt)
  const named = kid === undefined ? keys : keys.filter((key) => key.kid === kid)
  if (named.length === 0) {
    throw new OAuth2Error(
      invalidRequest,
      `The JSON Web Token uses signing key with kid '${kid}', which could not be found.`,
    )
  }
  const [kty, family] = algorithmOf(jwt).startsWith('ES') ? ['EC', 'ECDSA'] : ['RSA', 'RSA']
  const key = named.find((candidate) => candidate.use === 'sig' && candidate.kty === kty)
  if (key !== undefined) return key
  throw new OAuth2Error(
    invalidRequest,
    `Unable to find ${family} public key with use='sig' for kid '${kid ?? ''}' in JSON Web Key Set.`,
  )
}

/** Whether the client has registered any key, or where to find one. */
export function hasKeys(client: ClientRow): boolean {
  return keysIn(client.fields['jwks']) !== undefined || text(client, 'jwks_uri') !== ''
}

function keysIn(set: unknown): readonly JWK[] | undefined {
  const keys = (set as { readonly keys?: unknown } | null | undefined)?.keys
  return Array.isArray(keys) ? (keys as JWK[]) : undefined
}
