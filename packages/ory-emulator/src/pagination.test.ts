import { expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from './start.ts'
import { ask } from './testing/ask.ts'

const badRequest = 'The request was malformed or contained invalid parameters'

async function startWithClients(...ids: readonly string[]): Promise<OryEmulator> {
  const ory = await startOryEmulator()
  await create(ory, ids)
  return ory
}

async function create(ory: OryEmulator, ids: readonly string[], client: object = {}) {
  for (const client_id of ids) {
    await ask('POST', ory.adminUrl, '/admin/clients', { json: { client_id, ...client } })
  }
}

async function list(ory: OryEmulator, query = '') {
  const { status, headers, json } = await ask('GET', ory.adminUrl, `/admin/clients${query}`)
  const link = String(headers['link'] ?? '')
  return {
    status,
    link,
    json,
    ids: Array.isArray(json) ? json.map((client: { client_id: string }) => client.client_id) : [],
    next: /page_token=([^>]+)>; rel="next"/.exec(link)?.[1],
  }
}

test('lists by id, whatever the order of creation', async () => {
  await using ory = await startWithClients('c', 'a', 'B', 'b')

  expect((await list(ory)).ids).toEqual(['B', 'a', 'b', 'c'])
})

test('goes page by page, with no next after the last', async () => {
  await using ory = await startWithClients('a', 'b', 'c', 'd')

  const first = await list(ory, '?page_size=2')
  const second = await list(ory, `?page_size=2&page_token=${first.next}`)

  expect(first.ids).toEqual(['a', 'b'])
  expect(second.ids).toEqual(['c', 'd'])
  expect(second.next).toBeUndefined()
})

test('goes on where it was, though what was seen is deleted and something was added before it', async () => {
  await using ory = await startWithClients('b', 'c', 'd')
  const { next } = await list(ory, '?page_size=1')

  await ask('DELETE', ory.adminUrl, '/admin/clients/b')
  await create(ory, ['a'])

  expect((await list(ory, `?page_token=${next}`)).ids).toEqual(['c', 'd'])
})

test('writes one Link header: relative, sorted, filters kept, first page included', async () => {
  await using ory = await startWithClients()
  await create(ory, ['a', 'b'], { owner: 'o<&> wn/er' })

  const { link } = await list(ory, '?zzz=1&owner=o%3C%26%3E%20wn%2Fer&page_size=1&b=2&b=1')

  const url = (rel: string) =>
    `</admin/clients\\?b=2&b=1&owner=o%3C%26%3E\\+wn%2Fer&page_size=1&page_token=[\\w%-]+&zzz=1>; rel="${rel}"`
  expect(link).toMatch(new RegExp(`^${url('first')},${url('next')}$`))
})

test('first leads to the first page from everywhere', async () => {
  await using ory = await startWithClients('a', 'b', 'c')
  const { next } = await list(ory, '?page_size=1')
  const second = await list(ory, `?page_size=1&page_token=${next}`)

  const first = /page_token=([^>]+)>; rel="first"/.exec(second.link)?.[1]

  expect((await list(ory, `?page_size=1&page_token=${first}`)).ids).toEqual(['a'])
})

test.each([
  ['', 100],
  ['?page_size=', 100],
  ['?page_size=0', 100],
  ['?page_size=-1', 100],
  ['?page_size=500', 500],
  ['?page_size=501', 500],
  ['?page_size=%2B5', 5],
  ['?page_size=007', 7],
  ['?page_size=&page_size=3', 3],
])('takes %s for %i a page', async (query, size) => {
  await using ory = await startOryEmulator()

  const { link, ids } = await list(ory, query)

  expect(ids).toEqual([])
  expect(link).toMatch(new RegExp(`page_size=${size}&page_token=[\\w%-]+>; rel="first"$`))
})

test.each([
  ['x', "strconv.Atoi: parsing 'x': invalid syntax"],
  ['1.5', "strconv.Atoi: parsing '1.5': invalid syntax"],
  ['99999999999999999999', "strconv.Atoi: parsing '99999999999999999999': value out of range"],
])('refuses the page size %s', async (size, complaint) => {
  await using ory = await startOryEmulator()

  expect(await list(ory, `?page_size=${size}`)).toMatchObject({
    status: 400,
    link: '',
    json: {
      error: badRequest,
      error_description: `Unable to parse pagination parameters: ${complaint}`,
    },
  })
})

test.each([
  ['head', '1', 'invalid pagination token'],
  ['head', 'A'.repeat(60), 'invalid pagination token'],
  ['head', '%25zz', "invalid URL escape '%zz'"],
  ['v26.2', '1', 'decode token: illegal base64 data at input byte 0'],
  ['v26.2', 'abc!', 'decode token: illegal base64 data at input byte 3'],
  ['v26.2', 'A'.repeat(60), 'decrypt token: %!w(<nil>)'],
  ['v26.2', '%25zz', "invalid URL escape '%zz'"],
] as const)('%s refuses the page token %s', async (profile, token, complaint) => {
  await using ory = await startOryEmulator({ profile })

  expect(await list(ory, `?page_token=${token}&page_size=x`)).toMatchObject({
    status: 400,
    json: {
      error: badRequest,
      error_description: `Unable to parse pagination parameters: ${complaint}`,
    },
  })
})

test.each([
  ['head', 'page token expired, do not persist page tokens'],
  ['v26.2', 'decrypt token: %!w(<nil>)'],
] as const)('%s forgets a token after an hour', async (profile, complaint) => {
  await using ory = await startOryEmulator({ profile, now: () => 0 })
  await create(ory, ['a', 'b'])
  const { next } = await list(ory, '?page_size=1')

  ory.clock.advance(3_600_000)
  expect((await list(ory, `?page_token=${next}`)).ids).toEqual(['b'])
  ory.clock.advance(1)
  expect((await list(ory, `?page_token=${next}`)).json).toMatchObject({
    error_description: `Unable to parse pagination parameters: ${complaint}`,
  })
})

test('leaves out of its query what Go cannot read', async () => {
  await using ory = await startWithClients('a', 'b')

  const { ids, link } = await list(ory, '?page_token=%zz&a;b=c&page_size=1')

  expect(ids).toEqual(['a'])
  expect(link).not.toContain('%25zz')
})

test.each([
  ['head', { error: 'invalid pagination token', error_description: '' }],
  ['v26.2', { error: badRequest, error_description: 'invalid pagination token' }],
] as const)(
  'a token of %s serves another list by id, and none by another column',
  async (profile, json) => {
    await using ory = await startOryEmulator({ profile })
    await create(ory, ['a', 'b'])
    const { next } = await list(ory, '?page_size=1')
    const elsewhere = (path: string) => ask('GET', ory.adminUrl, `${path}page_token=${next}`)

    const issuers = await elsewhere('/admin/trust/grants/jwt-bearer/issuers?')
    const consents = await elsewhere('/admin/oauth2/auth/sessions/consent?subject=alice&')

    expect(issuers).toMatchObject({ status: 200, json: [] })
    expect(consents).toMatchObject({ status: 400, json })
  },
)

test('filters by owner and name, exactly and together', async () => {
  await using ory = await startOryEmulator()
  await create(ory, ['a', 'c'], { owner: 'alice', client_name: 'Mail' })
  await create(ory, ['b'], { owner: 'alice', client_name: 'Chat' })
  await create(ory, ['d'], { owner: 'bob', client_name: 'Mail' })

  expect((await list(ory, '?owner=alice')).ids).toEqual(['a', 'b', 'c'])
  expect((await list(ory, '?owner=alice&client_name=Mail')).ids).toEqual(['a', 'c'])
  expect((await list(ory, '?client_name=mail')).ids).toEqual([])
  expect((await list(ory, '?owner=')).ids).toEqual(['a', 'b', 'c', 'd'])
  const { ids, next } = await list(ory, '?owner=alice&page_size=2')
  expect(ids).toEqual(['a', 'b'])
  expect((await list(ory, `?owner=alice&page_size=2&page_token=${next}`)).ids).toEqual(['c'])
})

test('never lists a secret', async () => {
  await using ory = await startWithClients('a')

  const { json } = await list(ory)

  expect(JSON.stringify(json)).not.toMatch(/client_secret"|registration/)
})
