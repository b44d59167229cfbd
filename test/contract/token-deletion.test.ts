import { expect, test } from 'vitest'
import { createClient, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { isRemembered, signIn } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { areActive, clientCredentials, isActive, refresh } from './setup/tokens.ts'

test('deletes the access tokens of a client, of every subject and grant', async () => {
  const client = await createClient()
  const [one, other] = [await signIn(client), await signIn(client)]
  const own = await clientCredentials(client)

  const answered = await ory.deleteOAuth2Token({ client_id: client.client_id })

  expect(answered).toBeUndefined()
  expect(await areActive(one.access_token, other.access_token, own.access_token)).toEqual([
    false,
    false,
    false,
  ])
})

test('deletes no refresh token, and the next access token is minted at once', async () => {
  const client = await createClient()
  const { access_token, refresh_token } = await signIn(client)

  await ory.deleteOAuth2Token({ client_id: client.client_id })

  expect(await areActive(access_token, refresh_token)).toEqual([false, true])
  const next = await refresh(client, refresh_token)
  expect(await isActive(next.access_token)).toBe(true)
})

test('deletes no token of another client', async () => {
  const [client, bystander] = [await createClient(), await createClient()]
  const { access_token } = await clientCredentials(bystander)

  await ory.deleteOAuth2Token({ client_id: client.client_id })

  expect(await isActive(access_token)).toBe(true)
})

test('answers the second time, and for an unknown client, as it does the first', async () => {
  const { client_id } = await createClient()

  const nothingAnswered = [
    await ory.deleteOAuth2Token({ client_id }),
    await ory.deleteOAuth2Token({ client_id }),
    await ory.deleteOAuth2Token({ client_id: unique('unknown') }),
  ]

  expect(nothingAnswered).toEqual(Array(3).fill(undefined))
})

test('deletes with a client its tokens and consents, but not the login session', async () => {
  const [deleted, kept] = [await createClient(), await createClient()]
  const signedIn = await signIn(deleted, { rememberLogin: true })
  const { subject, browser, access_token, refresh_token } = signedIn
  const elsewhere = await signIn(kept, { subject, browser })
  const own = await clientCredentials(deleted)

  await ory.deleteOAuth2Client({ id: deleted.client_id })

  expect(await areActive(access_token, refresh_token, own.access_token)).toEqual([
    false,
    false,
    false,
  ])
  const { items } = await ory.listOAuth2ConsentSessions({ subject })
  expect(items.map(({ consent_request_id }) => consent_request_id)).toEqual([
    elsewhere.consentRequestId,
  ])
  expect(await areActive(elsewhere.access_token, elsewhere.refresh_token)).toEqual([true, true])
  expect(await isRemembered(kept, signedIn)).toBe(true)
  expect(await apiError(refresh(deleted, refresh_token))).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  })
})

test('brings no token back when a client is made anew under the same id', async () => {
  const client = await createClient()
  const { access_token, refresh_token } = await signIn(client)
  await ory.deleteOAuth2Client({ id: client.client_id })

  await createClient({ client_id: client.client_id })

  expect(await areActive(access_token, refresh_token)).toEqual([false, false])
})
