import { type OperationId, operations } from '@lapse/core/ory'
import { startLogout } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import {
  createBareClient,
  createClient,
  newSubject,
  redirectUri,
  trustIssuer,
  unique,
} from './setup/created.ts'
import { adminUrl, features, ory, publicUrl } from './setup/server.ts'
import { sentWith, signIn, startConsent, startSignIn } from './setup/sign-in.ts'
import { newSigningKey } from './setup/signing-key.ts'
import { configurationError } from './setup/thrown.ts'

const trustSomebody = async () => {
  const { jwk } = await newSigningKey('k1', 'ES256')
  const issuer = `https://${unique('issuer')}.example`

  return trustIssuer({ issuer, subject: 'u1', jwk, expires_at: '2099-01-01T00:00:00Z' })
}

const aTrustedIssuer = async () => ({ id: (await trustSomebody()).id })

const startSomeLogout = async (): Promise<{ readonly logout_challenge: string }> => {
  const { browser } = await signIn(await createClient(), { rememberLogin: true })
  const step = await startLogout({ adminUrl, publicUrl, browser })

  return { logout_challenge: 'challenge' in step ? step.challenge : '' }
}

const aLogin = async () => {
  const { challenge } = await startSignIn(await createClient())

  return { login_challenge: challenge }
}

const aConsent = async () => {
  const { challenge } = await startConsent(await createClient())

  return { consent_challenge: challenge }
}

const aClient = async () => ({ id: (await createClient()).client_id })

const openDevicePage = async (): Promise<{ readonly device_challenge: string }> => {
  const { location } = await ory.performOAuth2DeviceVerificationFlow({})

  return { device_challenge: sentWith(location, 'device_challenge') ?? '' }
}

const redirects = { redirect_to: expect.stringMatching(/^http/) }
const nothing = undefined

type Success = readonly [made: () => PromiseLike<unknown>, answered: unknown]

