import { createOryAccounts } from '@lapse/core/ory'
import { expect, test } from 'vitest'
import { openIdentityProvider } from '../setup/identity-provider.ts'
import { apiError, argumentError, configurationError } from '../setup/thrown.ts'

const unlocated = {
  error: { code: 404, status: 'Not Found', message: 'Unable to locate the resource' },
}

const sessionsAt = (id: string, query = '') => `/admin/identities/${id}/sessions${query}`

test('reads an identity', async () => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const { id } = await newIdentity()

  expect(await accounts.getIdentity({ id })).toMatchObject({ id, state: 'active' })
})

test('lists the sessions of an identity, newest first, and says how many there are', async () => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const { id, sessions } = await newIdentity(3)
  const { items, total, nextPageToken } = await accounts.listIdentitySessions({ id, active: true })

  expect(total).toBe(3)
  expect(nextPageToken).toBeUndefined()
  expect(items.map((session) => session.id)).toEqual(sessions.toReversed())
  expect(items.every(({ active }) => active)).toBe(true)
})

test('ends every session of an identity and no session of another', async () => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const one = await newIdentity(2)
  const other = await newIdentity(1)
  expect(await one.signedIn()).toBe(2)
  expect(await accounts.deleteIdentitySessions({ id: one.id })).toBeUndefined()

  expect(await one.signedIn()).toBe(0)
  expect((await accounts.listIdentitySessions({ id: one.id })).items).toEqual([])
  expect(await other.signedIn()).toBe(1)
})

test('does not tell an identity without sessions from one that is not there, but for getIdentity', async () => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const known = (await newIdentity()).id
  const unknown = crypto.randomUUID()
  for (const id of [known, unknown]) {
    expect(await accounts.listIdentitySessions({ id })).toMatchObject({ items: [], total: 0 })
    expect(await Array.fromAsync(accounts.listIdentitySessions({ id }))).toEqual([])
    expect(await apiError(accounts.deleteIdentitySessions({ id }))).toMatchObject({
      status: 404,
      rowMissing: true,
    })
  }

  expect((await accounts.getIdentity({ id: known })).id).toBe(known)
  expect(await apiError(accounts.getIdentity({ id: unknown }))).toMatchObject({ rowMissing: true })
})

test('says that a row is missing in an envelope', async () => {
  const { send } = await openIdentityProvider()
  const id = crypto.randomUUID()
  const gone = await send({ method: 'DELETE', target: sessionsAt(id) })
  const unknown = await send({ target: `/admin/identities/${id}` })

  expect([gone.status, gone.json]).toEqual([404, unlocated])
  expect([unknown.status, unknown.json]).toEqual([404, unlocated])
})

test.each([
  ['alice', 'uuid: incorrect UUID length 5 in string "alice"'],
  ['%2A', 'uuid: incorrect UUID length 1 in string "*"'],
  ['a%2Fb', 'uuid: incorrect UUID length 3 in string "a/b"'],
  ['%E2%82%AC', 'uuid: incorrect UUID length 3 in string "€"'],
  ['google-oauth2%7C1', 'uuid: incorrect UUID length 15 in string "google-oauth2|1"'],
  [
    'urn%3AUUID%3A6ba7b810-9dad-11d1-80b4-00c04fd430c8',
    'uuid: incorrect UUID format in string "urn:UUID:"',
  ],
  ['zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz', 'uuid: invalid UUID format'],
  ['x'.repeat(2000), `uuid: incorrect UUID length 2000 in string "${'x'.repeat(2000)}"`],
])('refuses to look for sessions of %s', async (id, message) => {
  const { send } = await openIdentityProvider()
  const refusal = [400, { error: { code: 400, status: 'Bad Request', message } }]
  for (const method of ['GET', 'DELETE']) {
    const { status, json } = await send({ method, target: sessionsAt(id) })
    expect([status, json]).toEqual(refusal)
  }

  const { status, json } = await send({ target: `/admin/identities/${id}` })
  expect([status, json]).toEqual([404, unlocated])
})

test('takes an id that is not a UUID for one that nobody has', async () => {
  const { accounts } = await openIdentityProvider()
  const id = 'auth0|507f1f77bcf86cd799439020'
  const calls = [
    () => accounts.getIdentity({ id }),
    () => accounts.listIdentitySessions({ id }),
    () => accounts.deleteIdentitySessions({ id }),
  ]
  for (const call of calls) {
    const error = await apiError(call())
    expect(error).toMatchObject({ rowMissing: true, retryable: false })
    expect(JSON.stringify(error)).not.toContain('507f1f77')
  }
})

