import { parseAppOffboarded, parseKeyRotated } from '@lapse/core/events'
import { keyRotated, offboarding, retireKeys } from '@lapse/core/workflows'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Partner, rotation } from './key-rotated-partner.ts'
import { started, startServer } from './key-rotated-server.ts'
import { world } from './world.ts'

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const settings = {
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
  accessTokenLifespanMs: 3_600_000,
  secretRecoveryDays: 30,
}
const alice = { subject: 'alice', scope: ['read'] }
const minute = (at: number) => new Date(started + at * 60_000).toISOString()

/** The removal of an issuer at a minute, with an app that is gone or with what an owner has. */
const removal = ({ issuer }: Partner, at: number, whose: object = { client_id: 'gone' }) =>
  JSON.stringify({
    specversion: '1.0',
    id: `removal at ${at}`,
    source: 'https://partners.example',
    type: 'app.offboarded',
    time: minute(at),
    data: { mode: 'delete', issuers: [issuer], ...whose },
  })

const rotationAt = (partner: Partner, at: number, data = {}) =>
  rotation(partner, `k${at}`, alice, data, minute(at))

/** Both queues in one, so that any event may come before any other. */
function prepared() {
  server.time.now = () => started
  const partner = server.newPartner()
  const at = world({
    ory: server.ory,
    parse: (body) =>
      body.includes('key.rotated') ? parseKeyRotated(body) : parseAppOffboarded(body),
    workflow: (event) =>
      (event.type === 'key.rotated'
        ? keyRotated(settings)
        : offboarding(event as never, settings)) as never,
    sweep: async (services, allowance) => {
      for await (const followUp of services.followUps.due(services.clock.now())) {
        await retireKeys(followUp, services, settings, allowance)
        await services.followUps.end(followUp, 'done')
      }
    },
  })
  server.time.now = at.clock.now
  const deliver = async (...bodies: readonly string[]) => {
    for (const body of bodies) {
      await at.queue.send({ body, attributes: {} })
      await at.settle()
    }
  }
  const receipts = () => at.ledger.rows.flatMap(({ receipt }) => receipt ?? [])
  return { ...at, partner, deliver, receipts }
}

test('lets the newest event about an issuer have the last word, in whatever order they come', async () => {
  const whose = fc.constantFrom({ client_id: 'gone' }, { owner: 'acme' })
  const times = [1, 2, 3, 4]
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...times, ...times], { minLength: 8 }),
      fc.constantFrom(...times),
      whose,
      async (order, removedAt, named) => {
        const { partner, deliver, queue } = prepared()
        await partner.trust('k0', alice)
        await deliver(
          ...order.map((at) =>
            at === removedAt ? removal(partner, at, named) : rotationAt(partner, at),
          ),
        )

        expect(queue.deadLetters).toEqual([])
        expect(await partner.grants()).toEqual(
          times.filter((at) => at > removedAt).map((at) => `k${at} alice read`),
        )
      },
    ),
    { numRuns: 40 },
  )
})

test('names the removal that supersedes an older rotation, also of the same time', async () => {
  const { partner, deliver, receipts, metrics } = prepared()
  await deliver(removal(partner, 2), rotationAt(partner, 1), rotationAt(partner, 2))
  const superseded_by = {
    id: 'removal at 2',
    source: 'https://partners.example',
    time: minute(2),
  }

  expect(receipts()).toMatchObject([
    { result: 'done' },
    { result: 'superseded', superseded_by, steps: [] },
    { result: 'superseded', superseded_by, steps: [] },
  ])
  expect(metrics.counts).toMatchObject({ Superseded: 2 })
})

test('spares what was trusted after the event, and counts it', async () => {
  const { partner, deliver, receipts, metrics } = prepared()
  await partner.trust('by hand', alice)
  await deliver(rotationAt(partner, 1), removal(partner, -1))

  expect(await partner.grants()).toEqual(['by hand alice read', 'k1 alice read'])
  expect(receipts().at(-1)).toMatchObject({
    result: 'done',
    before: { trusted_issuers: 0, issuers_spared: 2 },
    after: { trusted_issuers: 0, issuers_spared: 2 },
    notes: expect.arrayContaining([
      'grants of the issuers named that are newer than the event, and still trusted: 2',
    ]),
  })
  expect(metrics.counts).toMatchObject({ GrantsStillTrusted: 2 })
})

test('has no retirement trust or delete what the issuer’s removal decided', async () => {
  const { partner, deliver, clock, play, settle, gatesAhead, receipts, followUps } = prepared()
  await partner.trust('k0', alice)
  const data = { retire: { kids: ['k0'], after: 'PT1H' }, siblings: 'follow' }
  await deliver(rotationAt(partner, 1, data), removal(partner, 2))
  clock.advance(2 * 3_600_000)
  // The partner is back, and a person trusts its old key once more, for somebody else as well.
  await partner.trust('k0', alice)
  await partner.trust('k0', { subject: 'carol', scope: ['read'] })
  await play({ kind: 'sweep' })
  while (gatesAhead().length > 0) await play({ kind: 'step', pick: 0, fate: 'go-on' })
  await settle()

  expect(await partner.grants()).toEqual(['k0 alice read', 'k0 carol read'])
  expect(receipts().at(-1)).toMatchObject({ pass: 'follow-up', result: 'superseded' })
  expect(await Array.fromAsync(followUps.open('retire-keys'))).toEqual([])
})