/** One success of each operation: a call that is in order, and what it answers with. */
const successes: Readonly<Record<OperationId, Success>> = {
  listOAuth2Clients: [
    async () => ory.listOAuth2Clients({ owner: unique('owner') }),
    { items: [], nextPageToken: undefined },
  ],
  createOAuth2Client: [createBareClient, expect.objectContaining({ owner: '' })],
  getOAuth2Client: [
    async () => ory.getOAuth2Client(await aClient()),
    expect.objectContaining({ redirect_uris: [redirectUri] }),
  ],
  setOAuth2Client: [
    async () => ory.setOAuth2Client({ ...(await aClient()), body: { owner: 'o' } }),
    expect.objectContaining({ owner: 'o' }),
  ],
  patchOAuth2Client: [
    async () =>
      ory.patchOAuth2Client({
        ...(await aClient()),
        body: [{ op: 'replace', path: '/owner', value: 'o' }],
      }),
    expect.objectContaining({ owner: 'o' }),
  ],
  deleteOAuth2Client: [async () => ory.deleteOAuth2Client(await aClient()), nothing],
  setOAuth2ClientLifespans: [
    async () =>
      ory.setOAuth2ClientLifespans({
        ...(await aClient()),
        body: { implicit_grant_id_token_lifespan: '1m' },
      }),
    expect.objectContaining({ implicit_grant_id_token_lifespan: '1m0s' }),
  ],
  getOAuth2LoginRequest: [
    async () => ory.getOAuth2LoginRequest(await aLogin()),
    expect.objectContaining({ skip: false }),
  ],
  acceptOAuth2LoginRequest: [
    async () =>
      ory.acceptOAuth2LoginRequest({ ...(await aLogin()), body: { subject: newSubject() } }),
    redirects,
  ],
  rejectOAuth2LoginRequest: [async () => ory.rejectOAuth2LoginRequest(await aLogin()), redirects],
  getOAuth2ConsentRequest: [
    async () => ory.getOAuth2ConsentRequest(await aConsent()),
    expect.objectContaining({ skip: false }),
  ],
  acceptOAuth2ConsentRequest: [
    async () => ory.acceptOAuth2ConsentRequest({ ...(await aConsent()), body: {} }),
    redirects,
  ],
  rejectOAuth2ConsentRequest: [
    async () => ory.rejectOAuth2ConsentRequest(await aConsent()),
    redirects,
  ],
  getOAuth2LogoutRequest: [
    async () => ory.getOAuth2LogoutRequest(await startSomeLogout()),
    expect.objectContaining({ rp_initiated: false }),
  ],
  acceptOAuth2LogoutRequest: [
    async () => ory.acceptOAuth2LogoutRequest(await startSomeLogout()),
    redirects,
  ],
  rejectOAuth2LogoutRequest: [
    async () => ory.rejectOAuth2LogoutRequest(await startSomeLogout()),
    nothing,
  ],
  listOAuth2ConsentSessions: [
    async () => ory.listOAuth2ConsentSessions({ subject: newSubject() }),
    { items: [], nextPageToken: undefined },
  ],
  revokeOAuth2ConsentSessions: [
    async () => ory.revokeOAuth2ConsentSessions({ subject: newSubject(), all: true }),
    nothing,
  ],
  revokeOAuth2LoginSessions: [
    async () => ory.revokeOAuth2LoginSessions({ subject: newSubject() }),
    nothing,
  ],
  introspectOAuth2Token: [
    async () => ory.introspectOAuth2Token({ token: 'no-such-token' }),
    { active: false },
  ],
  deleteOAuth2Token: [
    async () => ory.deleteOAuth2Token({ client_id: (await aClient()).id }),
    nothing,
  ],
  listTrustedOAuth2JwtGrantIssuers: [
    async () => ory.listTrustedOAuth2JwtGrantIssuers({ issuer: unique('issuer') }),
    { items: [], nextPageToken: undefined },
  ],
  trustOAuth2JwtGrantIssuer: [trustSomebody, expect.objectContaining({ subject: 'u1' })],
  getTrustedOAuth2JwtGrantIssuer: [
    async () => ory.getTrustedOAuth2JwtGrantIssuer(await aTrustedIssuer()),
    expect.objectContaining({ subject: 'u1' }),
  ],
  deleteTrustedOAuth2JwtGrantIssuer: [
    async () => ory.deleteTrustedOAuth2JwtGrantIssuer(await aTrustedIssuer()),
    nothing,
  ],
  oAuth2Authorize: [
    async () =>
      ory.oAuth2Authorize({
        client_id: (await aClient()).id,
        response_type: 'code',
        redirect_uri: redirectUri,
        state: 'state-12345678',
      }),
    expect.objectContaining({ status: 302 }),
  ],
  oauth2TokenExchange: [
    async () =>
      ory.oauth2TokenExchange({
        grant_type: 'client_credentials',
        basic: (await createClient()).basic,
      }),
    expect.objectContaining({ token_type: 'bearer' }),
  ],
  revokeOAuth2Token: [
    async () => ory.revokeOAuth2Token({ token: 'any', basic: (await createClient()).basic }),
    nothing,
  ],
  rotateOAuth2ClientSecret: [
    async () => ory.rotateOAuth2ClientSecret(await aClient()),
    expect.objectContaining({ client_secret: expect.any(String) }),
  ],
  deleteRotatedOAuth2ClientSecrets: [
    async () => ory.deleteRotatedOAuth2ClientSecrets(await aClient()),
    expect.objectContaining({ redirect_uris: [redirectUri] }),
  ],
  oAuth2DeviceFlow: [
    async () => ory.oAuth2DeviceFlow({ basic: (await createClient()).basic }),
    expect.objectContaining({ interval: 5 }),
  ],
  performOAuth2DeviceVerificationFlow: [
    async () => ory.performOAuth2DeviceVerificationFlow({}),
    expect.objectContaining({ status: 302 }),
  ],
  acceptUserCodeRequest: [
    async () => {
      const { user_code } = await ory.oAuth2DeviceFlow({ basic: (await createClient()).basic })
      return ory.acceptUserCodeRequest({ ...(await openDevicePage()), body: { user_code } })
    },
    redirects,
  ],
  discoverOidcConfiguration: [
    () => ory.discoverOidcConfiguration(),
    expect.objectContaining({ issuer: expect.stringMatching(/^http/) }),
  ],
}

/** Those that the server at hand has no route for. */
const lacking: readonly string[] = features.secretRotation
  ? []
  : ['rotateOAuth2ClientSecret', 'deleteRotatedOAuth2ClientSecrets']

const cases = Object.entries(successes)

test('has 34 operations', () => {
  expect(cases.map(([id]) => id).toSorted()).toEqual(Object.keys(operations).toSorted())
  expect(cases).toHaveLength(34)
})

test.each(cases.filter(([id]) => !lacking.includes(id)))('%s', async (_id, [made, answered]) => {
  expect(await made()).toEqual(answered)
})

test.each(cases.filter(([id]) => lacking.includes(id)))(
  '%s, which this server has no route for',
  async (_id, [made]) => {
    expect(await configurationError(made())).toMatchObject({ reason: 'route-not-found' })
  },
)
