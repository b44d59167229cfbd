import { expect, test } from 'vitest'
import { createBareClient, createClient, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { areActive } from './setup/tokens.ts'

/*
 * A server may turn callers away whose transactions meet in its database; how many is its own
 * matter. What it leaves behind is not.
 */

const fiveTimes = async (call: () => Promise<unknown>): Promise<number> => {
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, call))

  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

test('creates a client once when it is created five times at once', async () => {
  const client_id = unique('contended')

  const created = await fiveTimes(() => createBareClient({ client_id }))

  expect(created).toBe(1)
  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({ client_id })
})

test('leaves nothing of a grant when it is revoked five times at once', async () => {
  const { subject, access_token, refresh_token } = await signIn(await createClient())

  const revoked = await fiveTimes(() => ory.revokeOAuth2ConsentSessions({ subject, all: true }))

  expect(revoked).toBeGreaterThan(0)
  expect(await areActive(access_token, refresh_token)).toEqual([false, false])
  expect(await ory.listOAuth2ConsentSessions({ subject })).toMatchObject({ items: [] })
})
