import {
  type Credential,
  planRepair,
  type RepairOptions,
  repair,
  rollback,
  startRotation,
} from '@lapse/core/rotation'
import { expect, test } from 'vitest'
import { createRotated, type Kind, newKey, publicHalf } from './rotation-clients.ts'
import { rotationServers } from './rotation-servers.ts'
import {
  alive,
  cases,
  endOverlap,
  proofs,
  reasonOf,
  receiptsIn,
  rotate,
  setSecret,
} from './rotation-stories.ts'
import {
  type Fault,
  overlapMs,
  playOut,
  type RotationWorld,
  rotationWorld,
} from './rotation-world.ts'
import { fatesAlone, type Gate, startActor } from './stage.ts'

const { at, worldOf } = rotationServers()
const newKeyAsked: RepairOptions = { newKey: true }

/** Shows what would be done, and does it. */
async function mend(world: RotationWorld, options: RepairOptions = {}, services = world.services) {
  const plan = await planRepair(world.secretId, options, services)
  await repair(plan, options, world.allowance(), services)
  return plan
}

/** Another credential at the client than the secret holds, as somebody else would put it there. */
async function overwriteClient(world: RotationWorld, kind: Kind): Promise<Credential> {
  const client_id = world.secretId
  if (kind !== 'key-pair') {
    await setSecret(world, 'somebody-elses-secret')
    return { client_id, client_secret: 'somebody-elses-secret' }
  }
  const private_jwk = await newKey('somebody-elses')
  const value = { keys: [publicHalf(private_jwk)] }
  await world.ory.patchOAuth2Client({
    id: client_id,
    body: [{ op: 'replace', path: '/jwks', value }],
  })
  return { client_id, private_jwk }
}

/** Another value at AWSCURRENT than the client has. */
async function overwriteValue(world: RotationWorld, value: string): Promise<void> {
  const { secrets, arn } = world
  const from = Object.entries(await world.stages()).find(([, on]) => on.includes('AWSCURRENT'))?.[0]
  const to = await secrets.rotate(arn)
  await secrets.put(arn, to, value, 'AWSPENDING')
  await secrets.moveStage(arn, 'AWSCURRENT', { to, from: String(from) })
}

test.each(cases)(
  'gives an overwritten client a new credential, whatever dies: %s',
  async (name, kind, profile) => {
    const points = { explored: 0 }
    const explore = async (fault?: Fault) => {
      const world = await worldOf(kind, profile)
      const theirs = await overwriteClient(world, kind)
      const mending = async (gate: Gate) => {
        const services = world.servicesAt(gate)
        const plan = await planRepair(world.secretId, newKeyAsked, services).catch(
          (error: { reason?: string }) => {
            // Where the answer to the last write was lost, all is done.
            if (error.reason === 'current-accepted') return undefined
            throw error
          },
        )
        if (plan) await repair(plan, newKeyAsked, world.allowance(), services)
      }
      const calls = await playOut(world, [mending], fault === undefined ? {} : { fault })
      const mended = await world.currentWorks()
      const besides = await world.works(theirs)
      await endOverlap(world)
      const end = {
        mended,
        besides,
        alive: await alive(world),
        left: await world.works(theirs),
        receipts: receiptsIn(world),
        open: world.followUps.scheduled.length - world.followUps.outcomes.size,
        leaked: world.leaked(),
      }
      return { calls, end }
    }
    const { calls, end } = await explore()
    const isCut = name === 'replace'
    expect(end).toEqual({
      mended: true,
      besides: !isCut,
      alive: ['AWSCURRENT'],
      // A key of somebody else's is not ours to end.
      left: name === 'key-pair',
      receipts: isCut ? [proofs.repairByCut] : [proofs.repair, proofs.retireAfterRepair],
      open: 0,
      leaked: [],
    })
    for (const fate of fatesAlone) {
      for (let call = 0; call < calls; call += 1) {
        const ended = (await explore({ call, fate })).end
        expect([fate, call, ended.mended, ended.alive, ended.leaked]).toEqual([
          ...[fate, call, true, ['AWSCURRENT'], []],
        ])
        points.explored += 1
      }
    }
    console.log(`${name}, repaired: ${points.explored} points of failure explored`)
    expect(points.explored).toBeGreaterThan(45)
  },
)

