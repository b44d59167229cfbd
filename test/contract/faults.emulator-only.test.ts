import type { FaultKind } from '@lapse/ory-emulator'
import { expect, inject, test } from 'vitest'
import { startOwnEmulator } from './setup/own-emulator.ts'
import { apiError, configurationError, transportError } from './setup/thrown.ts'

const client_id = 'mail'
const client_secret = 'a-secret-of-the-contract-suite'
const body = { client_id, client_secret, grant_types: ['client_credentials'] }
const basic = { client_id, client_secret }
const never = { maxAttempts: 1 }

test('repeats a revoke whose answer was lost, and it ends as one that was answered', async () => {
  const { emulator, ory, askedFor } = await startOwnEmulator()
  emulator.faults.add({ operation: 'revokeOAuth2ConsentSessions', kind: 'drop-after', times: 2 })

  expect(await ory.revokeOAuth2ConsentSessions({ subject: 'u1', all: true })).toBeUndefined()
  expect(askedFor('revokeOAuth2ConsentSessions')).toBe(3)
})

test('finds a client gone whose deletion was done and not answered', async () => {
  const { emulator, ory, askedFor } = await startOwnEmulator()
  await ory.createOAuth2Client({ body })
  emulator.faults.add({ operation: 'deleteOAuth2Client', kind: 'drop-after', times: 1 })

  const error = await apiError(ory.deleteOAuth2Client({ id: client_id }))

  expect(error).toMatchObject({ status: 404, rowMissing: true })
  expect(askedFor('deleteOAuth2Client')).toBe(2)
})

test('creates a client once although the answer was lost, and says that it may have', async () => {
  const { emulator, ory, askedFor } = await startOwnEmulator()
  emulator.faults.add({ operation: 'createOAuth2Client', kind: 'drop-after' })

  const error = await transportError(ory.createOAuth2Client({ body }))

  expect(error).toMatchObject({ reason: 'reset', mayHaveRun: true })
  expect(askedFor('createOAuth2Client')).toBe(1)
  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({ client_id })
})

if (inject('oryServer').features.secretRotation) {
  test('rotates a secret once although the answer was lost; the old one stays valid', async () => {
    const { emulator, ory, askedFor } = await startOwnEmulator()
    await ory.createOAuth2Client({ body })
    emulator.faults.add({ operation: 'rotateOAuth2ClientSecret', kind: 'drop-after' })

    const error = await transportError(ory.rotateOAuth2ClientSecret({ id: client_id }))

    expect(error).toMatchObject({ mayHaveRun: true })
    expect(askedFor('rotateOAuth2ClientSecret')).toBe(1)
    expect(await ory.revokeOAuth2Token({ token: 'any', basic })).toBeUndefined()
  })
}

test('exchanges a refresh token once although the answer was lost, for twice would end its chain', async () => {
  const { emulator, ory, askedFor } = await startOwnEmulator()
  await ory.createOAuth2Client({ body })
  emulator.faults.add({ operation: 'oauth2TokenExchange', kind: 'drop-after' })

  const error = await transportError(
    ory.oauth2TokenExchange({ grant_type: 'refresh_token', refresh_token: 'any', basic }),
  )

  expect(error).toMatchObject({ mayHaveRun: true })
  expect(askedFor('oauth2TokenExchange')).toBe(1)
})

test.each<FaultKind>([
  { kind: 'reset-before' },
  { kind: 'reset-during', after: 'headers' },
  { kind: 'reset-during', after: 'half-body' },
  { kind: 'status', status: 502 },
  { kind: 'status', status: 503, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 429, headers: { 'x-ratelimit-reset': '0' } },
  {
    kind: 'status',
    status: 400,
    json: {
      error: 'Unable to serialize access due to a concurrent update in another session',
      error_description: '',
    },
  },
])('gets over %j where a call may be repeated', async (fault) => {
  const { emulator, ory, askedFor } = await startOwnEmulator()
  await ory.createOAuth2Client({ body })
  emulator.faults.add({ operation: 'getOAuth2Client', times: 2, ...fault })

  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({ client_id })
  expect(askedFor('getOAuth2Client')).toBe(3)
})

test.each([502, 503, 429])('sends a call that may not be repeated once at %i', async (status) => {
  const { emulator, ory, askedFor } = await startOwnEmulator()
  emulator.faults.add({ operation: 'createOAuth2Client', kind: 'status', status })

  const error = await apiError(ory.createOAuth2Client({ body }))

  expect(error).toMatchObject({ status, retryable: true })
  expect(askedFor('createOAuth2Client')).toBe(1)
})

