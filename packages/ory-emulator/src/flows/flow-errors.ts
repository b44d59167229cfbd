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

export const requestNotSupported: OryError = {
  status: 400,
  error: 'request_not_supported',
  description: 'The OP does not support use of the request parameter.',
}

export const requestUriNotSupported: OryError = {
  status: 400,
  error: 'request_uri_not_supported',
  description: 'The OP does not support use of the request_uri parameter.',
}