test.each([
  ['another secret', JSON.stringify({ client_id: 'x', client_secret: 'y' }), 'current'],
  ['no JSON', 'plain text', 'text'],
  ['nothing that is a credential', '{}', 'text'],
])('gives AWSCURRENT back to the version before, within its overlap: %s', async (_n, value, as) => {
  const world = await worldOf('native')
  const versionId = await rotate(world)
  const good = await world.credentialAt('AWSCURRENT')
  const put = as === 'text' ? value : JSON.stringify({ ...good, client_secret: 'y' })
  await overwriteValue(world, put)
  world.clock.advance(1000)
  const plan = await mend(world)

  expect(plan).toMatchObject({ by: 'previous', versionId, strategy: undefined })
  expect(await world.credentialAt('AWSCURRENT')).toEqual(good)
  expect(receiptsIn(world)).toEqual([proofs.rotate, proofs.repair])
  expect(world.receipts.rows[1]).toMatchObject({
    versions: { new: versionId, previous: plan.brokenVersionId },
    follow_up_not_before: new Date(world.clock.now() + overlapMs).toISOString(),
  })
  world.clock.advance(overlapMs - 1)
  await world.sweep()
  expect(receiptsIn(world)).toHaveLength(2)
  world.clock.advance(1)
  await world.sweep()
  expect(world.receipts.rows.at(-1)?.pass).toBe('retire')
  expect(await world.currentWorks()).toBe(true)
})

test('never brings back what is past its overlap, though it authenticates', async () => {
  const world = await worldOf('native')
  await rotate(world)
  await endOverlap(world)
  const good = (await world.credentialAt('AWSCURRENT')) as Credential
  await overwriteValue(world, JSON.stringify({ ...good, client_secret: 'typo' }))

  expect(await mend(world)).toMatchObject({ by: 'new', strategy: 'native' })
  expect(await world.works(good)).toBe(true)
  await endOverlap(world)
  expect(await world.works(good)).toBe(false)
  expect(await world.currentWorks()).toBe(true)
})

test('gives a client with keys no new one unasked, and leaves those of others', async () => {
  const world = await worldOf('key-pair')
  const theirs = await overwriteClient(world, 'key-pair')
  expect(await reasonOf(mend(world))).toBe('new-key-unasked')
  expect(await world.works(theirs)).toBe(true)

  expect(await mend(world, newKeyAsked)).toMatchObject({ by: 'new', strategy: 'key-pair' })
  expect([await world.currentWorks(), await world.works(theirs)]).toEqual([true, true])
})

test('repairs nothing that works, and nothing a second time', async () => {
  const world = await worldOf('native')
  expect(await reasonOf(mend(world))).toBe('current-accepted')
  await overwriteClient(world, 'native')
  await mend(world)
  expect(await reasonOf(mend(world))).toBe('current-accepted')
})

test('writes the receipt of a repair that died right after the label had moved', async () => {
  const world = await worldOf('native')
  await overwriteClient(world, 'native')
  const dying = { moved: false }
  const died = world.servicesAt(async (label, call) => {
    if (dying.moved && label === 'write the row') throw new Error('died')
    const answer = await call()
    dying.moved ||= label === 'move AWSCURRENT'
    return answer
  })
  await expect(mend(world, {}, died)).rejects.toThrow('died')
  expect(receiptsIn(world)).toEqual([])

  world.clock.advance(2 * 60_000)
  expect(await mend(world)).toMatchObject({ by: 'none' })
  expect(receiptsIn(world)).toEqual([proofs.repair])
})

test('does only what was shown', async () => {
  const world = await worldOf('native')
  await rotate(world)
  const good = await world.credentialAt('AWSCURRENT')
  await overwriteValue(world, JSON.stringify({ ...good, client_secret: 'typo' }))
  const plan = await planRepair(world.secretId, {}, world.services)
  world.clock.advance(overlapMs)

  expect(await reasonOf(repair(plan, {}, world.allowance(), world.services))).toBe('repair-changed')
})

