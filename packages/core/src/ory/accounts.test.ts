import { MockAgent } from 'undici'
import { expect, test } from 'vitest'
import { OryApiError, OryArgumentError, OryConfigurationError } from '../errors.ts'
import { accountOperations, createOryAccounts } from './index.ts'
import { rejectionOf } from './mocked-ory.ts'

const mocked = () => {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const accounts = createOryAccounts({
    identities: { url: 'http://kratos.test/base/' },
    apiKeys: { url: 'http://talos.test', apiKey: 'ory_pat_1' },
    dispatcher: agent,
  })
  return {
    accounts,
    kratos: agent.get('http://kratos.test'),
    talos: agent.get('http://talos.test'),
  }
}

test('has the nine operations of its own', () => {
  expect(Object.keys(accountOperations).toSorted()).toEqual([
    'adminListImportedApiKeys',
    'adminListIssuedApiKeys',
    'adminRevokeImportedApiKey',
    'adminRevokeIssuedApiKey',
    'deleteIdentitySessions',
    'getIdentity',
    'getIdentityByExternalID',
    'listIdentities',
    'listIdentitySessions',
  ])
})

test('lists the keys of an actor alone', async () => {
  const { accounts, talos } = mocked()
  const actor_id = "alice' OR true"
  const filter = encodeURIComponent(`actor_id="${actor_id}"`)
  const path = `/v2alpha1/admin/issuedApiKeys?filter=${filter}&page_size=2`
  const page = (token: string, key_id: string) => ({
    issued_api_keys: [{ key_id, actor_id }],
    next_page_token: token,
  })
  talos
    .intercept({ path, headers: { authorization: 'Bearer ory_pat_1' } })
    .reply(200, page('next/1', 'k1'))
  talos.intercept({ path: `${path}&page_token=next%2F1` }).reply(200, page('', 'k2'))

  const keys = await Array.fromAsync(accounts.adminListIssuedApiKeys({ actor_id, page_size: 2 }))
  expect(keys.map(({ key_id }) => key_id)).toEqual(['k1', 'k2'])
})

test('asks for the keys that stand in one way', async () => {
  const { accounts, talos } = mocked()
  const filter = 'actor_id="alice" AND status=KEY_STATUS_ACTIVE'
  talos
    .intercept({ path: `/v2alpha1/admin/issuedApiKeys?filter=${encodeURIComponent(filter)}` })
    .reply(200, { issued_api_keys: [] })

  const status = 'KEY_STATUS_ACTIVE'
  expect(await accounts.adminListIssuedApiKeys({ actor_id: 'alice', status })).toMatchObject({
    items: [],
  })
})

test.each(['', 'KEY_STATUS_ACTIVE OR actor_id="bob"', '"KEY_STATUS_ACTIVE"', 7])(
  'never asks for the status %j',
  async (status) => {
    const { accounts } = mocked()
    const asked = { actor_id: 'alice', status: status as never }

    expect(await rejectionOf(accounts.adminListIssuedApiKeys(asked))).toMatchObject({
      code: 'ERR_ORY_ARGUMENT',
      parameter: 'status',
    })
  },
)

test.each(['*', ' * ', '', ' ', 'a"b', '" OR actor_id="b', 'corp\\alice'])(
  'never asks for the keys of %j',
  async (actor_id) => {
    const { accounts } = mocked()

    expect(await rejectionOf(accounts.adminListImportedApiKeys({ actor_id }))).toBeInstanceOf(
      OryArgumentError,
    )
  },
)

test('never ends the sessions of everybody', async () => {
  const { accounts } = mocked()

  expect(await rejectionOf(accounts.deleteIdentitySessions({ id: '*' }))).toBeInstanceOf(
    OryArgumentError,
  )
})

test.each([
  ['another actor', { actor_id: 'Alice' }],
  ['an actor that is not named', {}],
])('takes keys of %s for a mismatch', async (_whose, key) => {
  const { accounts, talos } = mocked()
  talos
    .intercept({ path: `/v2alpha1/admin/importedApiKeys?filter=actor_id%3D%22alice%22` })
    .reply(200, { imported_api_keys: [{ key_id: 'k1', ...key }] })

  expect(await rejectionOf(accounts.adminListImportedApiKeys({ actor_id: 'alice' }))).toMatchObject(
    { code: 'ERR_ORY_MISMATCH' },
  )
})

