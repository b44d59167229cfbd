import { randomUUID } from 'node:crypto'
import { ConfigError, RefusedError, UnavailableError } from '@lapse/core/errors'
import { afterAll, expect, test, vi } from 'vitest'
import { bodyOf, offboardingStage, partsMessage, reasonsOf } from './offboarding-stage.ts'

const { ory, secrets, newClient, newSecret, trust, worked, workedMessages, stop } =
  await offboardingStage()

afterAll(stop)

/** What an event names to delete a client's only secret. */
const named = (clientId: string) => ({ mode: 'delete', secret_ids: [newSecret(clientId)] })

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
])(
  'leaves a secret alone that is %s, ends the client all the same, and says so',
  async (_name, make) => {
    const { client_id } = await newClient()
    const [own, foreign] = [newSecret(client_id), make()]
    const at = await worked(bodyOf({ client_id, mode: 'delete', secret_ids: [own, foreign] }))

    expect(reasonsOf(at)).toEqual([])
    expect((await secrets.describe(foreign))?.deletedAt).toBeUndefined()
    expect((await secrets.describe(own))?.deletedAt).toBeDefined()
    await expect(ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ rowMissing: true })
    expect(at.receipt).toMatchObject({ after: { secrets: 0, secrets_left_alone: 1 } })
    expect(at.receipt.notes).toContain(
      'secrets named that are not tagged with this client, and were left alone: 1',
    )
  },
)

test('takes a secret that is gone, or waits for its deletion, for deleted', async () => {
  const { client_id } = await newClient()
  const waiting = newSecret(client_id)
  await secrets.delete(waiting, 30)
  const { receipt } = await worked(
    bodyOf({ client_id, mode: 'delete', secret_ids: [waiting, 'never-was'] }),
  )

  expect(receipt.before).toMatchObject({ secrets: 0 })
})

test.each([
  ['a client', async () => ({ client_id: (await newClient()).client_id })],
  ['what an owner has', async () => ({ owner: `owner-${randomUUID()}` })],
])(
  'ends everything else of %s before a secret that cannot be read stops it',
  async (_what, named) => {
    const issuer = `https://${randomUUID()}.example`
    await trust(issuer)
    const data = { ...(await named()), mode: 'delete', issuers: [issuer], secret_ids: ['locked'] }
    const describe = vi.spyOn(secrets, 'describe').mockRejectedValueOnce(new RefusedError('locked'))
    describe.mockRejectedValueOnce(new RefusedError('locked'))
    const at = await worked(bodyOf(data))
    describe.mockRestore()

    expect(reasonsOf(at)).toEqual(['locked'])
    expect(at.ledger.rows.filter(({ receipt }) => receipt === undefined)).toHaveLength(1)
    expect((await ory.listTrustedOAuth2JwtGrantIssuers({ issuer })).items).toEqual([])
    if ('client_id' in data)
      await expect(ory.getOAuth2Client({ id: String(data.client_id) })).rejects.toMatchObject({
        rowMissing: true,
      })
  },
)

/** What the port throws where AWS does not let us see a secret. */
const hidden = (secretId: string) => new ConfigError(`secret ${secretId}`, { denied: true })

test('refuses a secret that AWS hides from us by name, and calls nobody for it', async () => {
  const { client_id } = await newClient()
  const describe = vi.spyOn(secrets, 'describe').mockImplementation(async (id) => {
    throw hidden(id)
  })
  const at = await worked(bodyOf({ client_id, mode: 'delete', secret_ids: ['payroll/keys'] }))
  describe.mockRestore()

  expect(reasonsOf(at)).toEqual(['secret-not-visible'])
  expect(at.metrics.counts).not.toHaveProperty('ConfigurationErrors')
  expect(at.metrics.counts).not.toHaveProperty('Deferred')
  await expect(ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ rowMissing: true })
})

test.each([
  ['its name', 'lapse/test/clients/Mail'],
  [
    'its ARN',
    'arn:aws:secretsmanager:eu-west-1:000000000000:secret:lapse/test/clients/Mail-AbCdEf',
  ],
  [
    'a part of its ARN',
    'arn:aws:secretsmanager:eu-west-1:000000000000:secret:lapse/test/clients/Mail',
  ],
])('alarms where AWS hides a secret of our own, by %s', async (_what, secretId) => {
  const { client_id } = await newClient()
  const real = secrets.describe.bind(secrets)
  const describe = vi.spyOn(secrets, 'describe').mockRejectedValueOnce(hidden(secretId))
  describe.mockRejectedValueOnce(hidden(secretId)).mockImplementation(real)
  const at = await worked(bodyOf({ client_id, mode: 'delete', secret_ids: [secretId] }))
  describe.mockRestore()

  expect(reasonsOf(at)).toEqual([])
  expect(at.metrics.counts).toMatchObject({ ConfigurationErrors: 1, Deferred: 1 })
  expect(at.receipt).toMatchObject({ result: 'done' })
})

test('waits for a secret that cannot be read just now before it refuses one that is hidden', async () => {
  const { client_id } = await newClient()
  const [hiddenOne, busy] = ['payroll/keys', newSecret(client_id)]
  const real = secrets.describe.bind(secrets)
  const asked = { count: 0 }
  const describe = vi.spyOn(secrets, 'describe').mockImplementation(async (id) => {
    asked.count += 1
    if (id === hiddenOne) throw hidden(id)
    if (asked.count <= 4) throw new UnavailableError(`secret ${id}`, 'ThrottlingException')
    return real(id)
  })
  const at = await worked(bodyOf({ client_id, mode: 'delete', secret_ids: [hiddenOne, busy] }))
  describe.mockRestore()

  expect(reasonsOf(at)).toEqual(['secret-not-visible'])
  expect(at.metrics.counts).toMatchObject({ Deferred: 1 })
  expect((await secrets.describe(busy))?.deletedAt).toBeDefined()
})

test.each([
  ['a client', (client_id: string) => worked(bodyOf({ client_id, ...named(client_id) }))],
  [
    'what an owner has',
    async (client_id: string) => {
      const owner = `owner-${randomUUID()}`
      const body = [{ op: 'add', path: '/owner', value: owner }] as const
      await ory.patchOAuth2Client({ id: client_id, body })
      return workedMessages([partsMessage({ owner, ...named(client_id) })])
    },
  ],
])('waits for a secret of %s that can be read only at the second look', async (_what, work) => {
  const { client_id } = await newClient()
  const real = secrets.describe.bind(secrets)
  const busy = new UnavailableError('a secret', 'ThrottlingException')
  const describe = vi.spyOn(secrets, 'describe').mockRejectedValueOnce(busy)
  describe.mockImplementation(real)
  const at = await work(client_id)
  describe.mockRestore()

  expect(at.metrics.counts).toMatchObject({ Deferred: 1 })
  expect(at.metrics.counts).not.toHaveProperty('VerificationFailures')
  expect(reasonsOf(at)).toEqual([])
  expect(at.receipt).toMatchObject({ result: 'done', after: { secrets: 0 } })
  expect(at.receipt.steps.map(({ op }) => op)).toContain('secrets.delete')
})
