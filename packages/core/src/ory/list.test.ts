import { afterEach, expect, test } from 'vitest'
import { OryResponseError } from '../errors.ts'
import { mockedOry, rejectionOf } from './mocked-ory.ts'

let mocked = mockedOry()
afterEach(() => {
  mocked.agent.assertNoPendingInterceptors()
  mocked = mockedOry()
})

const page = (path: string, ids: readonly string[], next?: string) => {
  const link = [
    '</admin/clients?page_size=2>; rel="first"',
    ...(next === undefined
      ? []
      : [`</elsewhere/clients?page_size=9&page_token=${next}>; rel="next"`]),
  ].join(',')
  const clients = ids.map((client_id) => ({ client_id }))
  mocked.admin.intercept({ path, method: 'GET' }).reply(200, clients, { headers: { link } })
}

const idsOf = async (clients: AsyncIterable<{ client_id: string }>): Promise<readonly string[]> =>
  Array.fromAsync(clients, ({ client_id }) => client_id)

test('answers with its first page when it is awaited', async () => {
  page('/admin/clients?page_size=2', ['a', 'b'], 'n1')

  expect(await mocked.ory.listOAuth2Clients({ page_size: 2 })).toEqual({
    items: [{ client_id: 'a' }, { client_id: 'b' }],
    nextPageToken: 'n1',
  })
})

test('answers with the page of a token', async () => {
  page('/admin/clients?page_token=n1', ['c'])

  const { nextPageToken } = await mocked.ory.listOAuth2Clients({ page_token: 'n1' })
  expect(nextPageToken).toBeUndefined()
})

test('gives every item of every page, with the filters of the call and the token of the link', async () => {
  page('/admin/clients?owner=o&page_size=2', ['a', 'b'], 'n%2F1')
  page('/admin/clients?owner=o&page_size=2&page_token=n%2F1', ['c', 'd'], 'n2')
  page('/admin/clients?owner=o&page_size=2&page_token=n2', ['e'])

  expect(await idsOf(mocked.ory.listOAuth2Clients({ owner: 'o', page_size: 2 }))).toEqual([
    ...'abcde',
  ])
})

test('never sends a page token of its own', async () => {
  page('/admin/clients', [])

  expect(await idsOf(mocked.ory.listOAuth2Clients())).toEqual([])
})

test('ends at an empty page, whatever its link says', async () => {
  page('/admin/clients', ['a'], 'n1')
  page('/admin/clients?page_token=n1', [], 'n2')

  expect(await idsOf(mocked.ory.listOAuth2Clients())).toEqual(['a'])
})

test('ends at a page it has seen', async () => {
  page('/admin/clients', ['a'], 'n1')
  page('/admin/clients?page_token=n1', ['b'], 'n2')
  page('/admin/clients?page_token=n2', ['c'], 'n1')

  expect(await idsOf(mocked.ory.listOAuth2Clients())).toEqual(['a', 'b', 'c'])
})

test('throws where there are more pages than it may ask for', async () => {
  mocked = mockedOry({ maxPages: 2 })
  page('/admin/clients', ['a'], 'n1')
  page('/admin/clients?page_token=n1', ['b'], 'n2')

  const error = await rejectionOf(idsOf(mocked.ory.listOAuth2Clients()))
  expect(error).toBeInstanceOf(OryResponseError)
  expect(error).toMatchObject({ message: expect.stringContaining('after 2 pages') })
})

test('asks for nothing until it is looked at, and for its first page once', async () => {
  const list = mocked.ory.listOAuth2Clients()
  page('/admin/clients', ['a'], 'n1')
  page('/admin/clients?page_token=n1', ['b'])

  expect((await list).items).toHaveLength(1)
  expect((await list).items).toHaveLength(1)
  expect(await idsOf(list)).toEqual(['a', 'b'])
})

test('asks for no page it does not need', async () => {
  page('/admin/clients', ['a', 'b'], 'n1')

  for await (const { client_id } of mocked.ory.listOAuth2Clients()) {
    expect(client_id).toBe('a')
    break
  }
})

test('takes null for an empty list', async () => {
  mocked.admin.intercept({ path: '/admin/clients', method: 'GET' }).reply(200, 'null')

  expect(await mocked.ory.listOAuth2Clients()).toEqual({ items: [], nextPageToken: undefined })
})

test('is a promise in every other way', async () => {
  mocked.admin.intercept({ path: '/admin/clients', method: 'GET' }).reply(400, {})
  let finished = false
  const list = mocked.ory.listOAuth2Clients()

  expect(await list.catch((error: Error) => error.name)).toBe('OryApiError')
  await rejectionOf(
    list.finally(() => {
      finished = true
    }),
  )
  expect(finished).toBe(true)
  expect(String(list)).toBe('[object OryList]')
})

test('lists consent sessions and trusted issuers as well', async () => {
  const sessions = '/admin/oauth2/auth/sessions/consent?subject=alice'
  const issuers = '/admin/trust/grants/jwt-bearer/issuers?issuer=https%3A%2F%2Fi'
  mocked.admin
    .intercept({ path: sessions, method: 'GET' })
    .reply(200, [{ consent_request_id: 'g' }])
  mocked.admin.intercept({ path: issuers, method: 'GET' }).reply(200, [{ id: 't' }])

  const { ory } = mocked
  expect(await Array.fromAsync(ory.listOAuth2ConsentSessions({ subject: 'alice' }))).toHaveLength(1)
  expect(
    await Array.fromAsync(ory.listTrustedOAuth2JwtGrantIssuers({ issuer: 'https://i' })),
  ).toHaveLength(1)
})
