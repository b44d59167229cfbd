import { expect, test } from 'vitest'
import { startOryEmulator } from './start.ts'

const seed = {
  identities: [
    { id: 'alice', sessions: 2, external_id: 'hr-1', identifiers: ['Alice@acme.example'] },
    { id: 'bob' },
  ],
  api_keys: [
    { actor_id: 'alice', key_id: 'k1', create_time: '2026-01-02T03:04:05Z' },
    { actor_id: 'alice', key_id: 'k2' },
    { actor_id: 'a\\b', key_id: 'k3' },
    { actor_id: 'alice', key_id: 'i1', imported: true },
  ],
}

async function started() {
  const emulator = await startOryEmulator({ accounts: true, seed })
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(emulator.adminUrl + path, init)
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  const keys = (filter: string, more = '') =>
    ask(`/v2alpha1/admin/issuedApiKeys?filter=${encodeURIComponent(filter)}${more}`)
  return { emulator, ask, keys, [Symbol.asyncDispose]: emulator.stop }
}

test('ends the sessions of one identity, and says of the others that there are none', async () => {
  await using at = await started()
  const sessions = '/admin/identities/alice/sessions'
  const missing = {
    status: 404,
    body: { error: { code: 404, status: 'Not Found', message: 'Unable to locate the resource' } },
  }

  expect((await at.ask(sessions)).body).toHaveLength(2)
  expect(await at.ask(sessions, { method: 'DELETE' })).toEqual({ status: 204, body: undefined })
  expect((await at.ask(sessions)).body).toEqual([])
  expect(await at.ask(sessions, { method: 'DELETE' })).toEqual(missing)
  expect(await at.ask('/admin/identities/bob/sessions', { method: 'DELETE' })).toEqual(missing)
  expect((await at.ask('/admin/identities/bob')).status).toBe(200)
  expect(await at.ask('/admin/identities/carol')).toEqual(missing)
})

test('finds an identity by what it is called elsewhere, and by what somebody signs in by', async () => {
  await using at = await started()
  const alice = { id: 'alice', state: 'active', external_id: 'hr-1' }
  const credentials = { password: { type: 'password', identifiers: ['alice@acme.example'] } }
  const by = (query: string) => at.ask(`/admin/identities${query}`)

  expect((await by('/by/external/hr-1')).body).toEqual({ ...alice, credentials })
  expect((await by('/by/external/hr-2')).status).toBe(404)
  expect((await by('?credentials_identifier=ALICE%40acme.example')).body).toEqual([
    { ...alice, credentials },
  ])
  expect((await by('?credentials_identifier=bob')).body).toEqual([])
  expect((await by('')).body).toEqual([alice, { id: 'bob', state: 'active' }])
})

test('has one identity for an external id', async () => {
  await using at = await started()

  await expect(
    at.emulator.seed({ identities: [{ id: 'carol', external_id: 'hr-1' }] }),
  ).rejects.toThrow('identities[0].external_id is taken: an identity is called "hr-1"')
})

test('lists the keys of an actor by an expression, page by page', async () => {
  await using at = await started()
  const ids = ({ body }: { body: { issued_api_keys: { key_id: string }[] } }) =>
    body.issued_api_keys.map(({ key_id }) => key_id)
  const first = await at.keys('actor_id="alice"', '&page_size=1')

  expect(ids(first)).toEqual(['k1'])
  expect(
    ids(await at.keys('actor_id="alice"', `&page_token=${first.body.next_page_token}`)),
  ).toEqual(['k2'])
  expect(ids(await at.keys('actor_id="a\\b"'))).toEqual(['k3'])
  expect(ids(await at.keys('actor_id="alice" AND status=KEY_STATUS_REVOKED'))).toEqual([])
})

test.each([
  'actor_id=alice OR true',
  'actor_id="a\\"b"',
  'actor_id="a AND b"',
  'actor_id="a" AND actor_id="b"',
  'status=KEY_STATUS_ACTIVE',
  `actor_id="${'a'.repeat(257)}"`,
  'name="a"',
])('has no filter %s', async (filter) => {
  await using at = await started()

  expect(await at.keys(filter)).toMatchObject({ status: 400, body: { error: { code: 400 } } })
})

test('revokes a key for a reason, and keeps it listed', async () => {
  await using at = await started()
  const revoke = (path: string, body: object) =>
    at.ask(`/v2alpha1/admin/${path}`, { method: 'POST', body: JSON.stringify(body) })
  const reason = { reason: 'REVOCATION_REASON_AFFILIATION_CHANGED' }

  expect(await revoke('issuedApiKeys/k1:revoke', {})).toMatchObject({ status: 400 })
  expect(await revoke('issuedApiKeys/i1:revoke', reason)).toMatchObject({ status: 404 })
  expect(await revoke('issuedApiKeys/k1:revoke', reason)).toMatchObject({ status: 204 })
  expect(await revoke('issuedApiKeys/k1:revoke', reason)).toMatchObject({
    status: 409,
    body: { error: { reason: 'key is already revoked' } },
  })
  expect((await at.keys('actor_id="alice"')).body.issued_api_keys).toMatchObject([
    { key_id: 'k1', status: 'KEY_STATUS_REVOKED', create_time: '2026-01-02T03:04:05.000Z' },
    { key_id: 'k2', status: 'KEY_STATUS_ACTIVE' },
  ])
})

test('has none of it where it is an OAuth2 server alone', async () => {
  await using emulator = await startOryEmulator()

  const answer = await fetch(`${emulator.adminUrl}/admin/identities/alice`)
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toContain('Unable to locate the resource')
})

test('wants the key for all of it where it is Ory Network', async () => {
  await using emulator = await startOryEmulator({
    profile: 'network',
    network: { apiKey: 'ory_pat_1', limits: {} },
  })
  const asked = (path: string) => fetch(emulator.adminUrl + path)

  expect((await asked('/admin/identities/alice')).status).toBe(401)
  expect((await asked('/v2alpha1/admin/issuedApiKeys')).status).toBe(401)
})
