import { invalidClientMetadata, oryError } from '../errors.ts'
import { parseUrl } from '../go/urls.ts'
import type { OAuth2Client } from './fields.ts'
import { invalid, orRefuse } from './refusal.ts'

/**
 * Fetches `sector_identifier_uri` and looks for every redirect URI in it (OpenID Connect Core 8.1).
 *
 * @throws AnswerError 400 `invalid_client_metadata`; what exactly is wrong Ory keeps to itself.
 */
export async function checkSectorIdentifier(
  client: Pick<OAuth2Client, 'sector_identifier_uri' | 'redirect_uris'>,
  fetchList = fetchUris,
): Promise<void> {
  const location = client.sector_identifier_uri
  if (location === '') return
  const { scheme } = orRefuse(
    () => parseUrl(location),
    (reason) => invalid(`Value of sector_identifier_uri could not be parsed because ${reason}.`),
  )
  const listed = scheme === 'https' ? await fetchList(location) : []
  const complete = (client.redirect_uris ?? []).every((uri) => listed.includes(uri))
  if (listed.length === 0 || !complete) throw oryError(invalidClientMetadata)
}

async function fetchUris(location: string): Promise<readonly unknown[]> {
  try {
    const response = await fetch(location, { signal: AbortSignal.timeout(10_000) })
    const list: unknown = await response.json()
    return Array.isArray(list) ? list : []
  } catch {
    return []
  }
}
