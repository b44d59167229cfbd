import type { Ory } from '@lapse/core/ory'
import { expect, test } from 'vitest'
import { createClient } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { argumentError } from './setup/thrown.ts'
import { areActive } from './setup/tokens.ts'

type Operation = Exclude<keyof Ory, symbol>

/** Calls that no type allows, as a caller without types would make them. */
const call = (operation: Operation, parameters: unknown): PromiseLike<unknown> =>
  (ory[operation] as (parameters: unknown) => PromiseLike<unknown>)(parameters)

const jwk = { kty: 'RSA', kid: 'k1' }
const expires_at = '2099-01-01T00:00:00Z'

test.each<[string, Operation, unknown, string]>([
  ['an empty owner', 'listOAuth2Clients', { owner: '' }, 'owner'],
  ['an empty name', 'listOAuth2Clients', { client_name: '' }, 'client_name'],
  ['a page of nothing', 'listOAuth2Clients', { page_size: 0 }, 'page_size'],
  ['an empty id', 'getOAuth2Client', { id: '' }, 'id'],
  ['a dot for an id', 'deleteOAuth2Client', { id: '.' }, 'id'],
  ['two dots for an id', 'deleteOAuth2Client', { id: '..' }, 'id'],
  ['a slash at the end of an id', 'deleteOAuth2Client', { id: 'a/' }, 'id'],
  ['a slash at the end of an issuer’s id', 'deleteTrustedOAuth2JwtGrantIssuer', { id: 'a/' }, 'id'],
  ['no id', 'deleteOAuth2Client', {}, 'id'],
  ['no body', 'setOAuth2Client', { id: 'a' }, 'body'],
  ['two ids', 'setOAuth2Client', { id: 'a', body: { client_id: 'b' } }, 'body.client_id'],
  ['an empty id in a body', 'createOAuth2Client', { body: { client_id: '' } }, 'body.client_id'],
  [
    'a patch of the id',
    'patchOAuth2Client',
    { id: 'a', body: [{ op: 'add', path: '/client_id', value: 'b' }] },
    'body[0].path',
  ],
  [
    'a patch of the id in capitals',
    'patchOAuth2Client',
    { id: 'a', body: [{ op: 'add', path: '/CLIENT_ID', value: 'b' }] },
    'body[0].path',
  ],
  ['an empty patch', 'patchOAuth2Client', { id: 'a', body: [] }, 'body'],
  ['an empty challenge', 'getOAuth2LoginRequest', { login_challenge: '' }, 'login_challenge'],
  [
    'a login of no one',
    'acceptOAuth2LoginRequest',
    { login_challenge: 'a', body: { subject: '' } },
    'body.subject',
  ],
  ['an empty subject', 'listOAuth2ConsentSessions', { subject: '' }, 'subject'],
  ['a subject alone', 'revokeOAuth2ConsentSessions', { subject: 'u1' }, 'parameters'],
  ['a client alone', 'revokeOAuth2ConsentSessions', { client: 'a' }, 'parameters'],
  ['all of nobody', 'revokeOAuth2ConsentSessions', { all: true }, 'parameters'],
  [
    'one client and all',
    'revokeOAuth2ConsentSessions',
    { subject: 'u1', client: 'a', all: true },
    'parameters',
  ],
  [
    'a grant and its subject',
    'revokeOAuth2ConsentSessions',
    { consent_request_id: 'a', subject: 'u1' },
    'parameters',
  ],
  ['nobody’s login sessions', 'revokeOAuth2LoginSessions', {}, 'parameters'],
  ['everybody’s login sessions', 'revokeOAuth2LoginSessions', { subject: '*' }, 'subject'],
  ['every login session', 'revokeOAuth2LoginSessions', { sid: '*' }, 'sid'],
  ['everybody’s consents', 'revokeOAuth2ConsentSessions', { subject: '*', all: true }, 'subject'],
  ['a blank subject', 'listOAuth2ConsentSessions', { subject: ' ' }, 'subject'],
  ['a sid and a subject', 'revokeOAuth2LoginSessions', { sid: 'a', subject: 'u1' }, 'parameters'],
  ['an empty token', 'introspectOAuth2Token', { token: '' }, 'token'],
  ['the tokens of no client', 'deleteOAuth2Token', { client_id: '' }, 'client_id'],
  ['no client authentication', 'revokeOAuth2Token', { token: 'a' }, 'basic'],
  [
    'two client authentications',
    'revokeOAuth2Token',
    { token: 'a', client_secret: 'b', basic: { client_id: 'a', client_secret: 'b' } },
    'basic',
  ],
  [
    'a grant without what it exchanges',
    'oauth2TokenExchange',
    { grant_type: 'refresh_token', client_id: 'a' },
    'refresh_token',
  ],
  [
    'trust for nobody',
    'trustOAuth2JwtGrantIssuer',
    { body: { issuer: 'a', jwk, expires_at } },
    'body',
  ],
  [
    'trust for one and for any',
    'trustOAuth2JwtGrantIssuer',
    { body: { issuer: 'a', subject: 'u1', allow_any_subject: true, jwk, expires_at } },
    'body',
  ],
  [
    'trust in a key without a kid',
    'trustOAuth2JwtGrantIssuer',
    { body: { issuer: 'a', subject: 'u1', jwk: { kty: 'RSA' }, expires_at } },
    'body.jwk',
  ],
  ['a parameter it does not know', 'getOAuth2Client', { id: 'a', clientId: 'b' }, 'clientId'],
])('refuses %s before any request: %s', async (_what, operation, parameters, parameter) => {
  const error = await argumentError(call(operation, parameters))

  expect(error).toMatchObject({
    name: 'OryArgumentError',
    code: 'ERR_ORY_ARGUMENT',
    operation,
    parameter,
    retryable: false,
    configuration: false,
  })
})

test('changes nothing at the server by a call that it refuses', async () => {
  const { subject, access_token, refresh_token } = await signIn(await createClient())

  await argumentError(call('revokeOAuth2ConsentSessions', { subject }))
  await argumentError(call('revokeOAuth2ConsentSessions', { subject, all: 'true' }))

  expect(await areActive(access_token, refresh_token)).toEqual([true, true])
})
