import { OryApiError, OryTransportError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { createRotated } from './rotation-clients.ts'
import { rotationServers } from './rotation-servers.ts'
import { alive, endOverlap, reasonOf, rotate } from './rotation-stories.ts'
import { knowsOfChosenSecrets, type RotationWorld, rotationWorld, steps } from './rotation-world.ts'

const { at, worldOf } = rotationServers()

function seenOf({ endpoints }: RotationWorld) {
  return endpoints.rows.map(({ chosenSecret }) => chosenSecret)
}

async function worldThatTakes() {
  const world = await worldOf('native', 'network')
  await knowsOfChosenSecrets(world, 'taken')
  return { world, versionId: await world.secrets.rotate(world.arn) }
}

const lost = (mayHaveRun: boolean) =>
  new OryTransportError('rotateOAuth2ClientSecret', {
    reason: 'reset',
    mayHaveRun,
    message: 'lost',
  })

/** A server that answers 400 to a secret that is sent along. */
async function worldThatRefuses() {
  const { ory, ...server } = at.network
  const rotateOAuth2ClientSecret: typeof ory.rotateOAuth2ClientSecret = async (call, options) => {
    if (call.body === undefined) return ory.rotateOAuth2ClientSecret(call, options)
    const answer = { status: 400, body: { error: 'invalid_request' }, retryable: false }
    throw new OryApiError('rotateOAuth2ClientSecret', answer)
  }
  const refusing = { ...ory, rotateOAuth2ClientSecret }
  return rotationWorld({ ...server, ory: refusing }, await createRotated('native', ory))
}

test.each([
  ['network', 'taken'],
  ['head', 'ignored'],
] as const)(
  'learns with the first rotation at %s that a secret sent along is %s',
  async (profile, seen) => {
    const world = await worldOf('native', profile)
    await rotate(world)
    await endOverlap(world)

    expect(seenOf(world)).toEqual([seen])
    expect(await alive(world)).toEqual(['AWSCURRENT'])
  },
)

test('keeps a chosen secret before Ory hears of it, and pushes it in setSecret', async () => {
  const { world, versionId } = await worldThatTakes()
  await world.step('createSecret', versionId)
  const pending = await world.credentialAt('AWSPENDING')
  expect(world.ledger.rows).toMatchObject([{ phase: 'decided', chosen: true, pushes: 0 }])
  expect(pending && (await world.works(pending))).toBe(false)

  await world.step('setSecret', versionId)
  expect(pending && (await world.works(pending))).toBe(true)
  expect(await world.currentWorks()).toBe(true)
  for (const name of steps.slice(2)) await world.step(name, versionId)
  expect(await world.credentialAt('AWSCURRENT')).toEqual(pending)
})

test('does not rotate again where the answer to a chosen secret was lost', async () => {
  const { world, versionId } = await worldThatTakes()
  await world.step('createSecret', versionId)
  const step = world.step('setSecret', versionId, async (label, call) => {
    if (label !== 'rotateOAuth2ClientSecret') return call()
    await call()
    throw lost(true)
  })
  await expect(step).rejects.toMatchObject({ code: 'ERR_ORY_TRANSPORT' })
  at.network.clearRequests()

  for (const name of steps) await world.step(name, versionId)
  const writes = at.network.requests.filter(({ path }) => path.includes(world.secretId))
  expect(writes.filter(({ method }) => method !== 'GET')).toEqual([])
  expect(world.ledger.rows).toMatchObject([{ phase: 'overlap', pushes: 1 }])
})

test('ends what a server made that took another secret than it was sent, and its answer was lost', async () => {
  const world = await worldOf('native', 'head')
  await knowsOfChosenSecrets(world, 'taken')
  const versionId = await world.secrets.rotate(world.arn)
  await world.step('createSecret', versionId)
  const step = world.step('setSecret', versionId, async (label, call) => {
    if (label !== 'rotateOAuth2ClientSecret') return call()
    await call()
    throw lost(true)
  })
  await expect(step).rejects.toMatchObject({ code: 'ERR_ORY_TRANSPORT' })

  expect(await reasonOf(world.step('setSecret', versionId))).toBe('chosen-secret-not-taken')
  expect(seenOf(world)).toEqual(['ignored'])
  expect(await alive(world)).toEqual(['AWSCURRENT'])

  // It stays so, and costs no further rotation; the next one keeps what Ory makes.
  const { pushes } = world.ledger.rows[0] ?? {}
  expect(await reasonOf(world.step('setSecret', versionId))).toBe('chosen-secret-not-taken')
  expect(world.ledger.rows[0]?.pushes).toBe(pushes)
  await world.secrets.moveStage(world.arn, 'AWSPENDING', { from: versionId })
  await rotate(world)
  expect(world.ledger.rows).toMatchObject([{ phase: 'overlap', chosen: false }])
  expect(await world.currentWorks()).toBe(true)
})

test('loses any number of answers to a chosen secret, and never the secret in use', async () => {
  const world = await worldOf('native', 'head')
  await knowsOfChosenSecrets(world, 'taken')
  const versionId = await world.secrets.rotate(world.arn)
  await world.step('createSecret', versionId)
  for (let time = 0; time < 7; time += 1) {
    const step = world.step('setSecret', versionId, async (label, call) => {
      if (label !== 'rotateOAuth2ClientSecret') return call()
      await call()
      throw lost(true)
    })
    await expect(step).rejects.toMatchObject({ code: 'ERR_ORY_TRANSPORT' })
    expect(await world.currentWorks()).toBe(true)
  }
})

test('rotates without a secret where the server refuses one', async () => {
  const world = await worldThatRefuses()
  await rotate(world)
  expect(seenOf(world)).toEqual(['refused'])
  expect(world.ledger.rows).toMatchObject([{ phase: 'overlap', pushes: 1, chosen: false }])

  await endOverlap(world)
  await rotate(world)
  expect(world.ledger.rows).toMatchObject([{ phase: 'overlap', pushes: 1 }])
})

test('takes two of the five places for old secrets where the same one is pushed twice', async () => {
  const { ory } = at.network
  const { client_id: id, credential } = await createRotated('native', ory)
  const works = (client_secret: string) =>
    ory
      .revokeOAuth2Token({ token: 'none', basic: { client_id: id, client_secret } })
      .then(() => true)
      .catch(() => false)
  const rotate = () =>
    ory.rotateOAuth2ClientSecret({ id, body: { client_secret: 'the same secret' } })
  for (let time = 0; time < 5; time += 1) await rotate()
  expect(await works(credential.client_secret ?? '')).toBe(true)

  await rotate()
  expect(await works(credential.client_secret ?? '')).toBe(false)
  expect(await works('the same secret')).toBe(true)
})

test('trusts no canary that accepts anything where an answer was lost', async () => {
  const { world, versionId } = await worldThatTakes()
  await world.step('createSecret', versionId)
  const dropped = world.step('setSecret', versionId, (label, call) =>
    label === 'rotateOAuth2ClientSecret' ? Promise.reject(lost(true)) : call(),
  )
  await expect(dropped).rejects.toMatchObject({ code: 'ERR_ORY_TRANSPORT' })

  const blind = world.step('setSecret', versionId, (label, call) =>
    label === 'revokeOAuth2Token' ? (Promise.resolve() as never) : call(),
  )
  expect(await reasonOf(blind)).toBe('canary-blind')
})
