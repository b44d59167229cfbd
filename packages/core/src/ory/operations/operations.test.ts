import { expect, test } from 'vitest'
import type { OperationData, Repeatable } from '../operation.ts'
import { operations } from './index.ts'

type Row = readonly [
  id: string,
  route: string,
  bucket: string,
  success: readonly number[],
  again: unknown,
]

const issuers = '/admin/trust/grants/jwt-bearer/issuers'
const requests = '/admin/oauth2/auth/requests'
const sessions = '/admin/oauth2/auth/sessions'

/** Ory's own list, in its order; the last column is what a second identical call comes to. */
const inventory: readonly Row[] = [
  ['listOAuth2Clients', 'GET /admin/clients', 'admin-medium', [200], 'same'],
  ['createOAuth2Client', 'POST /admin/clients', 'admin-low', [201], 'never'],
  ['getOAuth2Client', 'GET /admin/clients/{id}', 'admin-high', [200], 'same'],
  ['setOAuth2Client', 'PUT /admin/clients/{id}', 'admin-low', [200], 'same'],
  ['patchOAuth2Client', 'PATCH /admin/clients/{id}', 'admin-low', [200], 'depends'],
  ['deleteOAuth2Client', 'DELETE /admin/clients/{id}', 'admin-low', [204], 404],
  ['setOAuth2ClientLifespans', 'PUT /admin/clients/{id}/lifespans', 'admin-low', [200], 'same'],
  ['getOAuth2LoginRequest', `GET ${requests}/login`, 'admin-high', [200], 'same'],
  ['acceptOAuth2LoginRequest', `PUT ${requests}/login/accept`, 'admin-high', [200], 'same'],
  ['rejectOAuth2LoginRequest', `PUT ${requests}/login/reject`, 'admin-high', [200], 'same'],
  ['getOAuth2ConsentRequest', `GET ${requests}/consent`, 'admin-high', [200], 'same'],
  ['acceptOAuth2ConsentRequest', `PUT ${requests}/consent/accept`, 'admin-high', [200], 'same'],
  ['rejectOAuth2ConsentRequest', `PUT ${requests}/consent/reject`, 'admin-high', [200], 'same'],
  ['getOAuth2LogoutRequest', `GET ${requests}/logout`, 'admin-high', [200], 'same'],
  ['acceptOAuth2LogoutRequest', `PUT ${requests}/logout/accept`, 'admin-high', [200], 'same'],
  ['rejectOAuth2LogoutRequest', `PUT ${requests}/logout/reject`, 'admin-high', [204], 'same'],
  ['listOAuth2ConsentSessions', `GET ${sessions}/consent`, 'admin-high', [200], 'same'],
  ['revokeOAuth2ConsentSessions', `DELETE ${sessions}/consent`, 'admin-low', [204], 'same'],
  ['revokeOAuth2LoginSessions', `DELETE ${sessions}/login`, 'admin-low', [204], 'same'],
  ['introspectOAuth2Token', 'POST /admin/oauth2/introspect', 'admin-high', [200], 'same'],
  ['deleteOAuth2Token', 'DELETE /admin/oauth2/tokens', 'admin-low', [204], 'same'],
  ['listTrustedOAuth2JwtGrantIssuers', `GET ${issuers}`, 'admin-medium', [200], 'same'],
  ['trustOAuth2JwtGrantIssuer', `POST ${issuers}`, 'admin-low', [201], 'never'],
  ['getTrustedOAuth2JwtGrantIssuer', `GET ${issuers}/{id}`, 'admin-medium', [200], 'same'],
  ['deleteTrustedOAuth2JwtGrantIssuer', `DELETE ${issuers}/{id}`, 'admin-low', [204], 404],
  ['oAuth2Authorize', 'GET /oauth2/auth', 'public-medium', [302, 303], 'never'],
  ['oauth2TokenExchange', 'POST /oauth2/token', 'public-medium', [200], 'never'],
  ['revokeOAuth2Token', 'POST /oauth2/revoke', 'public-medium', [200], 'depends'],
  [
    'rotateOAuth2ClientSecret',
    'POST /admin/clients/{id}/secrets/rotate',
    'admin-low',
    [200],
    'never',
  ],
  [
    'deleteRotatedOAuth2ClientSecrets',
    'DELETE /admin/clients/{id}/secrets/rotate',
    'admin-low',
    [200],
    'same',
  ],
  ['oAuth2DeviceFlow', 'POST /oauth2/device/auth', 'public-high', [200], 'never'],
  [
    'performOAuth2DeviceVerificationFlow',
    'GET /oauth2/device/verify',
    'admin-high',
    [302, 303],
    'never',
  ],
  ['acceptUserCodeRequest', `PUT ${requests}/device/accept`, 'admin-high', [200], 'same'],
  [
    'discoverOidcConfiguration',
    'GET /.well-known/openid-configuration',
    'public-high',
    [200],
    'same',
  ],
]

const again = ({ already }: OperationData, repeatable: Repeatable<never>): unknown => {
  if (typeof repeatable === 'function') return 'depends'
  if (!repeatable) return 'never'

  return already ?? 'same'
}

test('has exactly the 34 operations', () => {
  expect(Object.keys(operations)).toHaveLength(34)
  expect(Object.keys(operations).sort()).toEqual(inventory.map(([id]) => id).sort())
})

test.each(Object.entries(operations))(
  'has the route, the rate bucket and the success of %s',
  (id, data) => {
    const { method, path, bucket, success, repeatable } = data

    expect([id, `${method} ${path}`, bucket, success, again(data, repeatable)]).toEqual(
      inventory.find(([name]) => name === id),
    )
  },
)

test('knows every operation that answers with the client of its id', () => {
  const answering = Object.entries(operations).filter(
    ([, { path, answer }]: [string, OperationData]) =>
      path.startsWith('/admin/clients') && answer === 'object',
  )

  expect(answering).toHaveLength(7)
  for (const [, data] of answering) expect(data).toMatchObject({ answersClient: true })
})

test('answers 410 as a value where a request is read, and nowhere else', () => {
  const gone = Object.entries(operations).filter(([, data]: [string, OperationData]) => data.gone)

  expect(gone.map(([id]) => id)).toEqual([
    'getOAuth2LoginRequest',
    'getOAuth2ConsentRequest',
    'getOAuth2LogoutRequest',
  ])
})

test('asks the public side for what browsers and OAuth 2.0 clients use, and the admin side for the rest', () => {
  const isPublic = (path: string) => !path.startsWith('/admin/')

  for (const { path, port } of Object.values(operations)) {
    expect(port).toBe(isPublic(path) ? 'public' : 'admin')
  }
})
