const id = 'nobody'
const login_challenge = id
const consent_challenge = id
const logout_challenge = id
const basic = { client_id: id, client_secret: 'a secret' }
const key = { kty: 'RSA', kid: 'k1', use: 'sig', alg: 'RS256', n: 'AQAB', e: 'AQAB' }

/** One call of every operation; most are about what is not there. */
export const calls = {
  listOAuth2Clients: {},
  createOAuth2Client: { body: { client_id: 'created', grant_types: ['client_credentials'] } },
  getOAuth2Client: { id },
  setOAuth2Client: { id, body: { client_name: 'new' } },
  patchOAuth2Client: { id, body: [{ op: 'replace', path: '/client_name', value: 'new' }] },
  deleteOAuth2Client: { id },
  setOAuth2ClientLifespans: { id, body: {} },
  rotateOAuth2ClientSecret: { id },
  deleteRotatedOAuth2ClientSecrets: { id },
  getOAuth2LoginRequest: { login_challenge },
  acceptOAuth2LoginRequest: { login_challenge, body: { subject: 'alice' } },
  rejectOAuth2LoginRequest: { login_challenge },
  getOAuth2ConsentRequest: { consent_challenge },
  acceptOAuth2ConsentRequest: { consent_challenge, body: {} },
  rejectOAuth2ConsentRequest: { consent_challenge },
  getOAuth2LogoutRequest: { logout_challenge },
  acceptOAuth2LogoutRequest: { logout_challenge },
  rejectOAuth2LogoutRequest: { logout_challenge },
  listOAuth2ConsentSessions: { subject: id },
  revokeOAuth2ConsentSessions: { subject: id, all: true },
  revokeOAuth2LoginSessions: { subject: id },
  introspectOAuth2Token: { token: id },
  deleteOAuth2Token: { client_id: id },
  listTrustedOAuth2JwtGrantIssuers: {},
  trustOAuth2JwtGrantIssuer: {
    body: {
      issuer: 'https://issuer.example',
      subject: 'alice',
      scope: ['read'],
      expires_at: '2099-01-01T00:00:00Z',
      jwk: key,
    },
  },
  getTrustedOAuth2JwtGrantIssuer: { id: '00000000-0000-4000-8000-000000000000' },
  deleteTrustedOAuth2JwtGrantIssuer: { id: '00000000-0000-4000-8000-000000000000' },
  oAuth2Authorize: { client_id: id, response_type: 'code' },
  oauth2TokenExchange: { grant_type: 'client_credentials', basic },
  revokeOAuth2Token: { token: id, basic },
  oAuth2DeviceFlow: { basic },
  performOAuth2DeviceVerificationFlow: {},
  acceptUserCodeRequest: { device_challenge: id, body: { user_code: 'ABCDEFGH' } },
  discoverOidcConfiguration: {},
}
