import { describe, expect, test } from 'vitest'
import { createBareClient, createClient, newSubject, unique } from './setup/created.ts'
import { basicHeader, send } from './setup/raw.ts'
import { adminUrl, ory } from './setup/server.ts'
import { clientCredentials } from './setup/tokens.ts'

/*
 * What a server makes of requests as other people's code sends them: paths, forms, headers and
 * bodies that a client of ours never writes.
 */

const form = 'application/x-www-form-urlencoded'

const postForm = (
  port: 'admin' | 'public',
  target: string,
  body: string,
  headers: readonly (readonly [string, string])[] = [],
) => send(port, { method: 'POST', target, headers: [['Content-Type', form], ...headers], body })

describe('a target', () => {
  test('that is not UTF-8 names no client', async () => {
    const answer = await send('admin', { target: '/admin/clients/%ff' })

    expect(answer).toMatchObject({
      status: 404,
      json: { error: 'Unable to locate the resource' },
    })
  })

  test.each(['/..', '/oauth2/../%2E%2E', '/oauth2/..%2F..'])(
    'that leads above the admin side is unknown: %s',
    async (target) => {
      expect(await send('admin', { target })).toMatchObject({ status: 404 })
      expect(await send('admin', { method: 'POST', target })).toMatchObject({ status: 404 })
    },
  )

  test.each([adminUrl, 'http://somebody.example'])(
    'may be a whole URL, whose host is not looked at: %s',
    async (origin) => {
      const { client_id } = await createBareClient()

      const answer = await send('admin', { target: `${origin}/admin/clients/${client_id}` })

      expect(answer).toMatchObject({ status: 200, json: { client_id } })
    },
  )

  test('with a broken escape is refused before any route sees it', async () => {
    const answer = await send('admin', { target: '/admin/clients/%zz' })

    expect(answer).toMatchObject({ status: 400, body: '400 Bad Request' })
  })
})

test.each([
  ['.', '/admin/clients', '%2E'],
  ['..', '/admin', '%2E%2E'],
])('tells where the client %s is by a path without dots', async (client_id, location, escaped) => {
  const created = await send('admin', {
    method: 'POST',
    target: '/admin/clients',
    json: { client_id },
  })
  const removed = await send('admin', { method: 'DELETE', target: `/admin/clients/${escaped}` })

  expect(created).toMatchObject({ status: 201, location })
  expect(removed.status).toBe(204)
})

describe('a form', () => {
  test.each([
    'APPLICATION/X-WWW-FORM-URLENCODED',
    'Application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset',
  ])('may be called %s', async (type) => {
    const client = await createClient()

    const { status } = await send('public', {
      method: 'POST',
      target: '/oauth2/token',
      headers: [['Content-Type', type], basicHeader(client)],
      body: 'grant_type=client_credentials',
    })

    expect(status).toBe(200)
  })

  test.each([
    'application/x-www-form-urlencodedx',
    'application/x-www-form-urlencoded; a=b; a=c',
    'text/plain',
  ])('may not be called %s', async (type) => {
    const client = await createClient()

    const { status, json } = await send('public', {
      method: 'POST',
      target: '/oauth2/token',
      headers: [['Content-Type', type], basicHeader(client)],
      body: 'grant_type=client_credentials',
    })

    expect(status).toBe(400)
    expect(json['error_description']).toContain('The POST body can not be empty.')
  })

  test.each(['scope=%zz', 'scope=read;write', 'sc%zzope=read'])(
    'loses the pair %s and keeps the others',
    async (pair) => {
      const client = await createClient()

      const answer = await postForm(
        'public',
        '/oauth2/token',
        `grant_type=client_credentials&${pair}`,
        [basicHeader(client)],
      )

      expect(answer).toMatchObject({ status: 200, json: { scope: '' } })
    },
  )

  test('whose token is in a pair with a semicolon has none', async () => {
    const { access_token } = await clientCredentials(await createClient())

    const answer = await postForm('admin', '/admin/oauth2/introspect', `token=${access_token};x=y`)

    expect(answer.status).toBe(400)
  })
})

test.each([
  ['Basic ', 200],
  ['bAsIc ', 200],
  ['Basic  ', 400],
  ['Basic\t', 400],
])('takes credentials after %j: %i', async (scheme, status) => {
  const client = await createClient()

  const answer = await postForm('public', '/oauth2/token', 'grant_type=client_credentials', [
    basicHeader(client, scheme),
  ])

  expect(answer.status).toBe(status)
})

test('changes nothing for a patch of what an empty token leads to', async () => {
  const { client_id } = await createBareClient({ client_name: 'before' })
  const target = `/admin/clients/${client_id}`

  for (const path of ['//', '//client_name']) {
    const json = [{ op: 'add', path, value: 'after' }]
    expect(await send('admin', { method: 'PATCH', target, json })).toMatchObject({ status: 200 })
  }
  const json = [{ op: 'add', path: '///', value: 'after' }]
  expect(await send('admin', { method: 'PATCH', target, json })).toMatchObject({ status: 500 })

  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({ client_name: 'before' })
})

test('refuses a forced subject that is not a text', async () => {
  const { client_id } = await createClient()
  const query = new URLSearchParams({
    client_id,
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1:9/callback',
    state: unique('state'),
  })
  const { location } = await send('public', { target: `/oauth2/auth?${query}` })
  const challenge = new URL(location).searchParams.get('login_challenge') ?? ''
  const target = `/admin/oauth2/auth/requests/login/accept?login_challenge=${encodeURIComponent(challenge)}`
  const accept = (forced: unknown) =>
    send('admin', {
      method: 'PUT',
      target,
      json: { subject: newSubject(), force_subject_identifier: forced },
    })

  expect((await accept(7)).status).toBe(400)
  expect((await accept('forced')).status).toBe(200)
})

describe('a whole number', () => {
  const created = (number: string) =>
    send('admin', {
      method: 'POST',
      target: '/admin/clients',
      headers: [['Content-Type', 'application/json']],
      body: `{"client_id":"${unique('number')}","client_secret_expires_at":${number}}`,
    })

  test.each(['1e+21', '1e2', '1.0', '9223372036854775808', '9223372036854776000'])(
    'is refused where Go reads none: %s',
    async (number) => {
      expect(await created(number)).toMatchObject({ status: 400 })
    },
  )

  test.each(['9007199254740993', '-0', '9223372036854775807'])(
    'is taken where Go does: %s',
    async (number) => {
      expect(await created(number)).toMatchObject({ status: 201 })
    },
  )
})
