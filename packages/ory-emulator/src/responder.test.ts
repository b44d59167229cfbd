import { expect, test } from 'vitest'
import { startOryEmulator } from './start.ts'
import { ask } from './testing/ask.ts'

const uncacheable = 'private, no-cache, no-store, must-revalidate'
const reason =
  'The requested route does not exist. Make sure you are using the right path, domain, and port.'
const rowNotFound = { error: 'Unable to locate the resource', error_description: '' }

test.each(['/admin/clients', '/clients', '/admin/clients/', '/clients/'])(
  'knows admin paths with and without prefix and slash: %s',
  async (path) => {
    await using ory = await startOryEmulator()

    const answer = await ask('GET', ory.adminUrl, path)

    expect(answer).toMatchObject({ status: 200, json: [] })
    expect(answer.headers['link']).toMatch(/^<\/admin\/clients\?/)
  },
)

test('keeps the ports apart', async () => {
  await using ory = await startOryEmulator()

  expect((await ask('GET', ory.publicUrl, '/admin/clients')).status).toBe(404)
  expect((await ask('POST', ory.adminUrl, '/oauth2/token')).status).toBe(404)
})

test.each([
  [undefined, 'text/html; charset=utf-8'],
  ['*/*', 'text/html; charset=utf-8'],
  ['image/png', 'text/html; charset=utf-8'],
  ['application/json;q=0', 'text/html; charset=utf-8'],
  ['application/json', 'application/json; charset=utf-8'],
  ['application/*', 'application/json; charset=utf-8'],
  ['text/plain', 'text/plain; charset=utf-8'],
  ['application/json, text/plain, */*', 'text/plain; charset=utf-8'],
  ['text/*;q=0.4, application/json;q=0.5', 'application/json; charset=utf-8'],
  ['text/plain;q=0.4, application/*;q=0.5', 'application/json; charset=utf-8'],
  ['text/plain;q=0.5, */*', 'text/html; charset=utf-8'],
])('answers an unknown path to %s with %s', async (accept, contentType) => {
  await using ory = await startOryEmulator()

  const answer = await ask('GET', ory.adminUrl, '/admin/nowhere', {
    headers: accept === undefined ? {} : { accept },
  })

  expect(answer.status).toBe(404)
  expect(answer.headers['content-type']).toBe(contentType)
  expect(answer.headers['cache-control']).toBe(uncacheable)
  expect(answer.text).toContain(reason)
})

test('tells a missing route from a missing row in JSON', async () => {
  await using ory = await startOryEmulator()
  const headers = { accept: 'application/json' }

  const route = await ask('DELETE', ory.adminUrl, '/admin/nowhere', { headers })
  const row = await ask('DELETE', ory.adminUrl, '/admin/clients/nobody', { headers })

  expect(route.json).toEqual({ error: { code: 404, message: 'Not Found', reason } })
  expect(row.json).toEqual(rowNotFound)
  expect(row.headers['content-type']).toBe('application/json')
})

test.each([
  ['head', 404, undefined],
  ['v26.2', 405, 'GET, HEAD, POST'],
] as const)('%s answers a wrong method with %i', async (profile, status, allow) => {
  await using ory = await startOryEmulator({ profile })

  const answer = await ask('PUT', ory.adminUrl, '/admin/clients')

  expect(answer.status).toBe(status)
  expect(answer.headers['allow']).toBe(allow)
})

test('v26.2 answers an unknown admin path in Go’s own words, whatever is accepted', async () => {
  await using ory = await startOryEmulator({ profile: 'v26.2' })
  const headers = { accept: 'application/json' }

  const answer = await ask('GET', ory.adminUrl, '/admin/nowhere', { headers })

  expect(answer).toMatchObject({ status: 404, text: '404 page not found\n' })
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  expect((await ask('GET', ory.adminUrl, '/admin', { headers })).json).toBeDefined()
  expect((await ask('GET', ory.publicUrl, '/nowhere', { headers })).json).toBeDefined()
})

