import { ConfigError, LeaseHeldError, RefusedError } from '@lapse/core/errors'
import { overdueSecrets, overwrittenCredentials, rotationStatus } from '@lapse/core/rotation'
import { expect, test } from 'vitest'
import { newKey, publicHalf } from './rotation-clients.ts'
import { rotationServers } from './rotation-servers.ts'
import { endOverlap, rotate, setSecret } from './rotation-stories.ts'
import { overlapMs, type RotationWorld } from './rotation-world.ts'
import { startActor } from './stage.ts'

const { worldOf } = rotationServers()

test('tells how every configured secret stands', async () => {
  const world = await worldOf('native')
  const status = async () => (await rotationStatus(world.services))[0]
  const fresh = await status()
  expect(fresh).toMatchObject({ secretId: world.secretId, arn: world.arn, rotationEnabled: true })
  expect([fresh?.strategy, fresh?.overlap, fresh?.pending]).toEqual([
    undefined,
    undefined,
    undefined,
  ])

  const versionId = await rotate(world, 3)
  expect(await status()).toMatchObject({ pending: versionId, strategy: 'native', phase: 'pushing' })
  await world.step('finishSecret', versionId)
  const retireAt = world.clock.now() + overlapMs
  expect(await status()).toMatchObject({ pending: undefined, overlap: { versionId, retireAt } })
  world.clock.advance(5000)
  expect(await status()).toMatchObject({ ageMs: 5000, overlapMs })
  await endOverlap(world)
  expect(await status()).toMatchObject({ phase: 'closed', overlap: undefined })

  await world.secrets.delete(world.arn, 7)
  expect(await status()).toMatchObject({ arn: undefined, stages: {} })
})

test('tells what is overdue, and why', async () => {
  const day = 24 * 60 * 60_000
  const overdue = async (world: RotationWorld) =>
    (await overdueSecrets(world.services)).map(({ reason }) => reason)
  const world = await worldOf('native')
  expect(await overdue(world)).toEqual([])

  const versionId = await rotate(world, 3)
  world.clock.advance(day)
  expect(await overdue(world)).toEqual([])
  world.clock.advance(1)
  expect(await overdue(world)).toEqual(['unfinished'])
  await world.step('finishSecret', versionId)
  world.clock.advance(overlapMs + day)
  expect(await overdue(world)).toEqual([])
  world.clock.advance(1)
  expect(await overdue(world)).toEqual(['not-retired'])
  await world.secrets.cancelRotation(world.arn)
  expect(await overdue(world)).toEqual(['rotation-not-enabled'])
  await world.secrets.delete(world.arn, 7)
  expect(await overdue(world)).toEqual(['missing'])
})

test('tells a rotation that was just asked for to be running before its function has begun', async () => {
  const world = await worldOf('native')
  await world.secrets.rotate(world.arn)
  const verdict = async () => (await rotationStatus(world.services))[0]

  expect(await verdict()).toMatchObject({ verdict: 'unfinished', reason: 'running' })
  // That something was changed says nothing of the value that is in use.
  expect((await verdict())?.ageMs).toBeUndefined()
  world.clock.advance(2 * 60_000)
  expect(await verdict()).toMatchObject({ verdict: 'unfinished', reason: 'unfinished' })
})

test('tells a rotation that stopped while an overlap is open to wait for its end', async () => {
  const world = await worldOf('native')
  await rotate(world)
  const value = JSON.stringify(await world.credentialAt('AWSCURRENT'))
  await world.secrets.put(world.arn, 'by-hand', value, 'AWSPENDING')
  const verdict = async () => (await rotationStatus(world.services))[0]

  const until = new Date(world.clock.now() + overlapMs).toISOString()
  expect(await verdict()).toMatchObject({ verdict: 'unfinished', reason: 'overlap-open' })
  expect((await verdict())?.problem).toContain(`from ${until} on`)
  world.clock.advance(overlapMs)
  expect(await verdict()).toMatchObject({ verdict: 'unfinished', reason: 'unfinished' })
})