test('revokes a key with a reason, and not without', async () => {
  const { accounts, talos } = mocked()
  const body = { reason: 'REVOCATION_REASON_AFFILIATION_CHANGED' } as const
  talos
    .intercept({
      path: '/v2alpha1/admin/issuedApiKeys/k1:revoke',
      method: 'POST',
      body: JSON.stringify(body),
    })
    .reply(204)

  await accounts.adminRevokeIssuedApiKey({ id: 'k1', body })
  const unclear = { reason: 'REVOCATION_REASON_UNSPECIFIED' } as never
  expect(
    await rejectionOf(accounts.adminRevokeIssuedApiKey({ id: 'k1', body: unclear })),
  ).toMatchObject({ parameter: 'body.reason' })
})

test('sends the key of one part to no other, and keeps a path in front', async () => {
  const { accounts, kratos } = mocked()
  kratos
    .intercept({
      path: '/base/admin/identities/a%2Fb/sessions?active=true',
      headers: (headers) => !('authorization' in headers),
    })
    .reply(200, [{ id: 's1' }])

  const { items } = await accounts.listIdentitySessions({ id: 'a/b', active: true })
  expect(items).toEqual([{ id: 's1' }])
})

test.each([
  ['getIdentity', '/base/admin/identities/alice'],
  ['deleteIdentitySessions', '/base/admin/identities/alice/sessions'],
] as const)('%s tells a missing row from a missing route', async (op, path) => {
  const { accounts, kratos } = mocked()
  const method = accountOperations[op].method
  const answer = (message: string) => ({ error: { code: 404, status: 'Not Found', message } })
  const asked = () => rejectionOf(accounts[op]({ id: 'alice' }) as Promise<unknown>)

  kratos.intercept({ path, method }).reply(404, answer('Unable to locate the resource'))
  expect(await asked()).toMatchObject({ rowMissing: true })
  kratos.intercept({ path, method }).reply(404, answer('The requested resource could not be found'))
  expect(await asked()).toBeInstanceOf(OryConfigurationError)
  kratos.intercept({ path, method }).reply(404, '404 page not found')
  expect(await asked()).toBeInstanceOf(OryConfigurationError)
})

const envelope = (code: number, id: string, message: string, reason: string) => ({
  error: { id, code, status: code === 404 ? 'Not Found' : 'Conflict', reason, message },
})

test.each([
  ['its own words', envelope(404, 'api_key_not_found', 'The API key was not found.', 'not found')],
  ['those of its specification', { code: 5, message: 'api key not found', details: [] }],
])('takes a key for gone in %s', async (_whose, answer) => {
  const { accounts, talos } = mocked()
  talos
    .intercept({ path: '/v2alpha1/admin/issuedApiKeys/k1:revoke', method: 'POST' })
    .reply(404, answer)
  const body = { reason: 'REVOCATION_REASON_AFFILIATION_CHANGED' } as const
  const gone = await rejectionOf(accounts.adminRevokeIssuedApiKey({ id: 'k1', body }))

  expect(gone).toBeInstanceOf(OryApiError)
  expect(gone).toMatchObject({ rowMissing: true })
})

test.each([
  [envelope(404, 'not_found', 'The requested resource could not be found', 'Not Found')],
  [{ code: 5, message: 'Not Found', details: [] }],
  ['404 page not found'],
])('takes %j for a missing route', async (answer) => {
  const { accounts, talos } = mocked()
  talos
    .intercept({ path: '/v2alpha1/admin/issuedApiKeys/k1:revoke', method: 'POST' })
    .reply(404, answer)
  const body = { reason: 'REVOCATION_REASON_AFFILIATION_CHANGED' } as const

  expect(await rejectionOf(accounts.adminRevokeIssuedApiKey({ id: 'k1', body }))).toBeInstanceOf(
    OryConfigurationError,
  )
})

test.each([
  'uuid: incorrect UUID length 5 in string "alice"',
  'uuid: incorrect UUID format in string "urn:UUID:"',
  'uuid: invalid UUID format',
])('takes an id that is not a UUID for one that no identity has: %s', async (message) => {
  const { accounts, kratos } = mocked()
  const answer = { error: { code: 400, status: 'Bad Request', message } }
  const path = '/base/admin/identities/alice/sessions'
  kratos.intercept({ path }).reply(400, answer)
  kratos.intercept({ path, method: 'DELETE' }).reply(400, answer)
  const error = await rejectionOf(accounts.deleteIdentitySessions({ id: 'alice' }))

  expect(error).toMatchObject({ status: 400, rowMissing: true })
  expect(JSON.stringify(error)).not.toContain('alice')
  expect(await rejectionOf(accounts.listIdentitySessions({ id: 'alice' }))).toMatchObject({
    rowMissing: true,
  })
})

