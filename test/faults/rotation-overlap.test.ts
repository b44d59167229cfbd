import { OryApiError, OryConfigurationError } from '@lapse/core/errors'
import { createOry } from '@lapse/core/ory'
import { rollback, startRotation } from '@lapse/core/rotation'
import { startOryEmulator } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { foreignKid } from './rotation-clients.ts'
import { rotationServers } from './rotation-servers.ts'
import { alive, endOverlap, overlapping, reasonOf, rotate, worldsAt } from './rotation-stories.ts'
import { overlapMs, steps } from './rotation-world.ts'
import { startActor } from './stage.ts'

const { at, worldOf } = rotationServers()

test.each(overlapping)('lets old and new work until the overlap ends: %s', async (_name, kind) => {
  const world = await worldOf(kind)
  await rotate(world)
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])

  world.clock.advance(overlapMs - 1)
  await world.sweep()
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
  world.clock.advance(1)
  await world.sweep()
  expect(await alive(world)).toEqual(['AWSCURRENT'])
  expect(world.metrics.counts).toMatchObject({ SecretsRotated: 1, SecretsRetired: 1 })
})

test.each(overlapping)('counts the overlap from when the label moved: %s', async (_name, kind) => {
  const world = await worldOf(kind)
  const versionId = await rotate(world, 3)
  await expect(
    world.step('finishSecret', versionId, (label, call) =>
      label === 'move AWSCURRENT' ? Promise.reject(new Error('no answer')) : call(),
    ),
  ).rejects.toThrow('no answer')
  world.clock.advance(2 * overlapMs)
  await world.sweep()
  expect(world.followUps.outcomes.size).toBe(0)

  await world.step('finishSecret', versionId)
  await world.sweep()
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
  await endOverlap(world)
  expect(await alive(world)).toEqual(['AWSCURRENT'])
})

test.each(overlapping)('starts nothing while an overlap is open: %s', async (_name, kind) => {
  const world = await worldOf(kind)
  await rotate(world)
  const next = await world.secrets.rotate(world.arn)
  expect(await reasonOf(world.step('createSecret', next))).toBe('overlap-open')
  expect(await reasonOf(startRotation(world.arn, world.allowance(), world.services))).toBe(
    'overlap-open',
  )
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])

  await endOverlap(world)
  for (const name of steps) await world.step(name, next)
  await endOverlap(world)
  expect(await alive(world)).toEqual(['AWSCURRENT'])
  expect([...world.followUps.outcomes.values()]).toEqual(['retired', 'retired'])
})

test('gives consumers the whole overlap, however long the label took to move', async () => {
  const world = await worldOf('native')
  const versionId = await rotate(world, 3)
  await world.step('finishSecret', versionId, async (label, call) => {
    const answer = await call()
    if (label === 'move AWSCURRENT') world.clock.advance(overlapMs / 2)
    return answer
  })
  world.clock.advance(overlapMs - 1)
  await world.sweep()
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
})

test('begins the overlap when it is found to have begun, where the label moved and all died', async () => {
  const world = await worldOf('native')
  const versionId = await rotate(world, 3)
  const dying = await startActor('finishing', (gate) => world.step('finishSecret', versionId, gate))
  while (dying.at !== 'move AWSCURRENT') await dying.step('go-on')
  await dying.step('die-after')
  world.clock.advance(2 * overlapMs)
  const next = startRotation(world.arn, world.allowance(), world.services)
  expect(await reasonOf(next)).toBe('overlap-open')
  await world.sweep()
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])

  await endOverlap(world)
  expect(await alive(world)).toEqual(['AWSCURRENT'])
})

test('does not move the label again that somebody moved back by hand', async () => {
  const world = await worldOf('native')
  const versionId = await rotate(world)
  const [previous] = Object.entries(await world.stages())
    .filter(([, labels]) => labels.includes('AWSPREVIOUS'))
    .map(([id]) => id)
  await world.secrets.moveStage(world.arn, 'AWSCURRENT', { to: String(previous), from: versionId })

  expect(await reasonOf(world.step('finishSecret', versionId))).toBe('given-up')
  await endOverlap(world)
  expect(await alive(world)).toEqual(['AWSCURRENT'])
})

test('rotates a hundred times, and never more than two secrets work', async () => {
  const world = await worldOf('native')
  for (let time = 0; time < 100; time += 1) {
    await rotate(world)
    await endOverlap(world)
  }
  expect(await alive(world)).toEqual(['AWSCURRENT'])
})