test('sends a patch that is answered 500 once, for it can never be applied', async () => {
  const { ory, askedFor } = await startOwnEmulator()
  await ory.createOAuth2Client({ body })

  const error = await apiError(
    ory.patchOAuth2Client({
      id: client_id,
      body: [{ op: 'replace', path: '/metadata/list/0', value: 1 }],
    }),
  )

  expect(error).toMatchObject({ status: 500, retryable: false })
  expect(askedFor('patchOAuth2Client')).toBe(1)
})

test('waits for no answer longer than it was told to, and leaves the work undone', async () => {
  const { emulator, ory } = await startOwnEmulator({}, () => ({ retry: never }))
  emulator.faults.add({ operation: 'createOAuth2Client', kind: 'delay', ms: 60_000, times: 1 })
  // Over a connection that is open, a request is on the wire at once.
  await apiError(ory.getOAuth2Client({ id: client_id }))

  const error = await transportError(ory.createOAuth2Client({ body }, { timeoutMs: 50 }))

  expect(error).toMatchObject({ reason: 'timeout', mayHaveRun: true })
  expect(await apiError(ory.getOAuth2Client({ id: client_id }))).toMatchObject({ rowMissing: true })
})

test.each([
  ['seconds of Retry-After', { 'retry-after': '3' }, 3000],
  ['a reset of the rate limit', { 'x-ratelimit-reset': '7' }, 7000],
  [
    'the reset of the bucket that is exhausted, where every bucket has headers',
    { 'x-ratelimit-remaining': ['0', '40'], 'x-ratelimit-reset': ['1', '50'] },
    1000,
  ],
  ['a reset within the second', { 'x-ratelimit-reset': '0' }, 0],
  ['nothing', {}, undefined],
])('reads from a 429 with %s how long to wait', async (_what, headers, retryAfterMs) => {
  const { emulator, ory } = await startOwnEmulator({}, () => ({ retry: never }))
  emulator.faults.add({ operation: '*', kind: 'status', status: 429, headers })

  const error = await apiError(ory.getOAuth2Client({ id: client_id }))

  expect(error).toMatchObject({ status: 429, retryable: true, retryAfterMs, body: {} })
})

const edge = (code: number, message: string) => ({
  json: { error: { code, message, reason: 'because', status: 'any', request: 'r1' } },
})

test('takes a 403 of the admin side for a key that may not, and one of the public side for an answer', async () => {
  const { emulator, ory } = await startOwnEmulator()
  emulator.faults.add({ operation: '*', kind: 'status', status: 403, ...edge(403, 'Forbidden') })

  const admin = await configurationError(ory.getOAuth2Client({ id: client_id }))
  const open = await apiError(ory.revokeOAuth2Token({ token: 'any', basic }))

  expect(admin).toMatchObject({ reason: 'forbidden', status: 403, configuration: true })
  expect(open).toMatchObject({ status: 403, configuration: false, body: { error: 'Forbidden' } })
})

test('takes a 404 of the edge for a wrong project, and for no client that is gone', async () => {
  const { emulator, ory } = await startOwnEmulator()
  emulator.faults.add({ operation: '*', kind: 'status', status: 404, ...edge(404, 'Not Found') })

  const error = await configurationError(ory.deleteOAuth2Client({ id: client_id }))

  expect(error).toMatchObject({ reason: 'route-not-found', status: 404 })
})

test('believes a revoke that is answered and not done, which only a second look finds out', async () => {
  const { emulator, ory } = await startOwnEmulator()
  await ory.createOAuth2Client({ body })
  const grant = { grant_type: 'client_credentials', basic } as const
  const { access_token } = await ory.oauth2TokenExchange(grant)
  emulator.faults.add({ operation: 'deleteOAuth2Token', kind: 'ignore', times: 1 })

  expect(await ory.deleteOAuth2Token({ client_id })).toBeUndefined()
  expect(await ory.introspectOAuth2Token({ token: access_token })).toMatchObject({ active: true })

  expect(await ory.deleteOAuth2Token({ client_id })).toBeUndefined()
  expect(await ory.introspectOAuth2Token({ token: access_token })).toEqual({ active: false })
})

test('sends nothing for a call whose parameters it refuses', async () => {
  const { emulator, ory } = await startOwnEmulator()

  const calls = [
    ory.listOAuth2Clients({ owner: '' }),
    ory.deleteOAuth2Client({ id: '..' }),
    ory.deleteOAuth2Token({ client_id: '' }),
  ]

  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'ERR_ORY_ARGUMENT' })
  expect(emulator.requests).toEqual([])
})

test('asks for a list only when it is awaited, and for its first page once', async () => {
  const { ory, askedFor } = await startOwnEmulator()

  const list = ory.listOAuth2Clients()
  expect(askedFor('listOAuth2Clients')).toBe(0)

  await list
  for await (const client of list) expect(client).toBeUndefined()
  expect(askedFor('listOAuth2Clients')).toBe(1)
})