test('tells a secret whose schedule did not run', async () => {
  const world = await worldOf('native')
  const nextRotationAt = world.clock.now()
  const describe = async (id: string) => {
    const secret = await world.secrets.describe(id)
    return secret && { ...secret, nextRotationAt }
  }
  const services = { ...world.services, secrets: { ...world.services.secrets, describe } }
  expect(await overdueSecrets(services)).toEqual([])
  world.clock.advance(24 * 60 * 60_000 + 1)
  expect(await overdueSecrets(services)).toEqual([
    { secretId: world.secretId, reason: 'late', since: nextRotationAt },
  ])
})

test('finds credentials that something else has overwritten', async () => {
  const find = (world: RotationWorld) => overwrittenCredentials(world.allowance(), world.services)
  const somebodyElses = {
    native: { op: 'replace', path: '/client_secret', value: 'somebody-elses' },
    'key-pair': {
      op: 'replace',
      path: '/jwks',
      value: { keys: [publicHalf(await newKey('somebody-elses'))] },
    },
  } as const
  for (const kind of ['native', 'key-pair'] as const) {
    const world = await worldOf(kind)
    const { secretId } = world
    expect(await find(world)).toEqual([])
    await rotate(world)
    expect(await find(world)).toEqual([])

    await world.ory.patchOAuth2Client({ id: secretId, body: [somebodyElses[kind]] })
    expect(await find(world)).toEqual([{ secretId, reason: 'refused' }])
    await world.ory.deleteOAuth2Client({ id: secretId })
    expect(await find(world)).toEqual([{ secretId, reason: 'client-missing' }])
    await world.secrets.delete(world.arn, 7)
    expect(await find(world)).toEqual([{ secretId, reason: 'untried', problem: 'secret-missing' }])
  }
})

test('tries a credential the way its client is registered', async () => {
  const world = await worldOf('native-post')
  expect(await overwrittenCredentials(world.allowance(), world.services)).toEqual([])
})

test('leaves a credential that somebody works on for the next time', async () => {
  const world = await worldOf('native')
  const versionId = await world.secrets.rotate(world.arn)
  const actor = await startActor('creating', (gate) => world.step('createSecret', versionId, gate))
  while (actor.at !== 'rotateOAuth2ClientSecret') await actor.step('go-on')

  expect(await overwrittenCredentials(world.allowance(), world.services)).toEqual([])
  await expect(world.step('createSecret', versionId)).rejects.toThrow(LeaseHeldError)
})

/** Services for two configured secrets, of which AWS does not answer for the first. */
function withOneUnreadable(
  world: RotationWorld,
  error: Error = Object.assign(new Error('slow down'), { name: 'ThrottlingException' }),
) {
  const { services, secretId } = world
  const [entry] = services.settings.entries
  if (entry === undefined) throw new Error('the world has a secret')
  const describe = async (id: string) => {
    if (id !== 'unreadable') return services.secrets.describe(id)
    throw error
  }
  const entries = [{ ...entry, secretId: 'unreadable' }, entry]
  return {
    secretId,
    services: {
      ...services,
      secrets: { ...services.secrets, describe },
      settings: { ...services.settings, entries },
    },
  }
}

test('lets a secret that cannot be read hide no other', async () => {
  const world = await worldOf('native')
  await world.secrets.cancelRotation(world.arn)
  await world.ory.deleteOAuth2Client({ id: world.secretId })
  const { services, secretId } = withOneUnreadable(world)
  const problem = 'ThrottlingException'

  expect(await overdueSecrets(services)).toEqual([
    { secretId: 'unreadable', reason: 'unreadable', since: undefined, problem },
    { secretId, reason: 'rotation-not-enabled', since: undefined },
  ])
  expect(await overwrittenCredentials(world.allowance(), services)).toEqual([
    { secretId: 'unreadable', reason: 'untried', problem },
    { secretId, reason: 'client-missing' },
  ])
})