test('retires nothing where AWSCURRENT no longer works, and nothing of a client that is gone', async () => {
  const world = await worldOf('native')
  await rotate(world)
  const inUse = { client_id: world.secretId, client_secret: 'set-by-somebody-else' }
  const body = [{ op: 'replace', path: '/client_secret', value: inUse.client_secret }] as const
  await world.ory.patchOAuth2Client({ id: world.secretId, body })
  world.clock.advance(overlapMs)
  expect(await reasonOf(world.sweep())).toBe('current-refused')
  expect(await world.works(inUse)).toBe(true)

  await world.ory.deleteOAuth2Client({ id: world.secretId })
  await world.sweep()
  expect([...world.followUps.outcomes.values()]).toEqual(['retired'])
})

test('believes no reset while the old secret is still accepted', async () => {
  const world = await worldOf('native')
  await rotate(world)
  world.clock.advance(overlapMs)
  const ignored = world.sweep((label, call) =>
    label === 'patchOAuth2Client' ? (Promise.resolve({}) as never) : call(),
  )
  expect(await reasonOf(ignored)).toBe('previous-accepted')
  expect(world.ledger.rows).toMatchObject([{ phase: 'overlap' }])
  expect(world.followUps.outcomes.size).toBe(0)

  await world.sweep()
  expect(await alive(world)).toEqual(['AWSCURRENT'])
})

test('believes no reset after a rollback while the rolled back secret is still accepted', async () => {
  const world = await worldOf('native')
  await rotate(world)
  await rollback(world.arn, world.allowance(), world.services)
  world.clock.advance(overlapMs)
  const ignored = world.sweep((label, call) =>
    label === 'patchOAuth2Client' ? (Promise.resolve({}) as never) : call(),
  )
  expect(await reasonOf(ignored)).toBe('previous-accepted')
  expect(world.ledger.rows).toMatchObject([{ phase: 'rolled-back' }])
})

test('takes no failure of the look at the client for its absence', async () => {
  const world = await worldOf('native')
  await rotate(world)
  world.clock.advance(overlapMs)
  const failures = [
    new OryApiError('getOAuth2Client', { status: 500, body: {}, retryable: true }),
    new OryConfigurationError('getOAuth2Client', 'route-not-found', 'no such route'),
  ]
  for (const failure of failures) {
    const failed = world.sweep((label, call) =>
      label === 'getOAuth2Client' ? Promise.reject(failure) : call(),
    )
    await expect(failed).rejects.toBe(failure)
  }
  expect(world.ledger.rows).toMatchObject([{ phase: 'overlap' }])
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
})

test('has nothing to retire of a secret that waits for its deletion', async () => {
  const world = await worldOf('native')
  await rotate(world)
  await world.secrets.delete(world.arn, 7)
  await endOverlap(world)
  expect([...world.followUps.outcomes.values()]).toEqual(['obsolete'])
})

test('leaves keys of others where they are', async () => {
  const world = await worldOf('key-pair')
  await rotate(world)
  await endOverlap(world)
  const { jwks } = await world.ory.getOAuth2Client({ id: world.secretId })
  const current = await world.credentialAt('AWSCURRENT')
  expect(jwks?.keys?.map(({ kid }) => kid)).toEqual([foreignKid, current?.private_jwk?.kid])
})

test('loses any number of pushes, and never the secret in use', async () => {
  const world = await worldOf('native')
  const versionId = await world.secrets.rotate(world.arn)
  for (let time = 0; time < 7; time += 1) {
    const lost = world.step('createSecret', versionId, (label, call) =>
      label === 'put' ? Promise.reject(new Error('no answer')) : call(),
    )
    await expect(lost).rejects.toThrow('no answer')
    expect(await world.currentWorks()).toBe(true)
  }
  for (const name of steps) await world.step(name, versionId)
  expect(await alive(world)).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
})

test('resets and pushes again where Ory rotated and the connection broke', async () => {
  await using emulator = await startOryEmulator({ now: at.head.clock.now })
  const { adminUrl, publicUrl } = emulator
  await using ory = createOry({ adminUrl, publicUrl })
  const world = await worldsAt({ ...at.head, ory, publicUrl })('native')
  const versionId = await world.secrets.rotate(world.arn)
  emulator.faults.add({
    operation: 'rotateOAuth2ClientSecret',
    kind: 'drop-after',
    skip: 1,
    times: 1,
  })
  await expect(world.step('createSecret', versionId)).rejects.toMatchObject({
    code: 'ERR_ORY_TRANSPORT',
    mayHaveRun: true,
  })
  expect(await world.currentWorks()).toBe(true)

  for (const name of steps) await world.step(name, versionId)
  await endOverlap(world)
  expect(world.ledger.rows).toMatchObject([{ phase: 'closed', pushes: 2 }])
  expect(await alive(world)).toEqual(['AWSCURRENT'])
  const writes = emulator.requests.filter(
    ({ path, method }) => method !== 'GET' && path.includes(world.secretId),
  )
  expect(writes.map(({ operation }) => operation)).toEqual([
    'rotateOAuth2ClientSecret',
    'patchOAuth2Client',
    'rotateOAuth2ClientSecret',
    'patchOAuth2Client',
  ])
})
