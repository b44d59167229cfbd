import { startRotation } from '@lapse/core/rotation'
import { expect, test } from 'vitest'
import { rotationServers } from './rotation-servers.ts'
import { alive, cases, endOverlap, reasonOf, rotate } from './rotation-stories.ts'
import {
  type Fault,
  overlapMs,
  playOut,
  type RotationWorld,
  rotationOf,
  steps,
} from './rotation-world.ts'
import { fatesAlone, type Gate, startActor } from './stage.ts'

const { worldOf } = rotationServers()

test.each(cases)(
  'undoes what a rotation left whose AWSPENDING was taken away: %s',
  async (name, kind, profile) => {
    for (let done = 1; done <= 3; done += 1) {
      const world = await worldOf(kind, profile)
      const stuck = await rotate(world, done)
      await world.secrets.moveStage(world.arn, 'AWSPENDING', { from: stuck })
      await rotate(world)
      await endOverlap(world)

      expect([name, done, await alive(world)]).toEqual([name, done, ['AWSCURRENT']])
      expect(await world.currentWorks()).toBe(true)
    }
  },
)

test.each(cases)(
  'clears a stuck AWSPENDING and starts anew, whatever dies: %s',
  async (name, kind, profile) => {
    const points = { explored: 0 }
    const always = name !== 'replace'
    for (const stuckAfter of [0, 1, 3, 4]) {
      const explore = async (fault?: Fault) => {
        const world = await worldOf(kind, profile)
        await stickAfter(stuckAfter, world)
        const started = { versionId: '' }
        const outages: string[] = []
        const start = async (gate: Gate) => {
          started.versionId = await startRotation(
            world.arn,
            world.allowance(),
            world.servicesAt(gate),
          )
        }
        const calls = await playOut(world, [start], {
          ...(fault === undefined ? {} : { fault }),
          look: async (at) => {
            if (always && !(await world.currentWorks())) outages.push(at)
          },
        })
        await playOut(world, rotationOf(world, started.versionId))
        return { calls, outages, alive: await alive(world), leaked: world.leaked() }
      }
      const { calls, ...clean } = await explore()
      expect(clean).toEqual({ outages: [], alive: ['AWSCURRENT'], leaked: [] })
      for (const fate of fatesAlone) {
        for (let call = 0; call < calls; call += 1) {
          const { calls: _calls, ...end } = await explore({ call, fate })
          expect([stuckAfter, fate, call, end]).toEqual([stuckAfter, fate, call, clean])
          points.explored += 1
        }
      }
    }
    console.log(`${name}, started by hand: ${points.explored} points of failure explored`)
    expect(points.explored).toBeGreaterThan(110)
  },
)

/** Leaves a rotation behind after so many steps; the fourth dies in the middle. */
async function stickAfter(done: number, world: RotationWorld): Promise<void> {
  const versionId = await rotate(world, Math.min(done, 3))
  if (done < 4) return
  const broken: Gate = (label, call) =>
    label === 'move AWSCURRENT' ? new Promise(() => undefined) : call()
  const actor = await startActor('finishing', (gate) =>
    world.step('finishSecret', versionId, (label, call, lost) =>
      gate(label, () => broken(label, call), lost),
    ),
  )
  while (actor.state === 'held' && actor.at !== 'move AWSCURRENT') await actor.step('go-on')
  await actor.step('die-before')
  world.clock.advance(2 * 60_000)
}

test('gives the id of the version that is to come, and takes away a stage that nothing belongs to', async () => {
  const world = await worldOf('native')
  const stuck = await world.secrets.rotate(world.arn)
  const versionId = await startRotation(world.secretId, world.allowance(), world.services)

  expect(versionId).not.toBe(stuck)
  expect((await world.stages())[versionId]).toEqual(['AWSPENDING'])
  expect(await reasonOf(world.step('createSecret', stuck))).toBe('version-unknown')
})

test('does not start a rotation that is not enabled', async () => {
  const world = await worldOf('native')
  await world.secrets.cancelRotation(world.arn)
  expect(await reasonOf(startRotation(world.arn, world.allowance(), world.services))).toBe(
    'rotation-not-enabled',
  )
})

test('takes no step of a rotation that was given up, though its stage is still there', async () => {
  const world = await worldOf('native')
  const stuck = await rotate(world, 3)
  const dying = await startActor('starting', async (gate) => {
    await startRotation(world.arn, world.allowance(), world.servicesAt(gate))
  })
  while (dying.at !== 'move AWSPENDING') await dying.step('go-on')
  await dying.step('die-before')
  world.clock.advance(2 * 60_000)

  for (const name of ['createSecret', 'testSecret', 'finishSecret'])
    expect(await reasonOf(world.step(name, stuck))).toBe('given-up')
  expect(await world.currentWorks()).toBe(true)
})

test('has nothing to retire of a rotation that was given up, or of the one before', async () => {
  for (const call of ['move AWSPENDING', 'rotate']) {
    const world = await worldOf('native')
    await stickAfter(4, world)
    const [first] = world.followUps.scheduled
    const starting = await startActor('starting', async (gate) => {
      await startRotation(world.arn, world.allowance(), world.servicesAt(gate))
    })
    while (starting.at !== call) await starting.step('go-on')
    if (call === 'rotate') await starting.step('go-on')
    world.clock.advance(overlapMs)
    if (call === 'rotate') {
      const [versionId = ''] = Object.entries(await world.stages())
        .filter(([, labels]) => labels.includes('AWSPENDING'))
        .map(([id]) => id)
      for (const name of steps) await world.step(name, versionId)
    }
    await world.sweep()

    expect(world.followUps.outcomes.get(String(first?.id))).toBe('obsolete')
    expect(await world.currentWorks()).toBe(true)
  }
})

test('leaves AWSPENDING alone where it is on the current version', async () => {
  const world = await worldOf('native')
  await rotate(world)
  await endOverlap(world)
  const calls: string[] = []
  const services = world.servicesAt((label, call) => {
    calls.push(label)
    return call()
  })
  await startRotation(world.arn, world.allowance(), services)

  expect(calls).toContain('rotate')
  expect(calls).not.toContain('move AWSPENDING')
})
