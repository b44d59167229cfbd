import { OryApiError, OryConfigurationError, type RotationError } from '@lapse/core/errors'
import { rotateStep, startRotation } from '@lapse/core/rotation'
import { expect, test } from 'vitest'
import { createRotated } from './rotation-clients.ts'
import { rotationServers } from './rotation-servers.ts'
import { kinds, reasonOf, setSecret, takeSteps } from './rotation-stories.ts'
import { overlapMs, type RotationWorld, rotationWorld, steps } from './rotation-world.ts'
import { startActor } from './stage.ts'

const { at, started } = rotationServers()

test.each(kinds)('takes every step twice, and ends once: %s (%s)', async (strategy, kind) => {
  const how = kind === 'native-post' ? 'post' : 'basic'
  const { world, versionId } = await started(kind, { how })
  const before = await world.credentialAt('AWSCURRENT')
  await takeSteps(world, versionId, 2)

  expect(world.ledger.rows).toMatchObject([{ strategy, phase: 'overlap', versionId }])
  expect((await world.stages())[versionId]).toContain('AWSCURRENT')
  expect(await world.credentialAt('AWSPREVIOUS')).toEqual(before)
  expect(await world.currentWorks()).toBe(true)
  expect(await world.works(before as never)).toBe(true)
  expect(world.followUps.scheduled).toHaveLength(1)
  expect(world.ledger.rows[0]?.pushes).toBe(strategy === 'native' ? 1 : 0)
})

test('takes every step twice where the one secret is replaced', async () => {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, 'v26.2')
  const before = await world.credentialAt('AWSCURRENT')
  await takeSteps(world, versionId, 2)

  expect(world.ledger.rows).toMatchObject([{ strategy: 'replace', phase: 'closed' }])
  expect(await world.currentWorks()).toBe(true)
  expect(await world.works(before as never)).toBe(false)
  expect(world.followUps.scheduled).toEqual([])
})

test('changes nothing for a version that is current already', async () => {
  const { world, versionId } = await started('native')
  await takeSteps(world, versionId)
  const asked = at.head.requests.length
  const [row] = world.ledger.rows
  for (const name of steps) await world.step(name, versionId)

  expect(at.head.requests.length).toBe(asked)
  expect(world.ledger.rows).toEqual([row])
})

test('refuses a version that the secret does not have, or that is not pending', async () => {
  const { world, versionId } = await started('native')
  await takeSteps(world, versionId)
  world.clock.advance(overlapMs)
  await world.sweep()
  const [previous] = Object.entries(await world.stages()).find(([, labels]) =>
    labels.includes('AWSPREVIOUS'),
  ) as [string, string[]]
  for (const name of steps) {
    const isTrial = name === 'testSecret'
    const unknown = await reasonOf(world.step(name, 'no-such-version'))
    expect(unknown).toBe(isTrial ? 'done' : 'version-unknown')
    expect(await reasonOf(world.step(name, previous))).toBe('version-not-pending')
  }
})

test('refuses later steps while the pending version has no value', async () => {
  const { world, versionId } = await started('native')
  for (const name of ['setSecret', 'finishSecret'])
    expect(await reasonOf(world.step(name, versionId))).toBe('not-decided')

  await world.step('createSecret', versionId)
  const gone = rotationWorld(at.head, await createRotated('native', at.head.ory))
  const pending = await gone.secrets.rotate(gone.arn)
  await reasonOf(
    gone.step('createSecret', pending, (label, call) => {
      if (label === 'put') throw new Error('no answer')
      return call()
    }),
  )
  for (const name of steps.slice(1))
    expect(await reasonOf(gone.step(name, pending))).toBe('version-without-value')
})

test('lets Secrets Manager try the function before there is a rotation', async () => {
  for (const kind of ['native', 'key-pair'] as const) {
    const { world, versionId } = await started(kind)
    const value = JSON.stringify(await world.credentialAt('AWSCURRENT'))
    await world.secrets.put(world.arn, versionId, value, 'AWSPENDING')
    await world.step('testSecret', versionId)

    expect(world.ledger.rows).toEqual([])
    expect(await reasonOf(world.step('finishSecret', versionId))).toBe('not-decided')
  }
  const { world, versionId } = await started('native', {}, 'v26.2')
  const value = JSON.stringify(await world.credentialAt('AWSCURRENT'))
  await world.secrets.put(world.arn, versionId, value, 'AWSPENDING')
  expect(await reasonOf(world.step('testSecret', versionId))).toBe('no-rotate-endpoint')
})

test('uses the rotate endpoint where there is one, though a hard cut were allowed', async () => {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } })
  await world.step('createSecret', versionId)
  expect(world.ledger.rows[0]?.strategy).toBe('native')
})