test.each([
  ['/admin//clients', '/admin/clients'],
  ['/admin/clients/.?page_size=1&x=y', '/admin/clients?page_size=1&x=y'],
  ['/admin/clients/../version', '/admin/version'],
  ['/admin/clients/..', '/admin'],
  ['/admin/clients/a%20b//c?x=%20', '/admin/clients/a%2520b/c?x=%20'],
  ['/admin/clients/x%2F/lifespans%2F', '/admin/clients/x/lifespans'],
])('sends %s to %s', async (path, location) => {
  await using ory = await startOryEmulator()

  const answer = await ask('DELETE', ory.adminUrl, path)

  expect(answer).toMatchObject({ status: 307, text: '' })
  expect(answer.headers['location']).toBe(location)
  const link = `<a href="${location.replaceAll('&', '&amp;')}">Temporary Redirect</a>.\n\n`
  expect((await ask('GET', ory.adminUrl, path)).text).toBe(link)
})

test('sends the root to itself, and knows nothing there', async () => {
  await using ory = await startOryEmulator()

  const root = await ask('GET', ory.publicUrl, '/')

  expect(root.status).toBe(307)
  expect(root.headers['location']).toBe('/')
  expect((await ask('GET', ory.publicUrl, '//')).status).toBe(404)
})

test.each(['/..', '/oauth2/../%2E%2E', '/%2E%2E?x=1', '/../', '/oauth2/..%2F..'])(
  'knows nothing at %s, which leads above the admin side',
  async (path) => {
    for (const profile of ['head', 'v26.2'] as const) {
      await using ory = await startOryEmulator({ profile })
      for (const method of ['GET', 'POST'] as const)
        expect(await ask(method, ory.adminUrl, path)).toMatchObject({ status: 404 })
    }
  },
)

test('the prefix is added to a cleaned path', async () => {
  await using ory = await startOryEmulator()

  expect((await ask('GET', ory.adminUrl, '/clients/../version')).status).toBe(200)
  expect((await ask('GET', ory.adminUrl, '//admin/clients')).status).toBe(404)
  expect((await ask('GET', ory.adminUrl, '/administrate')).status).toBe(404)
})

test.each([
  ['head', '/admin/clients/a%2Fb', 200],
  ['head', '/clients/a%2Fb', 200],
  ['v26.2', '/admin/clients/a%2Fb', 200],
  ['v26.2', '/clients/a%2Fb', 404],
  ['head', '/clients/%2e%2e', 404],
  // A slash at the end is cut off, encoded or not, and with it go the escapes of all others.
  ['head', '/admin/clients/x%2F', 200],
  ['head', '/admin/clients/x%2f', 200],
  ['head', '/admin/clients/x/', 200],
  ['head', '/admin/clients/x%2F%2F', 404],
  ['head', '/admin/clients/x//', 404],
  ['head', '/admin/clients/x%2F/', 404],
  ['head', '/admin/clients/a%2Fb/', 404],
  ['head', '/clients/a%2Fb/', 200],
  ['head', '/clients/x%2F%2F', 200],
  ['head', '/clients/x//', 200],
  ['v26.2', '/admin/clients/x%2F', 200],
  ['v26.2', '/admin/clients/x/%2F', 404],
  ['v26.2', '/admin/clients/a%2Fb%2F', 404],
  ['v26.2', '/clients/a%2Fb/', 404],
  ['v26.2', '/clients/%2Fx%2F', 200],
] as const)('%s finds at %s what is answered %i', async (profile, path, status) => {
  await using ory = await startOryEmulator({ profile })
  await ask('POST', ory.adminUrl, '/admin/clients', { json: { client_id: 'a/b' } })
  await ask('POST', ory.adminUrl, '/admin/clients', { json: { client_id: 'x' } })

  expect((await ask('GET', ory.adminUrl, path)).status).toBe(status)
})

test('an escaped dot segment is an id', async () => {
  await using ory = await startOryEmulator()

  expect((await ask('GET', ory.adminUrl, '/admin/clients/%2e%2e')).json).toEqual(rowNotFound)
})

test('refuses a path it cannot decode', async () => {
  await using ory = await startOryEmulator()

  const answer = await ask('GET', ory.adminUrl, '/admin/clients/%zz')

  expect(answer).toMatchObject({ status: 400, text: '400 Bad Request' })
})

