import { OryApiError } from '@lapse/core/errors'
import type { SecretVersions } from '@lapse/core/ports'
import { rollback, rotateStep } from '@lapse/core/rotation'
import { expect, test } from 'vitest'
import { rotationServers } from './rotation-servers.ts'
import { endOverlap, proofs, receiptsIn, rotate } from './rotation-stories.ts'
import { overlapMs, type RotationWorld, steps } from './rotation-world.ts'
import { startActor } from './stage.ts'

const { worldOf } = rotationServers()
const iso = (time: number) => new Date(time).toISOString()
const doneLines = ({ log }: RotationWorld) => log.lines.filter(({ message }) => message === 'done')

const tokens = {
  what: 'access and refresh tokens of the client',
  until: null,
  why: 'a new credential ends no token that was issued before',
}
const move = { op: 'UpdateSecretVersionStage', by: 'AWSCURRENT', status: 'acknowledged', calls: 1 }

/** What the receipts of all passes of a rotation have in common. */
async function headOf(
  world: RotationWorld,
  versionId: string,
  strategy: string,
  startedAt: number,
) {
  const previous = world.ledger.rows[0]?.previousVersionId
  return {
    workflow: 'secret-rotation',
    event: {
      key: `${world.arn}#${versionId}`,
      type: 'secret.rotation',
      id: versionId,
      source: world.arn,
      time: iso(startedAt),
    },
    client_id: world.secretId,
    strategy,
    versions: { new: versionId, previous },
    result: 'done',
    opened_at: iso(startedAt),
    attempts: [],
  }
}

test.each([
  ['key-pair', 'key-pair', 'patchOAuth2Client'],
  ['native', 'native', 'rotateOAuth2ClientSecret'],
] as const)('tells a rotation and the end of its overlap: %s', async (strategy, kind, op) => {
  const world = await worldOf(kind)
  const start = world.clock.now()
  const versionId = await rotate(world)
  const head = await headOf(world, versionId, strategy, start)
  const until = iso(start + overlapMs)
  const rotated = {
    ...head,
    pass: 'rotate',
    canary: { at: iso(start), credential: 200, wrong_credential: 401 },
    closed_at: iso(start),
    before: { credentials_accepted: 1 },
    after: { credentials_accepted: 2 },
    steps: [
      { op, by: 'id', status: 'acknowledged', calls: 1, ends: [], attempts: [] },
      { ...move, ends: [], attempts: [] },
    ],
    may_still_work: [
      { what: 'the old credential', until, why: 'the sweep retires it when the overlap ends' },
      tokens,
    ],
    preconditions: ['consumers read the secret again before the overlap ends'],
    notes: [],
    follow_up_not_before: until,
  }
  expect(world.receipts.rows).toEqual([rotated])

  await endOverlap(world)
  const ended = { status: 'observed', seen: { before: 1, after: 0 } }
  const retired = {
    ...head,
    pass: 'retire',
    canary: null,
    opened_at: until,
    closed_at: until,
    before: { credentials_accepted: 2 },
    after: { credentials_accepted: 1 },
    steps: [
      {
        ...{ op: 'patchOAuth2Client', by: 'id', status: 'observed', calls: 1, attempts: [] },
        ends: [{ what: 'the old credential', ...ended }],
      },
    ],
    may_still_work: [tokens],
    preconditions: [],
    notes: [],
    follow_up_not_before: null,
  }
  expect(world.receipts.rows).toEqual([rotated, retired])
  expect(doneLines(world)).toMatchObject([
    { level: 'info', fields: { receipt: rotated } },
    { level: 'info', fields: { receipt: retired } },
  ])
  expect(world.leaked()).toEqual([])
})