test.each([
  ['a wrong key', new OryConfigurationError('rotate', 'unauthorized', 'the key is wrong')],
  ['a failure', new OryApiError('rotate', { status: 500, body: {}, retryable: true })],
])('takes %s neither for support of the rotate endpoint nor for its lack', async (_name, error) => {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, 'v26.2')
  const step = world.step('createSecret', versionId, (label, call) =>
    label === 'rotateOAuth2ClientSecret' ? Promise.reject(error) : call(),
  )

  await expect(step).rejects.toBe(error)
  expect(world.ledger.rows).toEqual([])
})

test('trusts no server that rotates the secret of a client that there is not', async () => {
  const { world, versionId } = await started('native')
  const step = world.step('createSecret', versionId, (label, call) =>
    label === 'rotateOAuth2ClientSecret'
      ? (Promise.resolve({ client_secret: 'x' }) as never)
      : call(),
  )

  expect(await reasonOf(step)).toBe('no-rotate-endpoint')
  expect(world.ledger.rows).toEqual([])
})

test('keeps what it decided when the client is registered otherwise meanwhile', async () => {
  const { world, versionId } = await started('native')
  await world.step('createSecret', versionId)
  const [decided] = world.ledger.rows
  const value = 'client_secret_post' as const
  await world.ory.patchOAuth2Client({
    id: world.secretId,
    body: [{ op: 'replace', path: '/token_endpoint_auth_method', value }],
  })
  await world.step('createSecret', versionId)

  expect(world.ledger.rows).toEqual([decided])
  expect(await reasonOf(world.step('testSecret', versionId))).toBe('pending-refused')
})

test('never changes how a client authenticates', async () => {
  for (const [, kind] of kinds) {
    const { world, versionId } = await started(kind, kind === 'native-post' ? { how: 'post' } : {})
    const before = await world.ory.getOAuth2Client({ id: world.secretId })
    await takeSteps(world, versionId)
    world.clock.advance(overlapMs)
    await world.sweep()
    const after = await world.ory.getOAuth2Client({ id: world.secretId })
    expect({ ...after, jwks: 0, updated_at: 0 }).toEqual({ ...before, jwks: 0, updated_at: 0 })
  }
})

test('asks for the end of rotated secrets by no call but a reset', async () => {
  expect(at.head.requests.map(({ operation }) => operation)).not.toContain(
    'deleteRotatedOAuth2ClientSecrets',
  )
})

test('does not move the label before the pending credential has authenticated', async () => {
  const { world, versionId } = await started('key-pair')
  await world.step('createSecret', versionId)

  expect(await reasonOf(world.step('testSecret', versionId))).toBe('pending-refused')
  expect(await reasonOf(world.step('finishSecret', versionId))).toBe('pending-refused')
  expect((await world.stages())[versionId]).toEqual(['AWSPENDING'])
  expect(world.followUps.scheduled).toEqual([])
})

test('moves the label to no secret that was ended meanwhile', async () => {
  const { world, versionId } = await started('native')
  for (const name of steps.slice(0, 3)) await world.step(name, versionId)
  await setSecret(world, String((await world.credentialAt('AWSCURRENT'))?.client_secret))

  expect(await reasonOf(world.step('finishSecret', versionId))).toBe('pending-refused')
  expect(await world.currentWorks()).toBe(true)
})

test('works on no client but the one it began with', async () => {
  const { world, versionId } = await started('native')
  await world.step('createSecret', versionId)
  const other = await createRotated('native', at.head.ory)
  await world.secrets.put(world.arn, 'by-hand', JSON.stringify(other.credential), 'AWSCURRENT')

  for (const name of steps)
    expect(await reasonOf(world.step(name, versionId))).toBe('secret-of-another-client')
  const next = await startRotation(world.arn, world.allowance(), world.services).catch(
    (error: RotationError) => error.reason,
  )
  expect(next).toBe('secret-of-another-client')
})

test('takes no pending value that names another client', async () => {
  const { world, versionId } = await started('native')
  const other = await createRotated('native', at.head.ory)
  await world
    .step('createSecret', versionId, (label, call) =>
      label === 'put' ? Promise.reject(new Error('no answer')) : call(),
    )
    .catch(() => undefined)
  await world.secrets.put(world.arn, versionId, JSON.stringify(other.credential), 'AWSPENDING')

  for (const name of steps.slice(1))
    expect(await reasonOf(world.step(name, versionId))).toBe('secret-of-another-client')
})

test('believes no server that accepts a wrong credential', async () => {
  const { world, versionId } = await started('native')
  await world.step('createSecret', versionId)
  const services = world.servicesAt((label, call) =>
    label === 'revokeOAuth2Token' ? (Promise.resolve(undefined) as never) : call(),
  )
  const event = { Step: 'testSecret', SecretId: world.arn, ClientRequestToken: versionId }

  expect(await reasonOf(rotateStep(event, world.allowance(), services))).toBe('canary-blind')
})

