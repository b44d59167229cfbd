import { OryApiError, OryConfigurationError, type RotationError } from '@lapse/core/errors'
import type { OAuth2ClientBody } from '@lapse/core/ory'
import { rotateStep, startRotation } from '@lapse/core/rotation'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRotated, foreignKid, type Kind, newKey, publicHalf } from './rotation-clients.ts'
import { startServer } from './rotation-server.ts'
import { reasonOf, type Server } from './rotation-stories.ts'
import { overlapMs, type RotationWorld, rotationWorld, steps } from './rotation-world.ts'

type Options = Parameters<typeof rotationWorld>[2]

let head: Server
let old: Server

beforeAll(async () => {
  head = await startServer('head')
  old = await startServer('v26.2')
})

afterAll(async () => {
  await head[Symbol.asyncDispose]()
  await old[Symbol.asyncDispose]()
})

async function worldOf(kind: Kind, options: Options = {}, server = head, body?: OAuth2ClientBody) {
  return rotationWorld(server, await createRotated(kind, server.ory, body), options)
}

async function started(kind: Kind, options: Options = {}, server = head) {
  const world = await worldOf(kind, options, server)
  return { world, versionId: await world.secrets.rotate(world.arn) }
}

async function takeSteps(world: RotationWorld, versionId: string, times = 1) {
  for (const name of steps)
    for (let time = 0; time < times; time += 1) await world.step(name, versionId)
}

const kinds = [
  ['key-pair', 'key-pair'],
  ['native', 'native'],
  ['native', 'native-post'],
] as const

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
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, old)
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
  const asked = head.requests.length
  const [row] = world.ledger.rows
  for (const name of steps) await world.step(name, versionId)

  expect(head.requests.length).toBe(asked)
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
    expect(await reasonOf(world.step(name, 'no-such-version'))).toBe('version-unknown')
    expect(await reasonOf(world.step(name, previous))).toBe('version-not-pending')
  }
})

test('refuses later steps while the pending version has no value', async () => {
  const { world, versionId } = await started('native')
  for (const name of steps.slice(1))
    expect(await reasonOf(world.step(name, versionId))).toBe('not-decided')

  await world.step('createSecret', versionId)
  const gone = rotationWorld(head, await createRotated('native', head.ory))
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
  const { world, versionId } = await started('native', {}, old)
  const value = JSON.stringify(await world.credentialAt('AWSCURRENT'))
  await world.secrets.put(world.arn, versionId, value, 'AWSPENDING')
  expect(await reasonOf(world.step('testSecret', versionId))).toBe('no-rotate-endpoint')
})

test('refuses a secret that is not to be rotated', async () => {
  const { world, versionId } = await started('native')
  await world.secrets.cancelRotation(world.arn)
  expect(await reasonOf(world.step('createSecret', versionId))).toBe('rotation-not-enabled')

  const unknown = { Step: 'createSecret', SecretId: 'no-such-secret', ClientRequestToken: 'x' }
  expect(await reasonOf(world.deliver(unknown))).toBe('secret-missing')

  const other = await started('native', { entry: { secretId: 'another' } })
  expect(await reasonOf(other.world.step('createSecret', other.versionId))).toBe(
    'secret-not-configured',
  )
})

test.each([
  ['a step that is none', { Step: 'toString' }],
  ['no secret', { SecretId: '' }],
  ['no version', { ClientRequestToken: '' }],
])('refuses an event with %s', async (_name, part) => {
  const { world, versionId } = await started('native')
  const event = { Step: 'createSecret', SecretId: world.arn, ClientRequestToken: versionId }
  expect(await reasonOf(world.deliver({ ...event, ...part }))).toBe('malformed-event')
})

const secretValue = (value: object) => ({ value: JSON.stringify(value) })