test('tells that the one secret was replaced, and the old one seen to be refused', async () => {
  const world = await worldOf('native', 'v26.2')
  const start = world.clock.now()
  const versionId = await rotate(world)
  const ended = { status: 'observed', seen: { before: 1, after: 0 } }

  expect(world.receipts.rows).toEqual([
    {
      ...(await headOf(world, versionId, 'replace', start)),
      pass: 'rotate',
      canary: { at: iso(start), credential: 200, wrong_credential: 401 },
      closed_at: iso(start),
      before: { credentials_accepted: 1 },
      after: { credentials_accepted: 1 },
      steps: [
        {
          ...{ op: 'patchOAuth2Client', by: 'id', status: 'observed', calls: 1, attempts: [] },
          ends: [{ what: 'the old credential', ...ended }],
        },
        { ...move, ends: [], attempts: [] },
      ],
      may_still_work: [tokens],
      preconditions: ['consumers read the secret again once they are refused'],
      notes: [],
      follow_up_not_before: null,
    },
  ])
})

test('tells the canary of a cut where only the answer to the move of the label was lost', async () => {
  const world = await worldOf('native', 'v26.2')
  const versionId = await rotate(world, 3)
  await world.step('finishSecret', versionId, async (label, call) => {
    const answer = await call()
    if (label === 'move AWSCURRENT') throw new Error('no answer')
    return answer
  })
  expect(receiptsIn(world)).toEqual([proofs.cut])
})

test('says nothing was seen to go where the old secret still works after a cut', async () => {
  const world = await worldOf('native', 'v26.2')
  const versionId = await rotate(world, 3)
  const tries = { left: 3 }
  // The third canary asks for the old secret: the first two prove the new one.
  await world.step('finishSecret', versionId, (label, call) => {
    if (label !== 'revokeOAuth2Token') return call()
    tries.left -= 1
    return tries.left === 0 ? (Promise.resolve(undefined) as never) : call()
  })

  expect(receiptsIn(world)).toEqual([{ ...proofs.cut, accepted: [1, 2], ended: ['acknowledged'] }])
  expect(world.receipts.rows[0]?.may_still_work[0]).toEqual({
    what: 'the old credential',
    until: null,
    why: 'Ory still accepts it',
  })
})

test('says that the old secret may work where its value is gone and nobody could try', async () => {
  const world = await worldOf('native', 'v26.2')
  const versionId = await rotate(world, 3)
  const old = (await world.secrets.describe(world.arn))?.versions ?? {}
  const [previous] = Object.entries(old).flatMap(([id, labels]) =>
    labels.includes('AWSCURRENT') ? [id] : [],
  )
  const services = world.servicesAt((_label, call) => call())
  const event = { Step: 'finishSecret', SecretId: world.arn, ClientRequestToken: versionId }
  const secrets: SecretVersions = {
    ...services.secrets,
    value: async (id, choice) => {
      const moved = (await services.secrets.describe(id))?.versions[versionId]
      const isGone = 'versionId' in choice && choice.versionId === previous
      return isGone && moved?.includes('AWSCURRENT')
        ? undefined
        : services.secrets.value(id, choice)
    },
  }
  await rotateStep(event, world.allowance(), { ...services, secrets })

  expect(receiptsIn(world)).toEqual([{ ...proofs.cut, ended: ['acknowledged'] }])
  expect(world.receipts.rows[0]?.may_still_work[0]).toMatchObject({
    what: 'the old credential',
    until: null,
    why: 'its value is gone, untried',
  })
})

test('tells a rollback with the credential that it went back to', async () => {
  const world = await worldOf('native')
  const start = world.clock.now()
  const versionId = await rotate(world)
  world.clock.advance(overlapMs / 2)
  const back = start + overlapMs / 2
  await rollback(world.arn, world.allowance(), world.services)
  await rollback(world.arn, world.allowance(), world.services)
  const until = iso(back + overlapMs)

  expect(world.receipts.rows.slice(1)).toEqual([
    {
      ...(await headOf(world, versionId, 'native', start)),
      pass: 'rollback',
      canary: { at: iso(back), credential: 200, wrong_credential: 401 },
      opened_at: iso(back),
      closed_at: iso(back),
      before: {},
      after: {},
      steps: [{ ...move, ends: [], attempts: [] }],
      may_still_work: [
        {
          what: 'the credential that was rolled back',
          until,
          why: 'the sweep retires it when the overlap ends',
        },
        tokens,
      ],
      preconditions: ['consumers read the secret again before the overlap ends'],
      notes: [],
      follow_up_not_before: until,
    },
  ])
  expect(world.metrics.counts.SecretsRolledBack).toBe(1)
})

