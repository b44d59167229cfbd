import type { OAuth2ClientBody } from '@lapse/core/ory'
import { expect, test } from 'vitest'
import { createRotated, foreignKid, type Kind, newKey, publicHalf } from './rotation-clients.ts'
import { rotationServers } from './rotation-servers.ts'
import { begun, type Options, reasonOf, setSecret } from './rotation-stories.ts'
import { rotationWorld } from './rotation-world.ts'

const { at, started } = rotationServers()

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
  ['a value that is not JSON', 'secret-shape', 'native', { value: 'plain text' }],
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
  const rotated = await createRotated(kind, at.head.ory)
  const protectedClientIds = name.startsWith('a protected') ? [rotated.client_id] : []
  const world = rotationWorld(at.head, rotated, { ...options, protection: { protectedClientIds } })
  const versionId = await world.secrets.rotate(world.arn)
  const asked = at.head.requests.filter(({ method }) => method !== 'GET').length

  expect(await reasonOf(world.step('createSecret', versionId))).toBe(reason)
  expect(at.head.requests.filter(({ method }) => method !== 'GET')).toHaveLength(asked)
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
  const { world, versionId } = await begun(at.head, kind, {}, body)

  expect(await reasonOf(world.step('createSecret', versionId))).toBe(reason)
  expect(world.ledger.rows).toEqual([])
})

test('refuses a secret whose shape is not the way its client authenticates', async () => {
  const native = await createRotated('native', at.head.ory)
  const keyed = await createRotated('key-pair', at.head.ory)
  const swapped = [
    [native, { client_id: native.client_id, private_jwk: await newKey('k') }],
    [keyed, { client_id: keyed.client_id, client_secret: 'a secret' }],
  ] as const
  for (const [rotated, value] of swapped) {
    const world = rotationWorld(at.head, rotated, secretValue(value))
    const versionId = await world.secrets.rotate(world.arn)
    expect(await reasonOf(world.step('createSecret', versionId))).toBe('secret-shape')
  }
})

test('refuses a key that is not the one of its kid at the client', async () => {
  const rotated = await createRotated('key-pair', at.head.ory)
  const others = [await newKey(foreignKid), await newKey('unknown')]
  for (const private_jwk of others) {
    const value = secretValue({ client_id: rotated.client_id, private_jwk })
    const world = rotationWorld(at.head, rotated, value)
    const versionId = await world.secrets.rotate(world.arn)
    expect(await reasonOf(world.step('createSecret', versionId))).toBe('key-unusable')
  }
})

test('refuses a key whose kid the client has twice', async () => {
  const { client_id, credential } = await createRotated('key-pair', at.head.ory)
  const kid = String(credential.private_jwk?.kid)
  const { jwks } = await at.head.ory.getOAuth2Client({ id: client_id })
  const keys = [...(jwks?.keys ?? []), publicHalf(await newKey(kid))]
  const body = [{ op: 'replace', path: '/jwks', value: { keys } }] as const
  await at.head.ory.patchOAuth2Client({ id: client_id, body })
  const world = rotationWorld(at.head, { client_id, credential })
  const versionId = await world.secrets.rotate(world.arn)

  expect(await reasonOf(world.step('createSecret', versionId))).toBe('key-unusable')
})

test('refuses where AWSCURRENT no longer authenticates, and leaves what is in use', async () => {
  const { world, versionId } = await started('native')
  const inUse = { client_id: world.secretId, client_secret: 'set-by-somebody-else' }
  await setSecret(world, inUse.client_secret)

  expect(await reasonOf(world.step('createSecret', versionId))).toBe('current-refused')
  expect(await world.works(inUse)).toBe(true)
  expect(await world.credentialAt('AWSPENDING')).toBeUndefined()
})

test('refuses a server without the rotate endpoint, unless a hard cut is allowed', async () => {
  const refused = await started('native', {}, 'v26.2')
  expect(await reasonOf(refused.world.step('createSecret', refused.versionId))).toBe(
    'no-rotate-endpoint',
  )
  expect(await refused.world.currentWorks()).toBe(true)

  const allowed = await started('native', { entry: { allowHardCut: true } }, 'v26.2')
  await allowed.world.step('createSecret', allowed.versionId)
  expect(allowed.world.ledger.rows[0]?.strategy).toBe('replace')
})
