import { expect, test } from 'vitest'
import { createClient } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { areActive, isActive, refresh } from './setup/tokens.ts'

/*
 * A token is found by what follows its dot alone. What stands before it is looked at where a token
 * is used, and not where it is revoked.
 */

const signatureOf = (token: string): string => token.split('.').at(-1) ?? ''

test.each([
  ['without what is before the dot', (token: string) => `.${signatureOf(token)}`],
  ['under a wrong prefix', (token: string) => token.replace(/^ory_.._/, 'ory_xx_')],
  ['with something else before the dot', (token: string) => `x.${signatureOf(token)}`],
])('revokes the whole chain by a token %s', async (_how, reshaped) => {
  for (const kind of ['access_token', 'refresh_token'] as const) {
    const client = await createClient()
    const signedIn = await signIn(client)

    await ory.revokeOAuth2Token({ token: reshaped(signedIn[kind]), basic: client.basic })

    expect(await areActive(signedIn.access_token, signedIn.refresh_token)).toEqual([false, false])
  }
})

test('refuses a refresh token with something else before the dot as malformed, and leaves the chain', async () => {
  const client = await createClient()
  const { access_token, refresh_token } = await signIn(client)

  const error = await apiError(refresh(client, `ory_rt_AAAA.${signatureOf(refresh_token)}`))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  expect(await areActive(access_token, refresh_token)).toEqual([true, true])
})

test('ends the chain by the signature of a refresh token that was used before', async () => {
  const client = await createClient()
  const { refresh_token } = await signIn(client)
  const next = await refresh(client, refresh_token)

  const error = await apiError(refresh(client, `.${signatureOf(refresh_token)}`))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await areActive(next.access_token, next.refresh_token ?? '')).toEqual([false, false])
})

test('takes a token without its prefix, and none of which a part is missing', async () => {
  const { access_token } = await signIn(await createClient())

  expect(await isActive(access_token.replace('ory_at_', ''))).toBe(true)
  expect(await areActive(`.${signatureOf(access_token)}`, `x.${access_token}`)).toEqual([
    false,
    false,
  ])
})

test('takes a JWT with all of its parts alone', async () => {
  const { access_token } = await signIn(await createClient({ access_token_strategy: 'jwt' }))
  const [header, claims, signature] = access_token.split('.')

  expect(await isActive(access_token)).toBe(true)
  expect(await areActive(`.${claims}.${signature}`, `${header}..${signature}`)).toEqual([
    false,
    false,
  ])
})