test('keeps every receipt for 60 days, whatever is rotated next', async () => {
  const world = await worldOf('native')
  const start = world.clock.now()
  await rotate(world)
  const [first] = world.receipts.rows
  await endOverlap(world)
  await rotate(world)

  expect(world.receipts.rows).toHaveLength(3)
  expect(world.receipts.rows[0]).toEqual(first)
  const days = (start / 1000 + 60 * 24 * 3600) | 0
  expect(world.receipts.expiries).toEqual([days, days + overlapMs / 1000, days + overlapMs / 1000])
})

test.each(['overlap', 'closed'])(
  'writes the receipt that a dead delivery left out, when somebody comes by: %s',
  async (phase) => {
    const world = await worldOf('native', phase === 'closed' ? 'v26.2' : 'head')
    const versionId = await rotate(world, 3)
    const dying = await startActor('finishing', (gate) =>
      world.step('finishSecret', versionId, gate),
    )
    while (dying.at !== 'write the receipt') await dying.step('go-on')
    await dying.step('die-before')
    world.clock.advance(2 * 60_000)
    expect(world.receipts.rows).toEqual([])
    expect(world.ledger.rows).toMatchObject([{ phase }])

    await world.step('finishSecret', versionId)
    await world.step('finishSecret', versionId)
    expect(receiptsIn(world)).toEqual([phase === 'closed' ? proofs.cut : proofs.rotate])
    expect(doneLines(world)).toHaveLength(1)
  },
)

test('writes the receipt that nobody came by for before the next rotation takes its row', async () => {
  const world = await worldOf('native')
  await rotate(world)
  world.clock.advance(overlapMs)
  const dying = await startActor('sweep', (gate) => world.sweep(gate))
  while (dying.at !== 'write the receipt') await dying.step('go-on')
  await dying.step('die-before')
  world.clock.advance(2 * 60_000)
  expect(receiptsIn(world)).toEqual([proofs.rotate])

  await rotate(world)
  expect(receiptsIn(world)).toEqual([proofs.rotate, proofs.retire, proofs.rotate])
})

test.each(['mark the receipt', 'write the receipt'] as const)(
  'marks a receipt that counts, whether a delivery dies before or after it may %s',
  async (call) => {
    for (const fate of ['die-before', 'die-after'] as const) {
      const world = await worldOf('native', 'head')
      const versionId = await rotate(world, 3)
      const dying = await startActor('finishing', (gate) =>
        world.step('finishSecret', versionId, gate),
      )
      while (dying.at !== call) await dying.step('go-on')
      await dying.step(fate)
      world.clock.advance(2 * 60_000)
      await world.step('finishSecret', versionId)
      await world.step('finishSecret', versionId)

      const pending = await Array.fromAsync(world.pendingReceipts.list())
      const closed = pending.flatMap(({ receipt }) => receipt ?? [])
      expect(closed).toEqual(world.receipts.rows.map((receipt) => JSON.stringify(receipt)))
      expect(closed).toHaveLength(1)
    }
  },
)

/** A rollback that died at one call after it had moved the label. */
async function deadRollback(call: string, fate: 'die-before' | 'die-after') {
  const world = await worldOf('native')
  await rotate(world)
  const dying = await startActor('rollback', async (gate) => {
    await rollback(world.arn, world.allowance(), world.servicesAt(gate))
  })
  while (dying.at !== 'move AWSCURRENT') await dying.step('go-on')
  while (dying.at !== call) await dying.step('go-on')
  await dying.step(fate)
  world.clock.advance(2 * 60_000)
  expect(receiptsIn(world)).toEqual([proofs.rotate])
  return world
}

