import { OryApiError } from '../errors.ts'
import type { Ory } from './methods.ts'
import type { OAuth2Client } from './types/index.ts'

/**
 * A client, or `undefined` where it is gone.
 * @throws OryMismatchError where Ory shows another client than the one that was asked for
 */
export async function findClient(
  id: string,
  { ory, signal }: { readonly ory: Ory; readonly signal?: AbortSignal | undefined },
): Promise<OAuth2Client | undefined> {
  try {
    return await ory.getOAuth2Client({ id }, { signal })
  } catch (error) {
    if (error instanceof OryApiError && error.rowMissing) return undefined
    throw error
  }
}
