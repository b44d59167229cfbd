import { exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { createRotated, foreignKid, newKey, publicHalf } from './rotation-clients.ts'
import { rotationServers } from './rotation-servers.ts'
import { reasonOf, takeSteps } from './rotation-stories.ts'
import { overlapMs, rotationWorld } from './rotation-world.ts'

const { at, started } = rotationServers()

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
  const writes = at.head.requests.filter(
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

test('leaves a client alone whose key at AWSCURRENT is another meanwhile', async () => {
  const { world, versionId } = await started('key-pair')
  await world.step('createSecret', versionId)
  const kid = String((await world.credentialAt('AWSCURRENT'))?.private_jwk?.kid)
  const keys = [publicHalf(await newKey(kid))]
  const body = [{ op: 'replace', path: '/jwks', value: { keys } }] as const
  await world.ory.patchOAuth2Client({ id: world.secretId, body })

  expect(await reasonOf(world.step('setSecret', versionId))).toBe('current-refused')
  expect((await world.ory.getOAuth2Client({ id: world.secretId })).jwks?.keys).toHaveLength(1)
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
  const { client_id } = await createRotated('native', at.head.ory)
  const private_jwk = { ...(await rsaKey()), kid: 'first' }
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key } = private_jwk
  const body = [
    { op: 'replace', path: '/jwks', value: { keys: [{ ...key, use: 'sig' }] } },
    { op: 'replace', path: '/token_endpoint_auth_method', value: 'private_key_jwt' },
  ] as never
  await at.head.ory.patchOAuth2Client({ id: client_id, body })
  const world = rotationWorld(at.head, { client_id, credential: { client_id, private_jwk } })
  const versionId = await world.secrets.rotate(world.arn)
  await takeSteps(world, versionId)
  world.clock.advance(overlapMs)
  await world.sweep()

  const { jwks } = await at.head.ory.getOAuth2Client({ id: client_id })
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