test('refuses a client that is gone, suspended or protected, and touches nothing', async () => {
  const rotated = await createRotated('native', at.head.ory, { owner: 'bank' })
  const protection = { protectedOwners: ['bank'] }
  const guarded = rotationWorld(at.head, rotated, { protection })
  await overwriteClient(guarded, 'native')
  expect(await reasonOf(mend(guarded))).toBe('owner-protected')

  const world = await worldOf('native')
  await overwriteClient(world, 'native')
  await world.ory.patchOAuth2Client({
    id: world.secretId,
    body: [
      { op: 'replace', path: '/grant_types', value: ['lapse:suspended'] },
      { op: 'replace', path: '/response_types', value: ['lapse:suspended'] },
    ],
  })
  expect(await reasonOf(mend(world))).toBe('client-suspended')
  await world.ory.deleteOAuth2Client({ id: world.secretId })
  expect(await reasonOf(mend(world))).toBe('client-missing')
  expect([world.ledger.rows, guarded.ledger.rows]).toEqual([[], []])
})

test('waits for a rotation that may run, and takes the place of one that has stopped', async () => {
  const world = await worldOf('native')
  await rotate(world, 2)
  await overwriteClient(world, 'native')
  expect(await reasonOf(mend(world))).toBe('rotation-running')

  world.clock.advance(15 * 60_000)
  expect(await mend(world)).toMatchObject({ by: 'new' })
  expect(await world.currentWorks()).toBe(true)
  await endOverlap(world)
  expect(await alive(world)).toEqual(['AWSCURRENT'])
})

test('lets the rotation that cuts be undone by another, not repaired', async () => {
  const world = await worldOf('native', 'v26.2')
  const versionId = await rotate(world, 3)
  const cutting = await startActor('cutting', (gate) => world.step('finishSecret', versionId, gate))
  while (cutting.at !== 'move AWSCURRENT') await cutting.step('go-on')
  await cutting.step('die-before')
  expect(await world.currentWorks()).toBe(false)
  world.clock.advance(16 * 60_000)
  expect(await reasonOf(mend(world))).toBe('rotation-running')

  await startRotation(world.secretId, world.allowance(), world.services)
  expect(await world.currentWorks()).toBe(true)
})

test('proves nothing by a server that refuses in another way', async () => {
  const world = await worldOf('native')
  await overwriteClient(world, 'native')
  const { ory } = world.services
  const blind = new Proxy(ory, {
    get: (target, name) =>
      name === 'revokeOAuth2Token' ? async () => undefined : Reflect.get(target, name),
  })
  const services = { ...world.services, ory: blind }
  expect(await reasonOf(mend(world, {}, services))).toBe('current-accepted')
})

test('says the same of a broken credential on every way, and where the way out is', async () => {
  const world = await worldOf('native')
  await rotate(world)
  await overwriteClient(world, 'native')
  const ways = [startRotation, rollback].map(
    (way) => () => way(world.secretId, world.allowance(), world.services),
  )
  for (const way of ways) await expect(way()).rejects.toThrow(/--repair/)
  world.clock.advance(overlapMs)
  for (const way of ways) await expect(way()).rejects.toThrow(/--repair/)

  await mend(world)
  for (const [index, reason] of ['overlap-open', 'previous-refused'].entries())
    expect(await reasonOf(Promise.resolve(ways[index]?.()))).toBe(reason)
  await endOverlap(world)
  await rotate(world)
  expect(await world.currentWorks()).toBe(true)
})

test('goes on from a value that somebody put right by hand, while the overlap is open', async () => {
  const world = await worldOf('native')
  await rotate(world)
  const right = { client_id: world.secretId, client_secret: 'put-right-by-hand' }
  await setSecret(world, right.client_secret)
  await overwriteValue(world, JSON.stringify(right))

  const { secretId, services } = world
  expect(await reasonOf(startRotation(secretId, world.allowance(), services))).toBe('overlap-open')
  expect(await reasonOf(rollback(secretId, world.allowance(), services))).toBe('current-replaced')
  world.clock.advance(overlapMs)
  const versionId = await startRotation(secretId, world.allowance(), services)
  for (const name of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
    await world.step(name, versionId)
  expect(world.receipts.rows.map(({ pass }) => pass)).toEqual(['rotate', 'retire', 'rotate'])
  expect(await world.currentWorks()).toBe(true)
})
