import { rollback } from '@lapse/core/rotation'
import { expect, test } from 'vitest'
import { rotationServers } from './rotation-servers.ts'
import {
  alive,
  endOverlap,
  overlapping,
  proofs,
  reasonOf,
  receiptsIn,
  rotate,
} from './rotation-stories.ts'
import { type Fault, overlapMs, playOut, type RotationWorld } from './rotation-world.ts'
import { fatesAlone, type Gate, startActor } from './stage.ts'

const { worldOf } = rotationServers()

test.each(overlapping)(
  'rolls back while the overlap lasts, whatever dies: %s',
  async (name, kind) => {
    const points = { explored: 0 }
    const explore = async (fault?: Fault) => {
      const world = await worldOf(kind)
      const before = await world.credentialAt('AWSCURRENT')
      const versionId = await rotate(world)
      const outages: string[] = []
      const back = async (gate: Gate) => {
        await rollback(world.arn, world.allowance(), world.servicesAt(gate))
      }
      const calls = await playOut(world, [back, back], {
        ...(fault === undefined ? {} : { fault }),
        look: async (at) => {
          if (!(await world.currentWorks())) outages.push(at)
        },
      })
      expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
      world.clock.advance(2 * 60_000)
      const late = await reasonOf(world.step('finishSecret', versionId))
      await endOverlap(world)
      world.clock.advance(overlapMs)
      await world.sweep()
      const end = {
        isBack: JSON.stringify(await world.credentialAt('AWSCURRENT')) === JSON.stringify(before),
        alive: await alive(world),
        late,
        open: world.followUps.scheduled.length - world.followUps.outcomes.size,
        outages,
        receipts: receiptsIn(world),
        leaked: world.leaked(),
      }
      return { calls, end }
    }
    const { calls, end } = await explore()
    expect(end).toEqual({
      isBack: true,
      alive: ['AWSCURRENT'],
      late: 'version-not-pending',
      open: 0,
      outages: [],
      receipts: [proofs.rotate, proofs.rollback, proofs.retire],
      leaked: [],
    })
    for (const fate of fatesAlone) {
      for (let call = 0; call < calls; call += 1) {
        expect([fate, call, (await explore({ call, fate })).end]).toEqual([fate, call, end])
        points.explored += 1
      }
    }
    console.log(`${name}, rolled back: ${points.explored} points of failure explored`)
    expect(points.explored).toBeGreaterThan(45)
  },
)

test('begins the overlap anew with a rollback, because consumers have read the new value', async () => {
  const world = await worldOf('native')
  await rotate(world)
  world.clock.advance(overlapMs - 1)
  await rollback(world.arn, world.allowance(), world.services)
  world.clock.advance(overlapMs - 1)
  await world.sweep()
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
})

test('rolls nothing back without an overlap', async () => {
  const back = (world: RotationWorld) =>
    reasonOf(rollback(world.arn, world.allowance(), world.services))
  const fresh = await worldOf('native')
  expect(await back(fresh)).toBe('overlap-ended')

  await rotate(fresh, 3)
  expect(await back(fresh)).toBe('overlap-ended')
  const retired = await worldOf('key-pair')
  await rotate(retired)
  await endOverlap(retired)
  expect(await back(retired)).toBe('overlap-ended')
  const unswept = await worldOf('native')
  await rotate(unswept)
  unswept.clock.advance(overlapMs)
  expect(await back(unswept)).toBe('overlap-ended')
  expect(await unswept.currentWorks()).toBe(true)
  const cut = await worldOf('native', 'v26.2')
  await rotate(cut)
  expect(await back(cut)).toBe('overlap-ended')
  expect(await cut.currentWorks()).toBe(true)
})

test('rolls back to nothing that is refused', async () => {
  const world = await worldOf('native')
  await rotate(world)
  const current = await world.credentialAt('AWSCURRENT')
  const value = String(current?.client_secret)
  await world.ory.patchOAuth2Client({
    id: world.secretId,
    body: [{ op: 'replace', path: '/client_secret', value }],
  })
  expect(await reasonOf(rollback(world.arn, world.allowance(), world.services))).toBe(
    'previous-refused',
  )
  expect(await world.currentWorks()).toBe(true)
})

test('rolls back what was moved by a delivery that died right after', async () => {
  const world = await worldOf('native')
  const before = await world.credentialAt('AWSCURRENT')
  const versionId = await rotate(world, 3)
  const dying = await startActor('finishing', (gate) => world.step('finishSecret', versionId, gate))
  while (dying.at !== 'move AWSCURRENT') await dying.step('go-on')
  await dying.step('die-after')
  world.clock.advance(2 * 60_000)
  await rollback(world.arn, world.allowance(), world.services)

  expect(await world.credentialAt('AWSCURRENT')).toEqual(before)
})

test('rolls back nothing but its own rotation', async () => {
  const world = await worldOf('native')
  await rotate(world)
  const value = JSON.stringify(await world.credentialAt('AWSCURRENT'))
  await world.secrets.put(world.arn, 'by-hand', value, 'AWSCURRENT')

  expect(await reasonOf(rollback(world.arn, world.allowance(), world.services))).toBe(
    'current-replaced',
  )
  expect((await world.stages())['by-hand']).toEqual(['AWSCURRENT'])
})
