import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const publicUrl = 'http://127.0.0.1:4444'
const hour = 3_600_000

test('is set as Hydra is by default', () => {
  expect(readSettings({})(publicUrl)).toEqual({
    profile: 'head',
    accounts: false,
    issuer: publicUrl,
    loginUrl: `${publicUrl}/oauth2/fallbacks/login`,
    consentUrl: `${publicUrl}/oauth2/fallbacks/consent`,
    logoutUrl: `${publicUrl}/oauth2/fallbacks/logout`,
    errorUrl: `${publicUrl}/oauth2/fallbacks/error`,
    postLogoutUrl: `${publicUrl}/oauth2/fallbacks/logout/callback`,
    deviceVerificationUrl: `${publicUrl}/oauth2/fallbacks/device`,
    deviceDoneUrl: `${publicUrl}/oauth2/fallbacks/device/done`,
    loginConsentTtlMs: hour / 2,
    accessTokenLifespanMs: hour,
    idTokenLifespanMs: hour,
    refreshTokenLifespanMs: 720 * hour,
    authCodeLifespanMs: hour / 6,
    loginSessionLifespanMs: 720 * hour,
    accessTokenStrategy: 'opaque',
    takesRotatedSecret: false,
    refreshGraceMs: 0,
    refreshGraceReuses: 0,
    pkceOf: 'nobody',
    subjectTypes: ['public'],
    pairwiseSalt: '',
    dynamicRegistration: false,
    clientIdMetadataDocument: false,
    defaultScope: ['offline_access', 'offline', 'openid'],
  })
})

test('is set as it is told', () => {
  const options = {
    profile: 'network',
    urls: {
      issuer: 'https://issuer.example/',
      login: 'https://app.example/login',
      consent: 'https://app.example/consent',
      logout: 'https://app.example/logout',
      error: 'https://app.example/error',
      postLogoutRedirect: 'https://app.example/bye',
      deviceVerification: 'https://app.example/device',
      deviceSuccess: 'https://app.example/done',
    },
    ttl: {
      loginConsentRequest: '1s',
      accessToken: '2s',
      idToken: '3s',
      refreshToken: '4s',
      authCode: '5s',
      loginSession: '6s',
    },
    accessTokenStrategy: 'opaque',
    refreshToken: { rotationGracePeriod: '7s', rotationGraceReuseCount: 8 },
    pkce: { enforcedForPublicClients: true },
    subjectIdentifiers: { supportedTypes: ['pairwise'], salt: 'a salt of many bytes' },
    dynamicClientRegistration: { enabled: true, defaultScope: ['read'] },
    clientIdMetadataDocument: true,
  } as const

  expect(readSettings(options)(publicUrl)).toEqual({
    profile: 'head',
    accounts: true,
    issuer: 'https://issuer.example',
    loginUrl: 'https://app.example/login',
    consentUrl: 'https://app.example/consent',
    logoutUrl: 'https://app.example/logout',
    errorUrl: 'https://app.example/error',
    postLogoutUrl: 'https://app.example/bye',
    deviceVerificationUrl: 'https://app.example/device',
    deviceDoneUrl: 'https://app.example/done',
    loginConsentTtlMs: 1_000,
    accessTokenLifespanMs: 2_000,
    idTokenLifespanMs: 3_000,
    refreshTokenLifespanMs: 4_000,
    authCodeLifespanMs: 5_000,
    loginSessionLifespanMs: 6_000,
    accessTokenStrategy: 'opaque',
    takesRotatedSecret: true,
    refreshGraceMs: 7_000,
    refreshGraceReuses: 8,
    pkceOf: 'public clients',
    subjectTypes: ['pairwise'],
    pairwiseSalt: 'a salt of many bytes',
    dynamicRegistration: true,
    clientIdMetadataDocument: true,
    defaultScope: ['read'],
  })
})
