import type { JWK } from 'jose'
import { serverError } from '../errors.ts'
import { decodeFirst, isObject } from '../go/json.ts'
import { decodeJwks } from '../go/jwk.ts'
import type { Ory } from '../ory.ts'
import { fetchPatiently } from '../outgoing.ts'
import type { CachedKeySet } from '../state.ts'
import { OAuth2Error } from './oauth2-error.ts'

const cachedForMs = 3_600_000

/**
 * The keys at a `jwks_uri`: cached for an hour, though the owner may take one out meanwhile.
 *
 * @throws OAuth2Error 500 `server_error` where they cannot be had, after three attempts.
 */
export async function keysAt(
  ory: Ory,
  uri: string,
  wanted: 'cached' | 'fresh',
): Promise<CachedKeySet> {
  const cached = ory.state.keySets.get(uri)
  if (wanted === 'cached' && cached !== undefined && cached.expiresAt > ory.now()) return cached
  const set = { keys: await fetchedKeys(ory, uri), expiresAt: ory.now() + cachedForMs }
  ory.state.keySets.set(uri, set)
  return set
}

async function fetchedKeys(ory: Ory, uri: string): Promise<readonly JWK[]> {
  const response = await fetchPatiently(ory, uri).catch(() => undefined)
  if (response === undefined) {
    throw new OAuth2Error(
      serverError,
      `Unable to fetch JSON Web Keys from location '${uri}'. Check for typos or other network issues.`,
    )
  }
  if (response.status >= 400) {
    await response.body?.cancel()
    throw new OAuth2Error(
      serverError,
      `Expected successful status code in range of 200 - 399 from location '${uri}' but received code ${response.status}.`,
    )
  }
  try {
    return keysOf(decodeFirst(Buffer.from(await response.arrayBuffer())))
  } catch {
    throw new OAuth2Error(
      serverError,
      `Unable to decode JSON Web Keys from location '${uri}'. Please check for typos and if the URL returns valid JSON.`,
    )
  }
}

function keysOf(set: unknown): readonly JWK[] {
  if (set === null) return []
  if (!isObject(set)) throw new Error('the set is not an object')
  const { keys } = decodeJwks(set, 'keys', (error) => {
    throw error
  })
  return (keys ?? []) as readonly JWK[]
}