test.each([
  ['in capitals', (id: string) => id.toUpperCase()],
  ['without hyphens', (id: string) => id.replaceAll('-', '')],
  ['in braces', (id: string) => `{${id}}`],
  ['as a URN', (id: string) => `urn:uuid:${id}`],
])('knows a UUID %s for the same', async (_how, spelt) => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const identity = await newIdentity(1)
  const id = spelt(identity.id)

  expect((await accounts.getIdentity({ id })).id).toBe(identity.id)
  expect((await accounts.listIdentitySessions({ id })).total).toBe(1)
  await accounts.deleteIdentitySessions({ id })
  expect(await identity.signedIn()).toBe(0)
})

test.each(['*', ' * ', '', '.', '..', 'a/../b', 'a/', 'a\n'])(
  'never ends the sessions of %j',
  async (id) => {
    const { accounts } = await openIdentityProvider()

    expect(await argumentError(accounts.deleteIdentitySessions({ id }))).toMatchObject({
      parameter: 'id',
    })
  },
)

test('ends nothing for a star', async () => {
  const { newIdentity, send } = await openIdentityProvider()
  const { signedIn } = await newIdentity(1)
  await send({ method: 'DELETE', target: sessionsAt('*') })

  expect(await signedIn()).toBe(1)
})

test('gives the first page of sessions twice and the last one never', async () => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const { id } = await newIdentity(5)
  const all = (await accounts.listIdentitySessions({ id })).items.map((session) => session.id)
  const [a, b, c, d] = all
  const listed = accounts.listIdentitySessions({ id, page_size: 2 })
  const paged = (await Array.fromAsync(listed)).map((session) => session.id)

  expect(all).toHaveLength(5)
  expect(paged).toEqual([a, b, a, b, c, d])
  expect((await listed).total).toBe(5)
})

const links = (link: string) =>
  link.split(/,(?=<)/).map((each) =>
    each
      .replace(/^<[^?]*\?/, '')
      .replace('>; rel="', ' ')
      .replace(/"$/, ''),
  )

test.each([
  [
    5,
    '?page_size=2',
    [
      'page=1&page_size=2&page_token=eyJvZmZzZXQiOiIyIiwidiI6Mn0&per_page=2 next',
      'page=2&page_size=2&page_token=eyJvZmZzZXQiOiI0IiwidiI6Mn0&per_page=2 last',
    ],
  ],
  [
    5,
    '?page_size=2&page_token=eyJvZmZzZXQiOiIyIiwidiI6Mn0',
    [
      'page=0&page_size=2&page_token=eyJvZmZzZXQiOiIwIiwidiI6Mn0&per_page=2 first',
      'page=2&page_size=2&page_token=eyJvZmZzZXQiOiI0IiwidiI6Mn0&per_page=2 next',
      'page=0&page_size=2&page_token=eyJvZmZzZXQiOiIwIiwidiI6Mn0&per_page=2 prev',
      'page=2&page_size=2&page_token=eyJvZmZzZXQiOiI0IiwidiI6Mn0&per_page=2 last',
    ],
  ],
  [
    3,
    '?page_size=2&page_token=eyJvZmZzZXQiOiIyIiwidiI6Mn0',
    [
      'page=0&page_size=2&page_token=eyJvZmZzZXQiOiIwIiwidiI6Mn0&per_page=2 first',
      'page=0&page_size=2&page_token=eyJvZmZzZXQiOiIwIiwidiI6Mn0&per_page=2 prev',
    ],
  ],
  [
    2,
    '?page_size=2',
    ['page=0&page_size=2&page_token=eyJvZmZzZXQiOiIwIiwidiI6Mn0&per_page=2 first'],
  ],
  [2, '', ['page=0&page_size=2&page_token=eyJvZmZzZXQiOiIwIiwidiI6Mn0&per_page=2 first']],
  [
    0,
    '?active=true',
    [
      'active=true&page=0&page_size=250&page_token=eyJvZmZzZXQiOiIwIiwidiI6Mn0&per_page=250 first',
      'active=true&page=1&page_size=250&page_token=eyJvZmZzZXQiOiIyNTAiLCJ2IjoyfQ&per_page=250 next',
      'active=true&page=-1&page_size=250&page_token=eyJvZmZzZXQiOiItMjUwIiwidiI6Mn0&per_page=250 prev',
    ],
  ],
])('names the pages around one of %i sessions: %s', async (sessions, query, expected) => {
  const { newIdentity, send } = await openIdentityProvider()
  const { id } = await newIdentity(sessions)
  const { headers } = await send({ target: sessionsAt(id, query) })
  const { link = '', 'x-total-count': total } = Object.fromEntries(headers)

  expect(links(link)).toEqual(expected)
  expect(total).toBe(String(sessions))
})

test.each([
  ['?page_size=0', 1],
  ['?page_size=-1', 1],
  ['?page_size=abc', 2],
  ['?page_size=1&page_token=1', 1],
  ['?page_size=1&page_token=!', 1],
  ['?per_page=1', 1],
  ['?active=false', 0],
  ['?active=', 2],
  ['?active=T', 2],
])('takes %s for a page of %i of two sessions', async (query, count) => {
  const { newIdentity, send } = await openIdentityProvider()
  const { id } = await newIdentity(2)
  const { body } = await send({ target: sessionsAt(id, query) })

  expect(JSON.parse(body)).toHaveLength(count)
})

test('refuses a flag that is neither true nor false', async () => {
  const { newIdentity, send } = await openIdentityProvider()
  const { id } = await newIdentity()
  const { status, json } = await send({ target: sessionsAt(id, '?active=maybe') })
  const message = 'could not parse parameter active'

  expect([status, json]).toEqual([400, { error: { code: 400, status: 'Bad Request', message } }])
})

test('is told from what is somewhere else', async () => {
  const { adminUrl } = await openIdentityProvider()
  await using accounts = createOryAccounts({ identities: { url: `${adminUrl}/kratos` } })
  const id = crypto.randomUUID()

  expect(await configurationError(accounts.deleteIdentitySessions({ id }))).toMatchObject({
    reason: 'route-not-found',
  })
  expect(await configurationError(accounts.getIdentity({ id }))).toMatchObject({
    reason: 'route-not-found',
  })
})

test('finds an identity by its external id, letter by letter', async () => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const { id, externalId } = await newIdentity()
  const found = await accounts.getIdentityByExternalID({ id: externalId })

  expect(found).toMatchObject({ id, external_id: externalId, state: 'active' })
  for (const other of [externalId.toUpperCase(), `${externalId} `, id, crypto.randomUUID()])
    expect(await apiError(accounts.getIdentityByExternalID({ id: other }))).toMatchObject({
      status: 404,
      rowMissing: true,
    })
})

