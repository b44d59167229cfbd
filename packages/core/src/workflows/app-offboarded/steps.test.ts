import { expect, test } from 'vitest'
import type { AppOffboarded, OffboardingMode } from '../../events/index.ts'
import type { IssuerGrant } from '../../issuers/index.ts'
import type { OAuth2Client } from '../../ory/index.ts'
import { callsOf } from '../../run/index.ts'
import { openingSteps, remainingSteps, untilHandedOver } from './steps.ts'

const settings = {
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
  accessTokenLifespanMs: 3_600_000,
  secretRecoveryDays: 30,
}

const event = (mode: OffboardingMode): AppOffboarded => ({
  type: 'app.offboarded',
  id: 'e-1',
  source: 's',
  time: '2026-01-02T03:04:05Z',
  data: { mode },
  mode,
  clientId: 'mail',
  issuers: ['https://partner.example'],
  secretIds: [],
})

const grant = (id: string, kid: string): IssuerGrant => ({
  id,
  kid,
  subject: id,
  scope: [],
  expiresAt: 0,
  createdAt: 0,
})

const held = ['lapse:suspended']
const client = (change: object = {}) =>
  ({
    client_id: 'mail',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    metadata: {},
    ...change,
  }) as unknown as OAuth2Client

test('deletes one grant of each key, and leaves keys that are newer', () => {
  const subjects = Array.from({ length: 2000 }, (_, n) => grant(`first-${n}`, 'k1'))
  const going = [...subjects, grant('second', 'k2')]
  const issuers = [
    { issuer: 'https://partner.example', going, newer: [grant('third', 'k3')] },
    { issuer: 'https://other.example', going: [grant('fourth', 'k1')], newer: [] },
  ]
  const parts = { client: undefined, issuers, secrets: [], unread: [] }
  const [step] = remainingSteps(event('delete'), parts, settings)

  expect(step && callsOf(step).map(({ params }) => params)).toEqual([
    { id: 'first-1999' },
    { id: 'second' },
    { id: 'fourth' },
  ])
})

test.each([
  ['delete', {}, ['freeze', 'access-tokens']],
  ['delete', { grant_types: held, response_types: held }, ['access-tokens']],
  ['delete', { grant_types: held }, ['access-tokens']],
  ['delete', { metadata: ['x'] }, ['access-tokens']],
  ['suspend', {}, ['freeze', 'access-tokens']],
  ['restore', {}, []],
] as const)('begins a %s of a client with %j', (mode, change, keys) => {
  const steps = openingSteps(event(mode), { client: client(change) })

  expect(steps.map(({ key }) => key)).toEqual(keys)
})

test('makes no client again that is still there, however it was to be deleted', () => {
  const there = client()
  const reset = {
    clientId: 'mail',
    event: { id: 'e-1', source: 's', time: '2026-01-02T03:04:05Z' },
    key: 'k',
    client: there,
    createdAt: '2026-01-01T00:00:00Z',
    openedAt: 0,
  }
  const keysOf = (seen: object) =>
    remainingSteps(
      event('reset'),
      { client: there, issuers: [], secrets: [], unread: [], ...seen },
      settings,
    ).map(({ key }) => key)

  expect(keysOf({ reset })).toEqual([])
  expect(keysOf({ reset, client: undefined })).toEqual(['recreate'])
  expect(keysOf({})).toEqual(['recreate'])
})

test('a reset is followed at once by the client’s return and a try of its secret, where it has one', () => {
  const credential = { arn: 'arn:secret', versionId: 'v' }
  const remade = ['getOAuth2Client', 'createOAuth2Client', 'getOAuth2Client']
  const tried = ['revokeOAuth2Token', 'revokeOAuth2Token']
  const open = { clientId: 'mail', client: client() }
  const follows = (mode: OffboardingMode, seen: object) =>
    untilHandedOver(event(mode), { client: client(), ...seen } as never)

  expect(follows('reset', {})).toEqual(remade)
  expect(follows('reset', { credential })).toEqual([...remade, ...tried])
  expect(follows('reset', { reset: { ...open, credential } })).toEqual([...remade, ...tried])
  expect(follows('reset', { reset: { ...open, goneAt: 1 } })).toEqual([])
  expect(follows('reset', { client: undefined })).toEqual([])
  expect(follows('delete', { credential })).toEqual([])
})
