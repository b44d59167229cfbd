import { expect, test } from 'vitest'
import { allOperations, routesOf } from './routes.ts'

/** Ory's OAuth2 operations with the rate buckets its specification gives them. */
const buckets = {
  listOAuth2Clients: 'admin-medium',
  createOAuth2Client: 'admin-low',
  getOAuth2Client: 'admin-high',
  setOAuth2Client: 'admin-low',
  patchOAuth2Client: 'admin-low',
  deleteOAuth2Client: 'admin-low',
  setOAuth2ClientLifespans: 'admin-low',
  getOAuth2LoginRequest: 'admin-high',
  acceptOAuth2LoginRequest: 'admin-high',
  rejectOAuth2LoginRequest: 'admin-high',
  getOAuth2ConsentRequest: 'admin-high',
  acceptOAuth2ConsentRequest: 'admin-high',
  rejectOAuth2ConsentRequest: 'admin-high',
  getOAuth2LogoutRequest: 'admin-high',
  acceptOAuth2LogoutRequest: 'admin-high',
  rejectOAuth2LogoutRequest: 'admin-high',
  listOAuth2ConsentSessions: 'admin-high',
  revokeOAuth2ConsentSessions: 'admin-low',
  revokeOAuth2LoginSessions: 'admin-low',
  introspectOAuth2Token: 'admin-high',
  deleteOAuth2Token: 'admin-low',
  listTrustedOAuth2JwtGrantIssuers: 'admin-medium',
  trustOAuth2JwtGrantIssuer: 'admin-low',
  getTrustedOAuth2JwtGrantIssuer: 'admin-medium',
  deleteTrustedOAuth2JwtGrantIssuer: 'admin-low',
  oAuth2Authorize: 'public-medium',
  oauth2TokenExchange: 'public-medium',
  revokeOAuth2Token: 'public-medium',
  rotateOAuth2ClientSecret: 'admin-low',
  deleteRotatedOAuth2ClientSecrets: 'admin-low',
}

const device = ['oAuth2DeviceFlow', 'performOAuth2DeviceVerificationFlow', 'acceptUserCodeRequest']

test('serves the thirty-four operations', () => {
  const wanted = [...Object.keys(buckets), ...device, 'discoverOidcConfiguration']

  expect(wanted).toHaveLength(34)
  expect(wanted.filter((operation) => !allOperations.has(operation))).toEqual([])
})

test.each(Object.entries(buckets))('counts %s in %s', (operation, bucket) => {
  const counted = routesOf('head').filter((route) => route.operation === operation)

  expect(counted.map((route) => route.bucket)).toEqual(counted.map(() => bucket))
  expect(counted.length).toBeGreaterThan(0)
})

test.each(['head', 'v26.2'] as const)('no route of %s hides another', (profile) => {
  const places = routesOf(profile).map(
    ({ port, method, path }) => `${port} ${method} ${path.replaceAll(/\{.*?\}/g, '{}')}`,
  )

  expect(places).toEqual([...new Set(places)])
})

test('the older profile lacks secret rotation', () => {
  const operations = (profile: 'head' | 'v26.2') =>
    new Set(routesOf(profile).map(({ operation }) => operation))

  expect([...operations('head').difference(operations('v26.2'))]).toEqual([
    'rotateOAuth2ClientSecret',
    'deleteRotatedOAuth2ClientSecrets',
  ])
})