test.each([
  ['as it is', (email: string) => email],
  ['in capitals', (email: string) => email.toUpperCase()],
  ['with spaces around it', (email: string) => ` ${email} `],
])('finds identities by what somebody signs in by: %s', async (_how, spelt) => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const { id, email } = await newIdentity()
  await newIdentity()
  const { items, nextPageToken } = await accounts.listIdentities({
    credentials_identifier: spelt(email),
  })

  expect(items).toMatchObject([{ id, credentials: { password: { identifiers: [email] } } }])
  expect(nextPageToken).toBeUndefined()
})

test('finds nobody by a part of what somebody signs in by', async () => {
  const { accounts, newIdentity } = await openIdentityProvider()
  const { email, externalId, id } = await newIdentity()
  for (const credentials_identifier of [email.slice(0, -1), `${email}x`, '%', externalId, id])
    expect((await accounts.listIdentities({ credentials_identifier })).items).toEqual([])
})

test('lists everybody for an empty identifier, which is never sent', async () => {
  const { accounts, newIdentity, send } = await openIdentityProvider()
  const { id } = await newIdentity()
  await newIdentity()
  const target = '/admin/identities?credentials_identifier='
  const { body } = await send({ target })
  const everybody = JSON.parse(body) as readonly { readonly id: string }[]

  expect(everybody.map((identity) => identity.id)).toContain(id)
  expect(everybody.length).toBeGreaterThan(1)
  expect(everybody.every((identity) => !('credentials' in identity))).toBe(true)
  expect(
    await argumentError(accounts.listIdentities({ credentials_identifier: '' })),
  ).toMatchObject({ parameter: 'credentials_identifier' })
})

test('lists identities page by page, by their ids', async () => {
  const { newIdentity, send } = await openIdentityProvider()
  for (let made = 0; made < 3; made += 1) await newIdentity()
  const all = JSON.parse((await send({ target: '/admin/identities' })).body) as { id: string }[]
  const [first, second] = all
  const one = await send({ target: '/admin/identities?page_size=1' })
  const next = `/admin/identities?page_size=1&page_token=${first?.id}`
  const two = await send({ target: next })

  expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted())
  expect(JSON.parse(one.body)).toMatchObject([{ id: first?.id }])
  expect(Object.fromEntries(one.headers)['link']).toBe(
    `</admin/identities?page_size=1&page_token=00000000-0000-0000-0000-000000000000>; rel="first",<${next}>; rel="next"`,
  )
  expect(JSON.parse(two.body)).toMatchObject([{ id: second?.id }])
})

test.each([
  ['page_size=abc', 'strconv.Atoi: parsing "abc": invalid syntax'],
  ['page_token=abc', 'The page token is invalid, do not craft your own page tokens'],
])('refuses a page of identities by %s', async (query, reason) => {
  const { send } = await openIdentityProvider()
  const { status, json } = await send({ target: `/admin/identities?${query}` })
  const message = 'The request was malformed or contained invalid parameters'
  const error = { code: 400, status: 'Bad Request', reason, message }

  expect([status, json]).toEqual([400, { error }])
})
