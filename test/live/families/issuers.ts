import { oddTexts, oddValues, type Run } from '../family.ts'
import { ecKey, rsaKey } from '../keys.ts'
import type { Random } from '../random.ts'

const target = '/admin/trust/grants/jwt-bearer/issuers'

const members = ['subject', 'allow_any_subject', 'scope', 'jwk', 'expires_at']

const expiries = [
  '2099-01-01T00:00:00Z',
  '2020-01-01T00:00:00Z',
  '2099-02-30T00:00:00Z',
  '2099-01-01',
  '2099-01-01T00:00:00.123456789+02:00',
  '',
]

const jwk = (random: Random): unknown => {
  const base = random.pick([rsaKey.publicJwk, ecKey.publicJwk])
  const change = random.pick([
    {},
    {},
    { kid: undefined },
    { kid: '' },
    { d: 'AQ' },
    { d: ecKey.privateJwk['d'] },
    { x: 'AQ' },
    { n: '' },
    { e: '' },
    { kty: 'EC' },
    { kty: 'oct', k: 'AAAA' },
    { crv: 'P-384' },
    { alg: 7 },
    { use: 'enc' },
    { d: '!' },
    { d: 'A'.repeat(43) },
  ])

  return { ...base, kid: 'k', ...change }
}

/** Trusted issuers: whom, for what, with which key. */
export const issuers: Run = async (server, random) => {
  const issuer = `${server.prefix}issuer`
  const valid = {
    issuer,
    subject: 'alice',
    scope: random.pick([['read'], [''], [], ['a|b', 'c'], ['', 'a'], null, ['read', 'write']]),
    jwk: jwk(random),
    expires_at: random.chance(0.7) ? expiries[0] : random.pick(expiries),
  }
  const changes = random
    .some(members, 0.1)
    .map((name) => [name, random.pick(random.chance(0.3) ? oddTexts : oddValues)])
  const created = await server.send('admin', {
    method: 'POST',
    target,
    json: { ...valid, ...Object.fromEntries(changes) },
  })
  await server.send('admin', { method: 'POST', target, json: valid })
  const list = await server.send('admin', { target: `${target}?issuer=${issuer}` })
  const id = String(created.json['id'] ?? 'none')
  await server.send('admin', {
    target: `${target}/${random.pick([id, id, id.toUpperCase(), id.replaceAll('-', ''), `{${id}}`, `urn:uuid:${id}`, `${id}%2F`, 'x'])}`,
  })
  const rows = JSON.parse(list.body || '[]') as readonly { readonly id: string }[]
  for (const row of rows)
    await server.send('admin', { method: 'DELETE', target: `${target}/${row.id}` })
  await server.send('admin', { method: 'DELETE', target: `${target}/${id}` })
}
