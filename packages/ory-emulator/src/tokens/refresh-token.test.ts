import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeInBrowser, type Tokens } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { claimsOf, isActive, type Registered, registered } from '../testing/registered.ts'

let ory: OryEmulator
let client: Registered

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory, { client_id: 'app' })
})

afterAll(() => ory.stop())

const granted = async (options: object = {}) =>
  (await authorizeInBrowser({ ...ory, client, subject: 'alice', ...options })).tokens

const refresh = (token: string | undefined, form: object = {}, of = client) =>
  ask('POST', ory.publicUrl, '/oauth2/token', {
    form: { grant_type: 'refresh_token', refresh_token: token ?? '', ...form },
    basic: [of.client_id, of.client_secret],
  })

const refreshed = async (token: string | undefined) => (await refresh(token)).json as Tokens

const active = async ({ access_token, refresh_token }: Tokens) => [
  await isActive(ory, access_token),
  await isActive(ory, refresh_token),
]

const description = ({ json }: { readonly json: unknown }) =>
  String((json as { readonly error_description: string }).error_description)

test('gives new tokens for the old ones, which end', async () => {
  const first = await granted()

  const { status, json } = await refresh(first.refresh_token)

  const second = json as Tokens
  expect(status).toBe(200)
  expect(Object.keys(second)).toEqual(Object.keys(first))
  expect(await active(first)).toEqual([false, false])
  expect(await active(second)).toEqual([true, true])
})

test('keeps what the ID token says of the login', async () => {
  const first = await granted({ parameters: { nonce: 'a nonce of the client' } })
  const second = await refreshed(first.refresh_token)

  const { at_hash: _, jti: oldId, iat: __, exp: ___, ...kept } = claimsOf(first.id_token)
  expect(claimsOf(second.id_token)).toMatchObject(kept)
  expect(claimsOf(second.id_token)['jti']).not.toBe(oldId)
})

test('ends the whole chain where a token is used twice', async () => {
  const first = await granted()
  const second = await refreshed(first.refresh_token)

  const reused = await refresh(first.refresh_token)
  const again = await refresh(first.refresh_token)

  expect(reused).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  expect(description(reused)).toMatch(/The refresh token was already used\.$/)
  expect(description(again)).toMatch(/The refresh token is malformed or not valid\.$/)
  expect(await active(second)).toEqual([false, false])
})

test('of many refreshes at once one wins, and its tokens are gone', async () => {
  const first = await granted()

  const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(first.refresh_token)))

  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  expect(await active(won[0]?.json as Tokens)).toEqual([false, false])
})

test('never narrows the scope', async () => {
  const first = await granted({ scope: 'openid offline read' })

  const { json } = await refresh(first.refresh_token, { scope: 'read' })

  expect(json).toMatchObject({ scope: 'openid offline read' })
})

test('refuses another client, and leaves the token to its own', async () => {
  const other = await registered(ory)
  const first = await granted()

  const foreign = await refresh(first.refresh_token, {}, other)

  expect(description(foreign)).toContain('does not match the ID during the initial token issuance.')
  expect((await refresh(first.refresh_token)).status).toBe(200)
})

test('refuses a client that lost the grant, and serves it again when it has it back', async () => {
  const changing = await registered(ory)
  const first = await granted({ client: changing })
  const allow = (grant: string) =>
    ask('PATCH', ory.adminUrl, `/admin/clients/${changing.client_id}`, {
      json: [{ op: 'replace', path: '/grant_types', value: [grant] }],
    })

  await allow('suspended')
  const refused = await refresh(first.refresh_token, {}, changing)
  await allow('refresh_token')
  const served = await refresh(first.refresh_token, {}, changing)

  expect(refused).toMatchObject({ status: 400, json: { error: 'unauthorized_client' } })
  expect(served.status).toBe(200)
})

test.each([
  ['/scope', 'openid offline', 'invalid_scope'],
  ['/audience', [], 'invalid_request'],
])('refuses once the client has lost its %s', async (path, value, error) => {
  const changing = await registered(ory)
  const options = { client: changing, scope: 'openid offline read' }
  const first = await granted({ ...options, audience: ['https://api.example'] })
  await ask('PATCH', ory.adminUrl, `/admin/clients/${changing.client_id}`, {
    json: [{ op: 'replace', path, value }],
  })

  const refused = await refresh(first.refresh_token, {}, changing)

  expect(refused).toMatchObject({ status: 400, json: { error } })
})

test('refuses an expired token', async () => {
  await using aging = await startOryEmulator({ ttl: { refreshToken: '60s' } })
  const of = await registered(aging)
  const { tokens } = await authorizeInBrowser({ ...aging, client: of, subject: 'alice' })

  aging.clock.advance(62_000)

  const { json } = await ask('POST', aging.publicUrl, '/oauth2/token', {
    form: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' },
    basic: [of.client_id, of.client_secret],
  })
  expect(json).toMatchObject({
    error: 'invalid_grant',
    error_description: expect.stringMatching(/The refresh token expired\.$/),
  })
})

test('honours a client’s own lifespans', async () => {
  const brief = await registered(ory, { refresh_token_grant_access_token_lifespan: '100s' })
  const first = await granted({ client: brief })

  const { json } = await refresh(first.refresh_token, {}, brief)

  const { expires_in } = json as Tokens
  expect(first.expires_in).toBeGreaterThan(3000)
  expect(expires_in).toBeGreaterThanOrEqual(99)
  expect(expires_in).toBeLessThanOrEqual(100)
})

test('survives the deletion of the client’s access tokens', async () => {
  const first = await granted()
  await ask('DELETE', ory.adminUrl, '/admin/oauth2/tokens?client_id=app')

  const second = await refreshed(first.refresh_token)

  expect(await isActive(ory, first.access_token)).toBe(false)
  expect(await active(second)).toEqual([true, true])
})

test('whatever is refreshed and reused, at most one pair of a chain is alive', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 4 }), { maxLength: 6 }), async (choices) => {
      const chain = [await granted()]
      for (const choice of choices) {
        const { refresh_token } = chain[choice % chain.length] as Tokens
        const { status, json } = await refresh(refresh_token)
        if (status === 200) chain.push(json as Tokens)
      }

      const states = await Promise.all(chain.map(active))
      const alive = states.filter(([access, refreshable]) => access || refreshable)
      const reused = chain.length <= choices.length
      expect(alive).toEqual(reused ? [] : [[true, true]])
      expect(states.slice(0, -1).flat()).not.toContain(true)
    }),
    { numRuns: 15 },
  )
})