test('tells which credentials there was no time to try', async () => {
  const world = await worldOf('native')
  const { services, secretId, clock } = world
  const found = await overwrittenCredentials({ deadline: clock.now() }, services)

  expect(found).toEqual([{ secretId, reason: 'untried', problem: 'ERR_DEADLINE' }])
})

test('gives a verdict on every secret, and says why', async () => {
  const world = await worldOf('native')
  const verdict = async (at = world) => {
    const [judged] = await rotationStatus(at.services)
    return [judged?.verdict, judged?.reason]
  }
  expect(await verdict()).toEqual(['well', undefined])
  const versionId = await rotate(world, 2)
  expect(await verdict()).toEqual(['unfinished', 'running'])
  world.clock.advance(15 * 60_000)
  expect(await verdict()).toEqual(['unfinished', 'unfinished'])
  await world.step('testSecret', versionId)
  await world.step('finishSecret', versionId)
  expect(await verdict()).toEqual(['well', undefined])
  world.clock.advance(overlapMs + 24 * 60 * 60_000 + 1)
  expect(await verdict()).toEqual(['overdue', 'not-retired'])
  await setSecret(world, 'somebody-elses')
  expect(await verdict()).toEqual(['overwritten', 'refused'])
  await world.secrets.put(world.arn, 'by-hand', 'no credential', 'AWSCURRENT')
  expect(await verdict()).toEqual(['overwritten', 'refused'])
  await world.ory.deleteOAuth2Client({ id: world.secretId })
  expect(await verdict()).toEqual(['missing', 'client-missing'])
  await world.secrets.delete(world.arn, 7)
  expect(await verdict()).toEqual(['missing', 'being-deleted'])

  const keyed = await worldOf('key-pair')
  await keyed.secrets.cancelRotation(keyed.arn)
  expect(await verdict(keyed)).toEqual(['overdue', 'rotation-not-enabled'])
  await keyed.ory.patchOAuth2Client({
    id: keyed.secretId,
    body: [{ op: 'replace', path: '/jwks', value: { keys: [publicHalf(await newKey('x'))] } }],
  })
  expect(await verdict(keyed)).toEqual(['overwritten', 'new-key-unasked'])
})

test('writes nothing, and takes no lease, to give a verdict', async () => {
  const world = await worldOf('native')
  await setSecret(world, 'somebody-elses')
  const written = JSON.stringify([world.ledger.rows, await world.stages()])
  const services = world.servicesAt((label, call) =>
    label.includes('lease') ? Promise.reject(new Error('a lease')) : call(),
  )
  expect((await rotationStatus(services))[0]?.verdict).toBe('overwritten')
  expect(JSON.stringify([world.ledger.rows, await world.stages()])).toBe(written)
})

test.each([
  ['denied', new ConfigError('denied', { denied: true }), 'missing'],
  ['malformed', new RefusedError('malformed-secret-id'), 'missing'],
  ['ERR_CONFIG', new ConfigError('no region'), 'unknown'],
] as const)(
  'tells a secret for which AWS answers %s, and hides no other',
  async (reason, error, verdict) => {
    const world = await worldOf('native')
    const { services, secretId } = withOneUnreadable(world, error)

    expect(await rotationStatus(services)).toMatchObject([
      { secretId: 'unreadable', verdict, reason },
      { secretId, verdict: 'well' },
    ])
    const isMissing = verdict === 'missing'
    expect(await overdueSecrets(services)).toMatchObject([
      isMissing
        ? { reason: 'missing', absence: reason }
        : { reason: 'unreadable', problem: reason },
    ])
    expect(await overwrittenCredentials(world.allowance(), services)).toEqual([
      { secretId: 'unreadable', reason: 'untried', problem: isMissing ? 'secret-missing' : reason },
    ])
  },
)
