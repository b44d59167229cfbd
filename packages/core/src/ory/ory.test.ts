import { expect, test } from 'vitest'
import { isRepeatable, mayBeRepeated, type OryCall } from './index.ts'

const trust: OryCall = {
  op: 'trustOAuth2JwtGrantIssuer',
  params: {
    body: {
      issuer: 'https://i.example',
      subject: 's',
      scope: [],
      jwk: { kty: 'EC', kid: 'k', alg: 'ES256', use: 'sig' },
      expires_at: '2030-01-01T00:00:00Z',
    },
  },
}

/** The freeze of a client, as a patch. */
const freeze = [
  { op: 'replace', path: '/grant_types', value: [] },
  { op: 'add', path: '/metadata', value: { frozen: true } },
] as const

test.each<[OryCall, boolean]>([
  [{ op: 'getOAuth2Client', params: { id: 'c' } }, true],
  [{ op: 'listOAuth2ConsentSessions', params: { subject: 's' } }, true],
  [{ op: 'revokeOAuth2LoginSessions', params: { sid: 'x' } }, true],
  [{ op: 'revokeOAuth2LoginSessions', params: { subject: 's' } }, true],
  [{ op: 'revokeOAuth2ConsentSessions', params: { subject: 's', all: true } }, true],
  [{ op: 'deleteOAuth2Token', params: { client_id: 'c' } }, true],
  [{ op: 'deleteOAuth2Client', params: { id: 'c' } }, true],
  [{ op: 'deleteTrustedOAuth2JwtGrantIssuer', params: { id: 'i' } }, true],
  [{ op: 'deleteRotatedOAuth2ClientSecrets', params: { id: 'c' } }, true],
  [{ op: 'setOAuth2Client', params: { id: 'c', body: {} } }, true],
  [{ op: 'patchOAuth2Client', params: { id: 'c', body: freeze } }, true],
  [trust, true],
  [
    { op: 'patchOAuth2Client', params: { id: 'c', body: [{ op: 'remove', path: '/owner' }] } },
    false,
  ],
  [
    {
      op: 'patchOAuth2Client',
      params: { id: 'c', body: [{ op: 'add', path: '/audience/-', value: 'a' }] },
    },
    false,
  ],
  [{ op: 'rotateOAuth2ClientSecret', params: { id: 'c' } }, false],
  [{ op: 'createOAuth2Client', params: { body: {} } }, false],
  [
    { op: 'oauth2TokenExchange', params: { grant_type: 'client_credentials', client_id: 'c' } },
    false,
  ],
  [{ op: 'revokeOAuth2Token', params: { token: 't', client_id: 'c' } }, true],
  [{ op: 'revokeOAuth2Token', params: { token: 't', client_assertion: 'j' } }, false],
])('knows whether a call may be made twice: %j, %j', (call, expected) => {
  expect(mayBeRepeated(call)).toBe(expected)
})

test('lets a refusal of what is done already count for a repetition, which the transport does not', () => {
  expect([isRepeatable(trust), mayBeRepeated(trust)]).toEqual([false, true])
})