test.each<[string, string, Kind, Options]>([
  ['a protected client', 'client-protected', 'native', {}],
  ['a value that is no JSON', 'secret-shape', 'native', { value: 'plain text' }],
  ['a value without a credential', 'secret-shape', 'native', secretValue({ client_id: 'x' })],
  [
    'a client that is not there',
    'client-missing',
    'native',
    secretValue({ client_id: 'nobody', client_secret: 'x' }),
  ],
  [
    'a tag of another client',
    'secret-of-another-client',
    'native',
    { tags: { 'lapse:client_id': 'o' } },
  ],
])('refuses %s, and touches nothing', async (name, reason, kind, options) => {
  const rotated = await createRotated(kind, head.ory)
  const protectedClientIds = name.startsWith('a protected') ? [rotated.client_id] : []
  const world = rotationWorld(head, rotated, { ...options, protectedClientIds })
  const versionId = await world.secrets.rotate(world.arn)
  const asked = head.requests.filter(({ method }) => method !== 'GET').length

  expect(await reasonOf(world.step('createSecret', versionId))).toBe(reason)
  expect(head.requests.filter(({ method }) => method !== 'GET')).toHaveLength(asked)
  expect(world.ledger.rows).toEqual([])
  expect(await world.works(rotated.credential)).toBe(true)
})

test.each<[string, string, Kind, OAuth2ClientBody]>([
  ['no authentication', 'authentication-method', 'native', { token_endpoint_auth_method: 'none' }],
  [
    'keys at a jwks_uri',
    'jwks-uri',
    'key-pair',
    { jwks: {}, jwks_uri: 'https://app.example/jwks.json' },
  ],
])('refuses a client with %s', async (_name, reason, kind, body) => {
  const world = await worldOf(kind, {}, head, body)
  const versionId = await world.secrets.rotate(world.arn)

  expect(await reasonOf(world.step('createSecret', versionId))).toBe(reason)
  expect(world.ledger.rows).toEqual([])
})

test('refuses a secret whose shape is not the way its client authenticates', async () => {
  const native = await createRotated('native', head.ory)
  const keyed = await createRotated('key-pair', head.ory)
  const swapped = [
    [native, { client_id: native.client_id, private_jwk: await newKey('k') }],
    [keyed, { client_id: keyed.client_id, client_secret: 'a secret' }],
  ] as const
  for (const [rotated, value] of swapped) {
    const world = rotationWorld(head, rotated, secretValue(value))
    const versionId = await world.secrets.rotate(world.arn)
    expect(await reasonOf(world.step('createSecret', versionId))).toBe('secret-shape')
  }
})

test('refuses a key that is not the one of its kid at the client', async () => {
  const rotated = await createRotated('key-pair', head.ory)
  const others = [await newKey(foreignKid), await newKey('unknown')]
  for (const private_jwk of others) {
    const value = secretValue({ client_id: rotated.client_id, private_jwk })
    const world = rotationWorld(head, rotated, value)
    const versionId = await world.secrets.rotate(world.arn)
    expect(await reasonOf(world.step('createSecret', versionId))).toBe('key-unusable')
  }
})

test('refuses where AWSCURRENT no longer authenticates, and leaves what is in use', async () => {
  const { world, versionId } = await started('native')
  const inUse = { client_id: world.secretId, client_secret: 'set-by-somebody-else' }
  await setSecret(world, inUse.client_secret)

  expect(await reasonOf(world.step('createSecret', versionId))).toBe('current-refused')
  expect(await world.works(inUse)).toBe(true)
  expect(await world.credentialAt('AWSPENDING')).toBeUndefined()
})

const setSecret = ({ ory, secretId }: RotationWorld, value: string) =>
  ory.patchOAuth2Client({
    id: secretId,
    body: [{ op: 'replace', path: '/client_secret', value }],
  })

test('refuses a server without the rotate endpoint, unless a hard cut is allowed', async () => {
  const refused = await started('native', {}, old)
  expect(await reasonOf(refused.world.step('createSecret', refused.versionId))).toBe(
    'no-rotate-endpoint',
  )
  expect(await refused.world.currentWorks()).toBe(true)

  const allowed = await started('native', { entry: { allowHardCut: true } }, old)
  await allowed.world.step('createSecret', allowed.versionId)
  expect(allowed.world.ledger.rows[0]?.strategy).toBe('replace')
})

test('uses the rotate endpoint where there is one, though a hard cut were allowed', async () => {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } })
  await world.step('createSecret', versionId)
  expect(world.ledger.rows[0]?.strategy).toBe('native')
})

test('takes no answer but a missing client for support, and none but a missing route for its lack', async () => {
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, old)
  const services = world.servicesAt((label, call) =>
    label === 'rotateOAuth2ClientSecret'
      ? Promise.reject(new OryConfigurationError(label, 'unauthorized', 'the key is wrong'))
      : call(),
  )
  const event = { Step: 'createSecret', SecretId: world.arn, ClientRequestToken: versionId }

  await expect(rotateStep(event, world.allowance(), services)).rejects.toThrow(
    OryConfigurationError,
  )
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
  expect(head.requests.map(({ operation }) => operation)).not.toContain(
    'deleteRotatedOAuth2ClientSecrets',
  )
})

