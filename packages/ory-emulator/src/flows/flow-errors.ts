import type { OryError } from '../errors.ts'

/** The errors of OAuth 2.0 and OpenID Connect that only flows raise. */

export const requestForbidden: OryError = {
  status: 403,
  error: 'request_forbidden',
  description: 'The request is not allowed.',
  hint: 'You are not allowed to perform this action.',
}

export const loginRequired: OryError = {
  status: 400,
  error: 'login_required',
  description: 'The Authorization Server requires End-User authentication.',
}

export const consentRequired: OryError = {
  status: 400,
  error: 'consent_required',
  description: 'The Authorization Server requires End-User consent.',
}

export const invalidState: OryError = {
  status: 400,
  error: 'invalid_state',
  description:
    'The state is missing or does not have enough characters and is therefore considered too weak.',
}

export const unsupportedResponseMode: OryError = {
  status: 400,
  error: 'unsupported_response_mode',
  description:
    'The authorization server does not support obtaining a response using this response mode.',
}

export const registrationNotSupported: OryError = {
  status: 400,
  error: 'registration_not_supported',
  description: 'The OP does not support use of the registration parameter.',
}

export const invalidRequestUri: OryError = {
  status: 400,
  error: 'invalid_request_uri',
  description:
    'The request_uri in the Authorization Request returns an error or contains invalid data.',
}

export const invalidRequestObject: OryError = {
  status: 400,
  error: 'invalid_request_object',
  description: 'The request parameter contains an invalid Request Object.',
}
