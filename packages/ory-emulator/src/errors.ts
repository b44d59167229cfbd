import { encodeJson } from './go/json.ts'
import { type Answer, AnswerError } from './http.ts'

/** One of Ory's errors as data: what `error` and `error_description` say, and with which status. */
export interface OryError {
  readonly status: number
  readonly error: string
  readonly description: string
  /** What a fosite error appends when the place that raised it has nothing better to say. */
  readonly hint?: string
}

export const rowNotFound: OryError = {
  status: 404,
  error: 'Unable to locate the resource',
  description: '',
}

/** A challenge that does not decrypt, and the like: a 404 in other words than a missing row's. */
export const requestNotFound: OryError = {
  status: 404,
  error: 'Not Found',
  description: 'Unable to locate the requested resource',
}

export const conflict: OryError = {
  status: 409,
  error: 'Unable to insert or update resource because a resource with that value exists already',
  description: '',
}

/** Its description is the reason alone, so the reason goes where others have their hint. */
export const badRequest: OryError = {
  status: 400,
  error: 'The request was malformed or contained invalid parameters',
  description: '',
}

/** What Hydra makes of a Go error that is none of its own. */
export const unrecognizable: OryError = {
  status: 500,
  error: 'error',
  description: 'The error is unrecognizable',
}

export const invalidRequest: OryError = {
  status: 400,
  error: 'invalid_request',
  description:
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
  hint: 'Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.',
}

export const invalidClientMetadata: OryError = {
  status: 400,
  error: 'invalid_client_metadata',
  description:
    "The value of one of the Client Metadata fields is invalid and the server has rejected this request. Note that an Authorization Server MAY choose to substitute a valid value for any requested parameter of a Client's Metadata.",
}

export const invalidRedirectUri: OryError = {
  status: 400,
  error: 'invalid_redirect_uri',
  description: 'The value of one or more redirect_uris is invalid.',
}

export const missingRequiredParameter: OryError = {
  status: 400,
  error: 'missing_required_parameter',
  description: 'One of the required parameters is missing. Check your request parameters.',
}

export const requestUnauthorized: OryError = {
  status: 401,
  error: 'request_unauthorized',
  description: 'The request could not be authorized.',
  hint: 'Check that you provided valid credentials in the right format.',
}

export const invalidClient: OryError = {
  status: 401,
  error: 'invalid_client',
  description:
    'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
}

export const unauthorizedClient: OryError = {
  status: 400,
  error: 'unauthorized_client',
  description: 'The client is not authorized to request a token using this method.',
  hint: 'Make sure that client id and secret are correctly specified and that the client exists.',
}

export const invalidGrant: OryError = {
  status: 400,
  error: 'invalid_grant',
  description:
    'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
}

export const invalidScope: OryError = {
  status: 400,
  error: 'invalid_scope',
  description: 'The requested scope is invalid, unknown, or malformed.',
}

export const accessDenied: OryError = {
  status: 403,
  error: 'access_denied',
  description: 'The resource owner or authorization server denied the request.',
  hint: 'Make sure that the request you are making is valid. Maybe the credential or request parameters you are using are limited in scope or otherwise restricted.',
}

export const unsupportedResponseType: OryError = {
  status: 400,
  error: 'unsupported_response_type',
  description: 'The authorization server does not support obtaining a token using this method.',
}

export const serverError: OryError = {
  status: 500,
  error: 'server_error',
  description:
    'The authorization server encountered an unexpected condition that prevented it from fulfilling the request.',
}

/** The two members every error body has; `hint` replaces the error's own, `''` leaves it out. */
export function errorBody(
  { error, description, hint: ownHint }: OryError,
  hint = ownHint ?? '',
): { error: string; error_description: string } {
  const text = [description, hint].filter((part) => part !== '').join(' ')
  return { error, error_description: text.replaceAll('"', "'") }
}

/** An error as the admin API writes it (herodot's writer). */
export function errorAnswer(kind: OryError, hint?: string): Answer {
  return {
    status: kind.status,
    headers: { 'Content-Type': 'application/json' },
    json: errorBody(kind, hint),
  }
}

/** An error as the token, revoke and introspect endpoints write it (fosite's writer: no newline). */
export function tokenErrorAnswer(kind: OryError, hint?: string): Answer {
  return {
    status: kind.status,
    headers: {
      'Content-Type': 'application/json;charset=UTF-8',
      'Cache-Control': 'no-store',
      Pragma: 'no-cache',
    },
    text: encodeJson(errorBody(kind, hint)),
  }
}

/** To be thrown: {@link errorAnswer} at once. */
export function oryError(kind: OryError, hint?: string): AnswerError {
  return new AnswerError(errorAnswer(kind, hint))
}
