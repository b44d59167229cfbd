import { createHash } from 'node:crypto'
import { invalidGrant, invalidRequest } from '../errors.ts'
import type { Settings } from '../ory.ts'
import type { AuthCodeRow, ClientRow } from '../state.ts'
import { isPublic } from './client-metadata.ts'
import { OAuth2Error } from './oauth2-error.ts'

/**
 * Checks a code's `code_verifier` (RFC 7636). As in Hydra the challenge is gone once it has been
 * looked at: after one wrong verifier a right one is refused as well.
 */
export function checkVerifier(
  code: AuthCodeRow,
  verifier: string,
  client: ClientRow,
  settings: Settings,
): void {
  const challenge = code.codeChallenge
  code.codeChallenge = undefined
  if (!challenge && (challenge === '' || verifier === '')) checkEnforced(client, settings)
  if (challenge === undefined) {
    if (verifier === '') return
    throw refused('Unable to find initial PKCE data tied to this request')
  }
  if (challenge === '' && verifier === '') return
  const malformed = formatError(verifier)
  if (malformed !== undefined) throw refused(malformed)
  if (challenge === '') {
    throw refused(
      'The PKCE code verifier was provided but the code challenge was absent from the authorization request.',
    )
  }
  if (createHash('sha256').update(verifier).digest('base64url') === challenge) return
  throw refused('The PKCE code challenge did not match the code verifier.')
}

/** Throws where the server demands PKCE of the client, which did without it. */
export function checkEnforced(client: ClientRow, { pkceOf }: Settings): void {
  if (pkceOf === 'nobody' || (pkceOf === 'public clients' && !isPublic(client))) return
  const who = pkceOf === 'everybody' ? 'Clients' : 'This client'
  throw new OAuth2Error(
    invalidRequest,
    `${who} must include a code_challenge when performing the authorize code flow, but it is missing.`,
  )
}

function formatError(verifier: string): string | undefined {
  if (verifier.length < 43) return 'The PKCE code verifier must be at least 43 characters.'
  if (verifier.length > 128) return 'The PKCE code verifier can not be longer than 128 characters.'
  if (/^[\w.~-]+$/.test(verifier)) return undefined
  return "The PKCE code verifier must only contain [a-Z], [0-9], '-', '.', '_', '~'."
}

function refused(hint: string): OAuth2Error {
  return new OAuth2Error(invalidGrant, hint)
}