test('HEAD is GET without its body, and cacheable', async () => {
  await using ory = await startOryEmulator()

  const head = await ask('HEAD', ory.adminUrl, '/admin/clients')
  const get = await ask('GET', ory.adminUrl, '/admin/clients')

  expect(head).toMatchObject({ status: 200, text: '' })
  expect(head.headers['content-length']).toBe(get.headers['content-length'])
  expect(head.headers['cache-control']).toBeUndefined()
  expect(get.headers['cache-control']).toBe(uncacheable)
})

test('lets the route’s own Cache-Control win', async () => {
  await using ory = await startOryEmulator()

  const answer = await ask('POST', ory.adminUrl, '/admin/oauth2/introspect', { form: {} })

  expect(answer.headers['cache-control']).toBe('no-store')
})

test('sends what is longer than Go’s buffer in chunks, and not a byte less', async () => {
  // A clock that stands still, because timestamps are of different lengths.
  await using ory = await startOryEmulator({ now: () => 0 })
  const clients = '/admin/clients'
  const create = (client_id: string, client_name: string) =>
    ask('POST', ory.adminUrl, clients, { json: { client_id, client_name } })
  await create('a', '')
  const missing = 2048 - (await ask('GET', ory.adminUrl, `${clients}/a`)).text.length
  await create('b', 'x'.repeat(missing))
  await create('c', 'x'.repeat(missing + 1))

  const full = await ask('GET', ory.adminUrl, `${clients}/b`)
  const over = await ask('GET', ory.adminUrl, `${clients}/c`)

  expect(full.headers['content-length']).toBe('2048')
  expect(over.text).toHaveLength(2049)
  expect(over.headers['content-length']).toBeUndefined()
  expect(over.headers['transfer-encoding']).toBe('chunked')
})

test('says nothing of a body where there is none', async () => {
  await using ory = await startOryEmulator()

  const { status, headers } = await ask('DELETE', ory.adminUrl, '/admin/oauth2/tokens?client_id=x')

  expect(status).toBe(204)
  expect(Object.keys(headers)).toEqual(['date'])
})

test('never says Keep-Alive, and keeps connections all the same', async () => {
  await using ory = await startOryEmulator()

  const { headers } = await ask('GET', ory.adminUrl, '/health/ready', {
    headers: { connection: 'keep-alive' },
  })

  expect(headers['connection']).toBeUndefined()
  expect(headers['keep-alive']).toBeUndefined()
})

test('allows preflights where Ory does, and says nothing in them', async () => {
  await using ory = await startOryEmulator()

  expect(await ask('OPTIONS', ory.publicUrl, '/oauth2/token')).toMatchObject({
    status: 200,
    text: '',
  })
  expect((await ask('OPTIONS', ory.publicUrl, '/oauth2/auth')).status).toBe(404)
})

test('escapes JSON for HTML, and ends it with a line', async () => {
  await using ory = await startOryEmulator()

  const { text } = await ask('POST', ory.adminUrl, '/admin/clients', {
    json: { client_name: '<a>&\u2028é' },
  })

  expect(text).toContain('"client_name":"\\u003ca\\u003e\\u0026\\u2028é"')
  expect(text.endsWith('}\n')).toBe(true)
})

test('escapes the token endpoint’s JSON too, without a line at its end', async () => {
  await using ory = await startOryEmulator()
  await ask('POST', ory.adminUrl, '/admin/clients', {
    json: {
      client_id: 'mail',
      client_secret: 'secret of mail',
      grant_types: ['client_credentials'],
      scope: 'a<b',
    },
  })
  const exchange = (scope: string) =>
    ask('POST', ory.publicUrl, '/oauth2/token', {
      basic: ['mail', 'secret of mail'],
      form: { grant_type: 'client_credentials', scope },
    })

  expect((await exchange('a<b')).text).toMatch(/"scope":"a\\u003cb".*}$/)
  expect((await exchange('x&y')).text).toMatch(/request scope 'x\\u0026y'."}$/)
})

test('takes addresses as long as Go does', async () => {
  await using ory = await startOryEmulator()
  const client_id = 'x'.repeat(100_000)
  const path = `/admin/oauth2/tokens?client_id=${client_id}`

  expect((await ask('DELETE', ory.adminUrl, path)).status).toBe(204)
})
