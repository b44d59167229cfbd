import { beforeAll, expect, test } from 'vitest'
import { createBareClient, createClient, newSubject, trustIssuer, unique } from './setup/created.ts'
import { adminUrl, ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { newSigningKey, type SigningKey } from './setup/signing-key.ts'
import { apiError } from './setup/thrown.ts'

/** So many clients of one owner; their ids, in order. */
const clientsOf = async (owner: string, count: number): Promise<readonly string[]> => {
  const ids: string[] = []
  while (ids.length < count) ids.push((await createBareClient({ owner })).client_id)

  return ids.toSorted()
}

const idsOf = (items: readonly { readonly client_id: string }[]) =>
  items.map(({ client_id }) => client_id)

const collect = async <Item>(list: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const items: Item[] = []
  for await (const item of list) items.push(item)

  return items
}

let key: SigningKey
beforeAll(async () => {
  key = await newSigningKey('k1')
})

/** Trust in one issuer for so many subjects; its ids, in order. */
const trustOf = async (issuer: string, count: number): Promise<readonly string[]> => {
  const ids: string[] = []
  while (ids.length < count) {
    const trust = { issuer, jwk: key.jwk, scope: ['read'], expires_at: '2099-01-01T00:00:00Z' }
    ids.push((await trustIssuer({ ...trust, subject: `u${ids.length}` })).id)
  }

  return ids.toSorted()
}

test('lists the clients of an owner page by page, in the order of their ids', async () => {
  const owner = unique('owner')
  const ids = await clientsOf(owner, 5)
  const page = (page_token?: string) =>
    ory.listOAuth2Clients({ owner, page_size: 2, ...(page_token !== undefined && { page_token }) })

  const first = await page()
  const second = await page(first.nextPageToken)
  const third = await page(second.nextPageToken)

  expect([first, second, third].map(({ items }) => idsOf(items))).toEqual([
    ids.slice(0, 2),
    ids.slice(2, 4),
    ids.slice(4),
  ])
  expect(third.nextPageToken).toBeUndefined()
})

test('iterates over every page as if there were one', async () => {
  const owner = unique('owner')
  const ids = await clientsOf(owner, 5)

  expect(idsOf(await collect(ory.listOAuth2Clients({ owner, page_size: 2 })))).toEqual(ids)
})

test('names no next page after one that the last client fills', async () => {
  const owner = unique('owner')
  const ids = await clientsOf(owner, 2)

  const page = await ory.listOAuth2Clients({ owner, page_size: 2 })

  expect(idsOf(page.items)).toEqual(ids)
  expect(page.nextPageToken).toBeUndefined()
})

test('lists by owner and by name, each exact, and both together', async () => {
  const owner = unique('owner')
  const client_name = unique('name')
  const both = await createBareClient({ owner, client_name })
  const byOwner = await createBareClient({ owner })
  const byName = await createBareClient({ client_name })
  const list = async (filter: { owner?: string; client_name?: string }) =>
    idsOf((await ory.listOAuth2Clients(filter)).items)

  expect(await list({ owner })).toEqual([both.client_id, byOwner.client_id].toSorted())
  expect(await list({ client_name })).toEqual([both.client_id, byName.client_id].toSorted())
  expect(await list({ owner, client_name })).toEqual([both.client_id])
  expect(await list({ owner: owner.slice(0, -1) })).toEqual([])
  expect(await list({ client_name: client_name.toUpperCase() })).toEqual([])
})

test('lists by an owner with characters that a query has to escape', async () => {
  const owner = `${unique('owner')} <&>=+/ü%`
  const { client_id } = await createBareClient({ owner })
  await createBareClient({ owner })

  const { items, nextPageToken } = await ory.listOAuth2Clients({ owner, page_size: 1 })
  const rest = await ory.listOAuth2Clients({ owner, page_size: 1, page_token: nextPageToken ?? '' })

  expect(idsOf([...items, ...rest.items])).toContain(client_id)
})

test('lists no secret', async () => {
  const owner = unique('owner')
  await createClient({ owner })

  const { items } = await ory.listOAuth2Clients({ owner })

  expect(items).toHaveLength(1)
  expect(items[0]).not.toHaveProperty('client_secret')
})

test('lists nothing, and no next page, for an owner of no client', async () => {
  expect(await ory.listOAuth2Clients({ owner: unique('owner') })).toEqual({
    items: [],
    nextPageToken: undefined,
  })
})

test('misses no client when those of the pages before are deleted meanwhile', async () => {
  const owner = unique('owner')
  const ids = await clientsOf(owner, 5)

  const deleted: string[] = []
  for await (const { client_id } of ory.listOAuth2Clients({ owner, page_size: 2 })) {
    await ory.deleteOAuth2Client({ id: client_id })
    deleted.push(client_id)
  }

  expect(deleted).toEqual(ids)
  expect(await ory.listOAuth2Clients({ owner })).toMatchObject({ items: [] })
})

test('takes a page token together with another page size', async () => {
  const owner = unique('owner')
  const ids = await clientsOf(owner, 4)
  const { nextPageToken = '' } = await ory.listOAuth2Clients({ owner, page_size: 1 })

  const { items } = await ory.listOAuth2Clients({ owner, page_size: 3, page_token: nextPageToken })

  expect(idsOf(items)).toEqual(ids.slice(1))
})

test('lists trusted issuers page by page', async () => {
  const issuer = `https://${unique('issuer')}.example`
  const ids = await trustOf(issuer, 3)

  const first = await ory.listTrustedOAuth2JwtGrantIssuers({ issuer, page_size: 2 })
  const all = await collect(ory.listTrustedOAuth2JwtGrantIssuers({ issuer, page_size: 2 }))

  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2))
  expect(first.nextPageToken).toMatch(/./)
  expect(all.map(({ id }) => id)).toEqual(ids)
})