test('puts in the key beside those of others, under a kid of its own', async () => {
  const { world, versionId } = await started('key-pair')
  const before = await world.credentialAt('AWSCURRENT')
  await world.step('createSecret', versionId)
  for (let time = 0; time < 2; time += 1) await world.step('setSecret', versionId)
  const pending = await world.credentialAt('AWSPENDING')
  const { jwks } = await world.ory.getOAuth2Client({ id: world.secretId })

  expect(jwks?.keys?.map(({ kid, use, alg }) => ({ kid, use, alg }))).toEqual(
    [foreignKid, before?.private_jwk?.kid, pending?.private_jwk?.kid].map((kid) => ({
      kid,
      use: 'sig',
      alg: 'ES256',
    })),
  )
  expect(JSON.stringify(jwks)).not.toContain('"d"')
  expect(await world.works(pending as never)).toBe(true)
})

test('writes the keys once, and leaves a set alone that has them all', async () => {
  const { world, versionId } = await started('key-pair')
  await takeSteps(world, versionId, 2)
  const writes = head.requests.filter(
    ({ path, operation }) => operation === 'patchOAuth2Client' && path.includes(world.secretId),
  )
  expect(writes).toHaveLength(1)
})

test('believes no write of the keys that it does not find afterwards', async () => {
  const { world, versionId } = await started('key-pair')
  await world.step('createSecret', versionId)
  const ignored = world.step('setSecret', versionId, (label, call) =>
    label === 'patchOAuth2Client' ? (Promise.resolve({}) as never) : call(),
  )
  expect(await reasonOf(ignored)).toBe('key-unusable')
})

test('puts no key in the place of another that has its kid', async () => {
  const { world, versionId } = await started('key-pair')
  await world.step('createSecret', versionId)
  const kid = String((await world.credentialAt('AWSPENDING'))?.private_jwk?.kid)
  const { jwks } = await world.ory.getOAuth2Client({ id: world.secretId })
  const keys = [...(jwks?.keys ?? []), publicHalf(await newKey(kid))]
  const body = [{ op: 'replace', path: '/jwks', value: { keys } }] as const
  await world.ory.patchOAuth2Client({ id: world.secretId, body })

  expect(await reasonOf(world.step('setSecret', versionId))).toBe('key-unusable')
  expect(await world.currentWorks()).toBe(true)
})

test('rotates an RSA key of a client that names no algorithm', async () => {
  const { client_id } = await createRotated('native', head.ory)
  const private_jwk = { ...(await rsaKey()), kid: 'first' }
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key } = private_jwk
  const body = [
    { op: 'replace', path: '/jwks', value: { keys: [{ ...key, use: 'sig' }] } },
    { op: 'replace', path: '/token_endpoint_auth_method', value: 'private_key_jwt' },
  ] as never
  await head.ory.patchOAuth2Client({ id: client_id, body })
  const world = rotationWorld(head, { client_id, credential: { client_id, private_jwk } })
  const versionId = await world.secrets.rotate(world.arn)
  await takeSteps(world, versionId)
  world.clock.advance(overlapMs)
  await world.sweep()

  const { jwks } = await head.ory.getOAuth2Client({ id: client_id })
  const current = await world.credentialAt('AWSCURRENT')
  expect(jwks?.keys?.map(({ kid, alg }) => [kid, alg])).toEqual([
    [current?.private_jwk?.kid, 'RS256'],
  ])
  expect(world.ledger.rows).toMatchObject([{ phase: 'closed', algorithm: 'RS256' }])
})

async function rsaKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kty: 'RSA' }
}

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
  const other = await createRotated('native', head.ory)
  await world.secrets.put(world.arn, 'by-hand', JSON.stringify(other.credential), 'AWSCURRENT')

  for (const name of steps)
    expect(await reasonOf(world.step(name, versionId))).toBe('secret-of-another-client')
  const next = await startRotation(world.arn, world.allowance(), world.services).catch(
    (error: RotationError) => error.reason,
  )
  expect(next).toBe('secret-of-another-client')
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
  const { world, versionId } = await started('native', { entry: { allowHardCut: true } }, old)
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
