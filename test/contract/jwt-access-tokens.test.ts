import { decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { createClient } from './setup/created.ts'
import { verifiedClaims } from './setup/relying-party.ts'
import { ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { areActive, clientCredentials, introspect, isActive } from './setup/tokens.ts'

const audience = 'https://api.example'

/** A client whose access tokens are JWTs, meant for one API. */
const createJwtClient = () => createClient({ access_token_strategy: 'jwt', audience: [audience] })

test('gives a client JWTs for access tokens where it is told to', async () => {
  const client = await createJwtClient()

  const { access_token } = await clientCredentials(client, { scope: 'read', audience })

  expect(decodeProtectedHeader(access_token)).toMatchObject({ alg: 'RS256', typ: 'JWT' })
  expect(await verifiedClaims(access_token, audience)).toMatchObject({
    client_id: client.client_id,
    sub: client.client_id,
    scp: ['read'],
    ext: {},
    jti: expect.stringMatching(/./),
  })
  expect(await introspect(access_token)).toMatchObject({ active: true, scope: 'read' })
})

test('says in a JWT what the consent app put into it; the refresh token stays opaque', async () => {
  const { access_token, refresh_token, subject } = await signIn(await createJwtClient(), {
    audience: [audience],
    session: { access_token: { tenant: 't1' } },
  })

  expect(await verifiedClaims(access_token, audience)).toMatchObject({
    sub: subject,
    scp: ['openid', 'offline', 'read'],
    ext: { tenant: 't1' },
  })
  expect(refresh_token).toMatch(/^ory_rt_/)
})

test.each([
  [
    'consents are revoked',
    ({ subject }: { readonly subject: string }) =>
      ory.revokeOAuth2ConsentSessions({ subject, all: true }),
  ],
  [
    'its client loses its tokens',
    ({ client_id }: { readonly client_id: string }) => ory.deleteOAuth2Token({ client_id }),
  ],
  [
    'its client is deleted',
    ({ client_id }: { readonly client_id: string }) => ory.deleteOAuth2Client({ id: client_id }),
  ],
])('is inactive once %s, and verifies offline all the same', async (_when, end) => {
  const client = await createJwtClient()
  const { access_token, subject } = await signIn(client, { audience: [audience] })
  expect(await isActive(access_token)).toBe(true)

  await end({ subject, client_id: client.client_id })

  expect(await introspect(access_token)).toEqual({ active: false })
  expect(await verifiedClaims(access_token, audience)).toMatchObject({ sub: subject })
})

test('is inactive while its client has opaque tokens, and active again when it has JWTs again', async () => {
  const client = await createJwtClient()
  const { access_token, refresh_token } = await signIn(client, { audience: [audience] })
  const give = (value: 'opaque' | 'jwt') =>
    ory.patchOAuth2Client({
      id: client.client_id,
      body: [{ op: 'replace', path: '/access_token_strategy', value }],
    })

  await give('opaque')
  expect(await areActive(access_token, refresh_token)).toEqual([false, true])

  await give('jwt')
  expect(await areActive(access_token, refresh_token)).toEqual([true, true])
})
