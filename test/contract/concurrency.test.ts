import { expect, test } from 'vitest'
import { createBareClient, createClient, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { areActive, refresh } from './setup/tokens.ts'

const fiveTimes = <Answer>(call: () => Promise<Answer>) =>
  Promise.allSettled(Array.from({ length: 5 }, call))

const statusesOf = (outcomes: readonly PromiseSettledResult<unknown>[]): readonly number[] =>
  outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 200 : outcome.reason.status))

test('creates a client once when it is created five times at once', async () => {
  const client_id = unique('contended')

  const outcomes = await fiveTimes(() => createBareClient({ client_id }))

  expect(statusesOf(outcomes).toSorted()).toEqual([200, 409, 409, 409, 409])
})

test('leaves nothing of a grant when it is revoked five times at once', async () => {
  const { subject, access_token, refresh_token } = await signIn(await createClient())

  const outcomes = await fiveTimes(() => ory.revokeOAuth2ConsentSessions({ subject, all: true }))

  expect(statusesOf(outcomes)).toEqual([200, 200, 200, 200, 200])
  expect(await areActive(access_token, refresh_token)).toEqual([false, false])
})

test('ends a chain whose refresh token is used five times at once, the winner’s tokens too', async () => {
  const client = await createClient()
  const { refresh_token } = await signIn(client)

  const outcomes = await fiveTimes(() => refresh(client, refresh_token))

  const won = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value.access_token] : [],
  )
  expect(statusesOf(outcomes)).toContain(400)
  expect(await areActive(...won)).toEqual(won.map(() => false))
})
