import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { bodyOf, offboardingStage, reasonsOf } from './offboarding-stage.ts'

const { ory, secrets, newClient, worked, stop } = await offboardingStage()

afterAll(stop)

const newSecret = (clientId: string) =>
  secrets.create(`secret-${randomUUID()}`, '{}', { tags: { 'lapse:client_id': clientId } })

test('deletes a client’s own secret after its rotation is ended', async () => {
  const { client_id } = await newClient()
  const secret = newSecret(client_id)
  const { receipt } = await worked(bodyOf({ client_id, mode: 'delete', secret_ids: [secret] }))

  expect(await secrets.describe(secret)).toMatchObject({
    rotationEnabled: false,
    deletedAt: expect.any(Number),
  })
  expect(receipt).toMatchObject({ before: { secrets: 1 }, after: { secrets: 0 } })
  expect(receipt.steps.slice(-2).map(({ op, status }) => [op, status])).toEqual([
    ['secrets.cancelRotation', 'acknowledged'],
    ['secrets.delete', 'observed'],
  ])
})

test.each([
  ['another client’s', (): string => newSecret('somebody-else')],
  ['nobody’s', (): string => secrets.create(`secret-${randomUUID()}`, '{}')],
])('refuses to delete a secret that is %s, and touches nothing', async (_name, make) => {
  const { client_id } = await newClient()
  const secret = make()
  const at = await worked(bodyOf({ client_id, mode: 'delete', secret_ids: [secret] }))

  expect(reasonsOf(at)).toEqual(['secret-of-another-client'])
  expect((await secrets.describe(secret))?.deletedAt).toBeUndefined()
  expect((await ory.getOAuth2Client({ id: client_id })).client_id).toBe(client_id)
})

test('deletes of an owner’s secrets each with its own client', async () => {
  const owner = `owner-${randomUUID()}`
  const clients = [await newClient({ owner }), await newClient({ owner })]
  const own = clients.map(({ client_id }) => newSecret(client_id))
  const foreign = newSecret('somebody-else')
  await worked(bodyOf({ owner, mode: 'delete', secret_ids: [...own, foreign] }))

  const deleted = await Promise.all(
    [...own, foreign].map(async (secret) => (await secrets.describe(secret))?.deletedAt),
  )
  expect(deleted.map((at) => at !== undefined)).toEqual([true, true, false])
})

test('takes a secret that is gone, or waits for its deletion, for deleted', async () => {
  const { client_id } = await newClient()
  const waiting = newSecret(client_id)
  await secrets.delete(waiting, 30)
  const { receipt } = await worked(
    bodyOf({ client_id, mode: 'delete', secret_ids: [waiting, 'never-was'] }),
  )

  expect(receipt.before).toMatchObject({ secrets: 0 })
})