test('puts the old secret back where the new one is not accepted', async () => {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, 'v26.2')
  for (const name of steps.slice(0, 3)) await world.step(name, versionId)
  const before = await world.credentialAt('AWSCURRENT')
  const refusal = new OryApiError('revokeOAuth2Token', { status: 401, body: {}, retryable: false })
  const services = world.servicesAt((label, call) =>
    label === 'revokeOAuth2Token' ? Promise.reject(refusal) : call(),
  )
  const event = { Step: 'finishSecret', SecretId: world.arn, ClientRequestToken: versionId }

  expect(await reasonOf(rotateStep(event, world.allowance(), services))).toBe('pending-refused')
  expect((await world.stages())[versionId]).toEqual(['AWSPENDING'])
  expect(await world.works(before as never)).toBe(true)
  await world.step('testSecret', versionId)
  await world.step('finishSecret', versionId)
  expect(await world.currentWorks()).toBe(true)
})

test('leaves the new secret where only the answer to the move of the label was lost', async () => {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, 'v26.2')
  for (const name of steps.slice(0, 3)) await world.step(name, versionId)
  await world.step('finishSecret', versionId, async (label, call) => {
    const answer = await call()
    if (label === 'move AWSCURRENT') throw new Error('no answer')
    return answer
  })

  expect(await world.currentWorks()).toBe(true)
  expect(world.ledger.rows).toMatchObject([{ phase: 'closed' }])
})

test('ends the outage of a cut that died as soon as the rotation is tried again', async () => {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, 'v26.2')
  for (const name of steps.slice(0, 3)) await world.step(name, versionId)
  const dying = await startActor('finishing', (gate) => world.step('finishSecret', versionId, gate))
  while (dying.at !== 'patchOAuth2Client') await dying.step('go-on')
  await dying.step('die-after')
  world.clock.advance(2 * 60_000)
  expect(await world.currentWorks()).toBe(false)

  for (const name of steps.slice(0, 3)) await world.step(name, versionId)
  expect(await world.currentWorks()).toBe(true)
  await world.step('finishSecret', versionId)
  expect(await world.currentWorks()).toBe(true)
})

/** A hard cut that has gone through its first steps. */
async function readyToCut() {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, 'v26.2')
  for (const name of steps.slice(0, 3)) await world.step(name, versionId)
  return { world, versionId }
}

test('puts the new secret in place again where the label moved after all', async () => {
  const { world, versionId } = await readyToCut()
  const late: (() => Promise<unknown>)[] = []
  const finishing = world.step('finishSecret', versionId, (label, call) => {
    if (label !== 'move AWSCURRENT') return call()
    late.push(call)
    return Promise.reject(new Error('no answer'))
  })
  await expect(finishing).rejects.toThrow('no answer')
  for (const move of late) await move()
  expect(await world.currentWorks()).toBe(false)

  await world.step('finishSecret', versionId)
  expect(await world.currentWorks()).toBe(true)
  expect(world.ledger.rows).toMatchObject([{ phase: 'closed' }])
})

test.each(['by Secrets Manager', 'by hand'])(
  'takes a cut whose label has moved for done when the next is begun %s',
  async (by) => {
    const { world, versionId } = await readyToCut()
    const dying = await startActor('finishing', (gate) =>
      world.step('finishSecret', versionId, gate),
    )
    while (dying.at !== 'move AWSCURRENT') await dying.step('go-on')
    await dying.step('die-after')
    world.clock.advance(2 * 60_000)
    const next =
      by === 'by hand'
        ? await startRotation(world.arn, world.allowance(), world.services)
        : await world.secrets.rotate(world.arn)
    await takeSteps(world, next)

    expect(world.metrics.counts.SecretsRotated).toBe(2)
    expect(await world.currentWorks()).toBe(true)
  },
)

test.each([
  ['an empty version', (world: RotationWorld) => world.secrets.rotate(world.arn)],
  ['nothing', async () => 'a-version-that-nobody-staged'],
])('passes the trial that stages %s, and writes nothing', async (_name, stage) => {
  const { world, versionId: begun } = await started('native')
  await world.secrets.moveStage(world.arn, 'AWSPENDING', { from: begun })
  const versionId = await stage(world)
  await world.step('testSecret', versionId)
  expect(world.ledger.rows).toEqual([])

  await setSecret(world, 'somebody-elses')
  expect(await reasonOf(world.step('testSecret', versionId))).toBe('current-refused')
})

test('takes nothing for a trial whose version a rotation had', async () => {
  const { world, versionId } = await started('native')
  await world.step('createSecret', versionId)
  await world.secrets.moveStage(world.arn, 'AWSPENDING', { from: versionId })

  expect(await reasonOf(world.step('testSecret', versionId))).toBe('version-unknown')
})