test.each([
  ['move AWSCURRENT', 'die-after'],
  ['write the receipt', 'die-before'],
] as const)('tells a rollback that died (%s: %s) when it is asked again', async (call, fate) => {
  const world = await deadRollback(call, fate)
  await rollback(world.arn, world.allowance(), world.services)
  expect(receiptsIn(world)).toEqual([proofs.rotate, proofs.rollback])
})

test.each([
  ['move AWSCURRENT', 'die-after'],
  ['write the receipt', 'die-before'],
] as const)('tells a rollback that died (%s: %s) when its overlap ends', async (call, fate) => {
  const world = await deadRollback(call, fate)
  await endOverlap(world)
  expect(receiptsIn(world)).toEqual([proofs.rotate, proofs.rollback, proofs.retire])
})

test('tells no rollback whose label never moved', async () => {
  const world = await worldOf('native')
  await rotate(world)
  const stopped = rollback(
    world.arn,
    world.allowance(),
    world.servicesAt((label, call) =>
      label === 'move AWSCURRENT' ? Promise.reject(new Error('no answer')) : call(),
    ),
  )
  await expect(stopped).rejects.toThrow('no answer')
  await endOverlap(world)
  expect(receiptsIn(world)).toEqual([proofs.rotate, proofs.retire])
})

test('writes one receipt where deliveries tell the same', async () => {
  const world = await worldOf('native')
  const versionId = await rotate(world)
  for (const name of steps) await world.step(name, versionId)
  expect(world.receipts.rows).toHaveLength(1)
  expect(doneLines(world)).toHaveLength(1)
})

test('fails the step where the receipt cannot be written', async () => {
  const world = await worldOf('native')
  const versionId = await rotate(world, 3)
  const step = world.step('finishSecret', versionId, (label, call) =>
    label === 'write the receipt' ? Promise.reject(new Error('no ledger')) : call(),
  )
  await expect(step).rejects.toThrow('no ledger')
})

test('says that an old credential was refused already, and counts it nowhere', async () => {
  const world = await worldOf('native')
  const versionId = await rotate(world, 3)
  const old = await world.credentialAt('AWSCURRENT')
  const refusal = new OryApiError('revokeOAuth2Token', { status: 401, body: {}, retryable: false })
  const asked = { times: 0 }
  await world.step('finishSecret', versionId, (label, call) => {
    if (label !== 'revokeOAuth2Token') return call()
    asked.times += 1
    return asked.times === 3 ? Promise.reject(refusal) : call()
  })

  expect(old).toBeDefined()
  expect(receiptsIn(world)).toEqual([{ ...proofs.rotate, accepted: [1, 1] }])
  expect(world.receipts.rows[0]).toMatchObject({
    may_still_work: [tokens],
    notes: ['the old credential was refused already: there is no overlap'],
  })
})

test('tells that a client was gone when its old credential was to be retired', async () => {
  const world = await worldOf('native')
  await rotate(world)
  await world.ory.deleteOAuth2Client({ id: world.secretId })
  await endOverlap(world)

  expect(receiptsIn(world)).toEqual([
    proofs.rotate,
    { pass: 'retire', canary: null, accepted: [0, 0], ended: [] },
  ])
  expect(world.receipts.rows[1]?.notes).toEqual([
    'the client was gone, and its credentials with it',
  ])
})

test('counts anew what a rollback by a slow clock changed while the old credential was being retired', async () => {
  const world = await worldOf('native')
  await rotate(world)
  world.clock.advance(overlapMs)
  await expect(
    world.sweep((label, call) =>
      label === 'patchOAuth2Client' ? Promise.reject(new Error('no answer')) : call(),
    ),
  ).rejects.toThrow('no answer')
  const slow = { now: () => world.clock.now() - 1000 }
  await rollback(world.arn, world.allowance(), { ...world.services, clock: slow })
  await endOverlap(world)

  expect(receiptsIn(world)).toEqual([proofs.rotate, proofs.rollback, proofs.retire])
  expect(world.receipts.rows[2]?.opened_at).toBe(world.receipts.rows[2]?.closed_at)
})
