import { createHash } from 'node:crypto'
import { invalidRequest } from '../errors.ts'
import { parseUrl } from '../go/urls.ts'
import type { Ory } from '../ory.ts'
import { type ClientRow, forcedSubject } from '../state.ts'
import { redirectUris, text } from '../tokens/client-metadata.ts'
import { OAuth2Error } from '../tokens/oauth2-error.ts'

/**
 * The name a client knows a user by (OpenID Connect Core section 8): the subject itself, or, for a
 * client of pairwise subjects, what the login app forced or a hash of sector, subject and salt.
 */
export function subjectFor(ory: Ory, client: ClientRow, subject: string, forced = ''): string {
  if (text(client, 'subject_type') !== 'pairwise') return subject
  if (!ory.settings.subjectTypes.includes('pairwise')) {
    throw new OAuth2Error(
      invalidRequest,
      `Subject Identifier Algorithm 'pairwise' was requested by OAuth 2.0 Client '${client.client_id}' but is not configured.`,
    )
  }
  if (forced !== '') return forced
  const parts = [sectorOf(client), subject, ory.settings.pairwiseSalt]
  return createHash('sha256').update(parts.join('')).digest('hex')
}

/** Whether a hint's subject is the user, by one of the names the client may know. */
export function isNameOf(ory: Ory, client: ClientRow, hinted: string, subject: string): boolean {
  const names = [subject, subjectFor(ory, client, subject)]
  return (
    names.includes(hinted) || ory.state.forcedSubjects.has(forcedSubject(client.client_id, hinted))
  )
}

function sectorOf(client: ClientRow): string {
  const sector = text(client, 'sector_identifier_uri')
  if (sector !== '') return sector
  const [only, ...more] = redirectUris(client)
  const advice =
    'which is not allowed when performing using subject type pairwise. Please reconfigure the OAuth 2.0 client properly.'
  if (more.length > 0) {
    throw new OAuth2Error(
      invalidRequest,
      `OAuth 2.0 Client ${client.client_id} has multiple redirect_uris but no sector_identifier_uri was set ${advice}`,
    )
  }
  if (only === undefined) {
    throw new OAuth2Error(
      invalidRequest,
      `OAuth 2.0 Client ${client.client_id} neither specifies a sector_identifier_uri nor a redirect_uri ${advice}`,
    )
  }
  const { hostname, port } = parseUrl(only)
  return port === '' ? hostname : `${hostname}:${port}`
}
