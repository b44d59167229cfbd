import type { JWK } from 'jose'
import { invalidClient, invalidRequest, unrecognizable } from '../errors.ts'
import type { ClientRow } from '../state.ts'
import { text } from './client-metadata.ts'
import type { DecodedJwt } from './jwt.ts'
import { OAuth2Error } from './oauth2-error.ts'

/**
 * The key of the client's own set that a JWT claims to be signed with: by its `kid`, if it has one,
 * and by the kind its algorithm needs. Throws {@link OAuth2Error}.
 */
export async function clientKey(client: ClientRow, jwt: DecodedJwt): Promise<JWK> {
  const keys = keysIn(client.fields['jwks']) ?? (await fetchedKeys(text(client, 'jwks_uri')))
  if (keys.length === 0) {
    throw new OAuth2Error(
      invalidRequest,
      'The retrieved JSON Web Key Set does not contain any key.',
    )
  }
  const kid = jwt.header['kid']
  const named = typeof kid === 'string' ? keys.filter((key) => key.kid === kid) : keys
  if (named.length === 0) {
    throw new OAuth2Error(
      invalidRequest,
      `The JSON Web Token uses signing key with kid '${kid}', which could not be found.`,
    )
  }
  const [kty, family] = String(jwt.header['alg']).startsWith('ES')
    ? ['EC', 'ECDSA']
    : ['RSA', 'RSA']
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

async function fetchedKeys(uri: string): Promise<readonly JWK[]> {
  if (uri === '') {
    throw new OAuth2Error(
      invalidClient,
      'The OAuth 2.0 Client has no JSON Web Keys set registered, but they are needed to complete the request.',
    )
  }
  try {
    return keysIn(await (await fetch(uri)).json()) ?? []
  } catch {
    throw new OAuth2Error(unrecognizable)
  }
}
