import type { OryError } from '../errors.ts'

/** What fosite calls a token that does not stand up to a look at it. */

export const invalidTokenFormat: OryError = {
  status: 400,
  error: 'invalid_token',
  description: 'Invalid token format.',
  hint: 'Check that you provided a valid token in the right format.',
}

export const tokenSignatureMismatch: OryError = {
  status: 400,
  error: 'token_signature_mismatch',
  description: 'Token signature mismatch.',
  hint: 'Check that you provided  a valid token in the right format.',
}

export const tokenClaim: OryError = {
  status: 401,
  error: 'token_claim',
  description: 'The token failed validation due to a claim mismatch.',
  hint: 'One or more token claims failed validation.',
}