test('lists consents page by page, each once', async () => {
  const client = await createClient()
  const subject = newSubject()
  const ids: string[] = []
  while (ids.length < 5) ids.push((await signIn(client, { subject })).consentRequestId)

  const first = await ory.listOAuth2ConsentSessions({ subject, page_size: 2 })
  const all = await collect(ory.listOAuth2ConsentSessions({ subject, page_size: 2 }))

  expect(first.items).toHaveLength(2)
  expect(first.nextPageToken).toMatch(/./)
  const listed = all.map(({ consent_request_id }) => consent_request_id ?? '')
  expect(listed.toSorted()).toEqual(ids.toSorted())
})

test.each([
  ['clients', (page_token: string) => ory.listOAuth2Clients({ page_token })],
  ['trusted issuers', (page_token: string) => ory.listTrustedOAuth2JwtGrantIssuers({ page_token })],
  [
    'consents',
    (page_token: string) => ory.listOAuth2ConsentSessions({ subject: newSubject(), page_token }),
  ],
])('refuses a token that no page of %s gave, for good', async (_what, list) => {
  for (const token of ['no token', crypto.randomUUID().repeat(3)]) {
    expect(await apiError(list(token))).toMatchObject({ status: 400, retryable: false })
  }
})

/** What the client reads of a page, as it was sent. */
const fetchPage = async (path: string) => {
  const response = await fetch(new URL(path, adminUrl))
  const link = response.headers.get('link')

  return { link, total: response.headers.get('x-total-count'), items: await response.json() }
}

test('links to pages by relative addresses with the filters kept, and counts nothing', async () => {
  const owner = unique('owner')
  await clientsOf(owner, 2)

  const { link, total } = await fetchPage(`/admin/clients?owner=${owner}&page_size=1`)

  const [first = '', next = ''] = link?.split(',') ?? []
  const address = `/admin/clients\\?owner=${owner}&page_size=1&page_token=[^&>]+`
  expect(first).toMatch(new RegExp(`^<${address}>; rel="first"$`))
  expect(next).toMatch(new RegExp(`^<${address}>; rel="next"$`))
  expect(total).toBeNull()
})

test('links to the first page of an empty list of clients, and to none of an empty list of consents', async () => {
  const clients = await fetchPage(`/admin/clients?owner=${unique('owner')}`)
  const consents = await fetchPage(
    `/admin/oauth2/auth/sessions/consent?subject=${unique('subject')}`,
  )

  expect(clients).toMatchObject({
    items: [],
    link: expect.stringMatching(/^<[^>]+page_size=100&[^>]+>; rel="first"$/),
  })
  expect(consents).toMatchObject({ items: [], link: null })
})
