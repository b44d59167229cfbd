import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { bodyOf, offboardingStage } from './offboarding-stage.ts'
import { fatesAlone } from './stage.ts'

const { ory, secrets, newClient, newSecret, trust, offboardingWorld, worked, stop } =
  await offboardingStage()

afterAll(stop)

test('ten deliveries of an event at the same time have one effect', async () => {
  const client = await newClient()
  const at = offboardingWorld()
  const body = bodyOf({ client_id: client.client_id, mode: 'suspend' })
  for (let copy = 0; copy < 10; copy += 1) await at.queue.send({ body, attributes: {} })
  for (let copy = 0; copy < 10; copy += 1) await at.play({ kind: 'deliver', pick: 0 })
  for (let turn = 0; turn < 60; turn += 1)
    await at.play({ kind: 'step', pick: turn, fate: 'go-on' })
  await at.settle()

  expect(at.ledger.rows.filter(({ receipt }) => receipt !== undefined)).toHaveLength(1)
  expect(at.made.map(({ op }) => op)).toEqual(['patchOAuth2Client', 'deleteOAuth2Token'])
})

test.each(['delete', 'suspend', 'restore'])(
  'a death, a failure or a lost answer at any single call of a %s ends in the same state',
  async (mode) => {
    const points = { explored: 0 }
    for (const fate of fatesAlone) {
      for (let call = 0, over = false; !over; call += 1) {
        const client = await newClient()
        const id = client.client_id
        const { updated_at: _before, ...before } = await ory.getOAuth2Client({ id })
        if (mode === 'restore') await worked(bodyOf({ client_id: id, mode: 'suspend' }))
        const at = offboardingWorld()
        await at.queue.send({ body: bodyOf({ client_id: id, mode }), attributes: {} })
        await at.play({ kind: 'deliver', pick: 0 })
        over = !(await at.settleAfter(call, fate))

        expect(at.queue.deadLetters).toEqual([])
        expect(at.ledger.rows.map(({ receipt }) => receipt?.result)).toEqual(['done'])
        const after = await ory.getOAuth2Client({ id }).catch(() => undefined)
        if (mode === 'delete') expect(after).toBeUndefined()
        if (mode === 'suspend') expect(after?.metadata).toHaveProperty('lapse_suspended')
        if (mode === 'restore') expect(after).toMatchObject(before)
        points.explored += over ? 0 : 1
      }
    }
    console.log(`app-offboarded, ${mode}: ${points.explored} points of failure explored`)
    expect(points.explored).toBeGreaterThan(30)
  },
)

test('a death, a failure or a lost answer at any single call of an owner’s offboarding ends in the same state', async () => {
  const points = { explored: 0 }
  for (const fate of fatesAlone) {
    for (let call = 0, over = false; !over; call += 1) {
      const owner = `owner-${randomUUID()}`
      const issuer = `https://${randomUUID()}.example`
      const { client_id } = await newClient({ owner })
      await trust(issuer)
      const secret = newSecret(client_id)
      const at = offboardingWorld()
      const data = { owner, mode: 'delete', issuers: [issuer], secret_ids: [secret] }
      await at.queue.send({ body: bodyOf(data), attributes: {} })
      for (let step = 0; step < call && isGoingOn(at); step += 1) await at.playOn()
      over = !isGoingOn(at)
      if (!over && at.gatesAhead().length > 0) await at.play({ kind: 'step', pick: 0, fate })
      await at.settle()

      expect([fate, call, at.queue.deadLetters]).toEqual([fate, call, []])
      expect(at.ledger.rows.map(({ receipt }) => receipt?.result)).toEqual(['done', 'done', 'done'])
      expect((await ory.listOAuth2Clients({ owner })).items).toEqual([])
      expect((await ory.listTrustedOAuth2JwtGrantIssuers({ issuer })).items).toEqual([])
      expect((await secrets.describe(secret))?.deletedAt).toBeDefined()
      points.explored += over ? 0 : 1
    }
  }
  console.log(`app-offboarded, an owner: ${points.explored} points of failure explored`)
  expect(points.explored).toBeGreaterThan(75)
})

const isGoingOn = ({ queue, gatesAhead }: ReturnType<typeof offboardingWorld>) =>
  gatesAhead().length > 0 || !queue.isEmpty()