test('takes no other 400 for a missing identity', async () => {
  const { accounts, kratos } = mocked()
  kratos.intercept({ path: '/base/admin/identities/alice/sessions' }).reply(400, {
    error: { code: 400, status: 'Bad Request', message: 'could not parse parameter active' },
  })

  expect(await rejectionOf(accounts.listIdentitySessions({ id: 'alice' }))).toMatchObject({
    rowMissing: false,
  })
})

test.each([
  ['7', 7],
  ['', undefined],
  ['-1', undefined],
])('knows how many there are on all pages where that is said: %j', async (header, total) => {
  const { accounts, kratos } = mocked()
  kratos
    .intercept({ path: '/base/admin/identities/alice/sessions' })
    .reply(200, [{ id: 's1' }], { headers: { 'x-total-count': header } })

  expect((await accounts.listIdentitySessions({ id: 'alice' })).total).toBe(total)
})

test('says in a line which part is not there', async () => {
  const accounts = createOryAccounts({ identities: { url: 'http://kratos.test' } })

  expect(await rejectionOf(accounts.adminListIssuedApiKeys({ actor_id: 'alice' }))).toMatchObject({
    code: 'ERR_CONFIG',
    message: 'apiKeys is missing: adminListIssuedApiKeys needs it',
  })
  await accounts[Symbol.asyncDispose]()
})

test('finds an identity by its external id', async () => {
  const { accounts, kratos } = mocked()
  const identity = { id: 'i-1', external_id: 'hr/42' }
  kratos.intercept({ path: '/base/admin/identities/by/external/hr%2F42' }).reply(200, identity)

  expect(await accounts.getIdentityByExternalID({ id: 'hr/42' })).toEqual(identity)
})

test.each([{ external_id: 'HR42' }, {}])(
  'takes an identity with %j for a mismatch where hr42 was asked for',
  async (members) => {
    const { accounts, kratos } = mocked()
    const path = '/base/admin/identities/by/external/hr42'
    kratos.intercept({ path }).reply(200, { id: 'i-1', ...members })

    expect(await rejectionOf(accounts.getIdentityByExternalID({ id: 'hr42' }))).toMatchObject({
      code: 'ERR_ORY_MISMATCH',
    })
  },
)

test.each([
  ['alice@acme.example', 'alice@acme.example'],
  ['Alice@Acme.example ', 'alice@acme.example'],
  ['+49 (176) 671-11638', '+4917667111638'],
  ['google:118', 'google:118'],
])('finds identities by %j, which is signed in with as %j', async (asked, identifier) => {
  const { accounts, kratos } = mocked()
  const path = `/base/admin/identities?credentials_identifier=${encodeURIComponent(asked)}`
  const identity = { id: 'i-1', credentials: { password: { identifiers: ['a', identifier] } } }
  kratos.intercept({ path: path.replaceAll('%20', '+') }).reply(200, [identity])
  kratos.intercept({ path }).reply(200, [identity])

  expect((await accounts.listIdentities({ credentials_identifier: asked })).items).toEqual([
    identity,
  ])
})

test.each([
  {},
  { credentials: {} },
  { credentials: { password: { identifiers: ['bob@acme.example'] } } },
  { credentials: { password: {} } },
])('believes no list of everybody: %j', async (members) => {
  const { accounts, kratos } = mocked()
  const path = '/base/admin/identities?credentials_identifier=alice'
  const right = { id: 'i-0', credentials: { password: { identifiers: ['alice'] } } }
  kratos.intercept({ path }).reply(200, [right, { id: 'i-1', ...members }])

  expect(
    await rejectionOf(accounts.listIdentities({ credentials_identifier: 'alice' })),
  ).toMatchObject({ code: 'ERR_ORY_MISMATCH' })
})

test.each(['', ' ', '*'])('never lists the identities of %j', async (asked) => {
  const { accounts } = mocked()

  expect(
    await rejectionOf(accounts.listIdentities({ credentials_identifier: asked })),
  ).toBeInstanceOf(OryArgumentError)
})
