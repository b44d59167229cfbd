import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { introspected } from '../testing/registered.ts'
import type { Seed } from './seed.ts'

const seed: Seed = {
  clients: ['mail', 'shop'].map((client_id) => ({
    client_id,
    client_secret: 'known to the tests',
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    scope: 'offline',
  })),
  users: ['alice', 'bert'].map((subject, index) => ({
    subject,
    sid: `6a1f1c1e-0000-4000-8000-00000000000${index}`,
    consents: [
      {
        client_id: 'mail',
        consent_request_id: `6a1f1c1e-0000-4000-8000-00000000001${index}`,
        access_token: `ory_at_${subject}.${subject}`,
        refresh_token: `ory_rt_${subject}.${subject}`,
      },
    ],
  })),
  trusted_issuers: [
    {
      id: '6a1f1c1e-0000-4000-8000-000000000020',
      issuer: 'https://idp.example',
      allow_any_subject: true,
      jwk: { kty: 'oct', k: 'AAAA', kid: 'k1' },
      expires_at: '2126-01-01T00:00:00Z',
    },
  ],
}

const consents = '/admin/oauth2/auth/sessions/consent'
const issuers = '/admin/trust/grants/jwt-bearer/issuers'
const admin = (method: string, path: string, json?: object) => (ory: OryEmulator) =>
  ask(method, ory.adminUrl, path, json === undefined ? {} : { json })
const refresh = (ory: OryEmulator) =>
  ask('POST', ory.publicUrl, '/oauth2/token', {
    form: { grant_type: 'refresh_token', refresh_token: 'ory_rt_alice.alice' },
    basic: ['mail', 'known to the tests'],
  })

/** What tests do to a server. */
const deeds: readonly ((ory: OryEmulator) => unknown)[] = [
  admin('POST', '/admin/clients', { client_id: 'new' }),
  admin('DELETE', '/admin/clients/mail'),
  admin('PATCH', '/admin/clients/shop', [{ op: 'add', path: '/client_name', value: 'Shop' }]),
  admin('DELETE', '/admin/oauth2/tokens?client_id=mail'),
  admin('DELETE', `${consents}?subject=alice&all=true`),
  admin('DELETE', '/admin/oauth2/auth/sessions/login?subject=bert'),
  admin('DELETE', `${issuers}/6a1f1c1e-0000-4000-8000-000000000020`),
  refresh,
  (ory) => ory.clock.advance(3_600_000),
  (ory) => ory.clock.set(0),
  (ory) => ory.faults.add({ operation: '*', kind: 'status', status: 503, skip: 3 }),
  (ory) => ory.seed({ users: [{ subject: 'carol' }] }),
  (ory) => ory.reset(),
]

/** Everything that can be seen of a server, but for what is new each time. */
const seen = async (ory: OryEmulator): Promise<unknown> => {
  const paths = [
    '/admin/clients',
    issuers,
    ...['alice', 'bert', 'carol'].map((name) => `${consents}?subject=${name}`),
  ]
  const lists = await Promise.all(paths.map((path) => ask('GET', ory.adminUrl, path)))
  const tokens = [
    'ory_at_alice.alice',
    'ory_rt_alice.alice',
    'ory_at_bert.bert',
    'ory_rt_bert.bert',
  ]
  const told = await Promise.all(tokens.map((token) => introspected(ory, token)))
  const text = JSON.stringify([...lists, ...told].map(({ status, json }) => ({ status, json })))
  return JSON.parse(text.replaceAll(/"(handled_at|login_challenge)":"[^"]*"/g, '"$1":""'))
}

test('whatever was done to it, a reset leaves the server as it started', async () => {
  const now = () => Date.parse('2026-11-29T12:00:00Z')
  await using ory = await startOryEmulator({ now, seed })
  const first = await seen(ory)

  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...deeds), { maxLength: 6 }), async (done) => {
      for (const deed of done) await deed(ory)

      await ory.reset()

      expect([ory.requests, ory.faults.list(), ory.clock.now()]).toEqual([[], [], now()])
      expect(await seen(ory)).toEqual(first)
    }),
    { numRuns: 25 },
  )
})
