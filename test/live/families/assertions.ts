import { createClient, deleteClient, introspect, jwtBearer, type Run } from '../family.ts'
import { ecKey, otherRsaKey, rsaKey, signed } from '../keys.ts'
import type { Random } from '../random.ts'
import type { Server } from '../server.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const headerChanges = [
  {},
  {},
  {},
  { kid: '' },
  { kid: 7 },
  { kid: null },
  { kid: 'nobody' },
  { kid: undefined },
  { crit: ['x'] },
  { crit: ['x'], x: 1 },
  { crit: [] },
  { crit: 'x' },
  { crit: ['b64'], b64: true },
  { typ: 7 },
  { typ: 'at+jwt' },
  { alg: 'none' },
  { alg: 'HS256' },
  { alg: 'ES256' },
  { alg: 'RS512' },
  { alg: 7 },
  { alg: '' },
  { extra: { a: 1 } },
  { jwk: 7 },
  { nonce: 7 },
]

/** Claims as JSON text: `now` and `later` stand for times in seconds. */
const claimChanges = [
  {},
  {},
  {},
  { iat: 'now.5' },
  { iat: '"now"' },
  { iat: '1e9' },
  { iat: 'later' },
  { iat: 'null' },
  { exp: '1e18' },
  { exp: '1e30' },
  { exp: 'later.9' },
  { exp: '"later"' },
  { exp: 'null' },
  { exp: '0' },
  { exp: '-1' },
  { exp: '99999999999' },
  { exp: '9999999999999999999999' },
  { nbf: 'later' },
  { nbf: 'now.2' },
  { nbf: '"x"' },
  { nbf: '0' },
  { aud: '"nobody"' },
  { aud: '[]' },
  { aud: '[7]' },
  { aud: '7' },
  { aud: 'null' },
  { jti: '""' },
  { jti: '7' },
  { jti: 'null' },
  { iss: '""' },
  { iss: '7' },
  { sub: '""' },
  { sub: '7' },
  { sub: '"nobody"' },
  { extra: '{"a":1}' },
  { iat: '0' },
  { iat: '-5' },
  { iat: '1.7e9' },
]

const claimsOf = (
  random: Random,
  server: Server,
  own: Readonly<Record<string, string>>,
  jti: string,
): string => {
  const now = Math.floor(Date.now() / 1000)
  const text = (value: string) => JSON.stringify(value)
  const claims: Record<string, string> = {
    ...own,
    aud: random.pick([
      text(`${server.publicUrl}/oauth2/token`),
      `[${text(`${server.publicUrl}/oauth2/token`)}]`,
      `[7,${text(`${server.publicUrl}/oauth2/token`)}]`,
    ]),
    jti: text(jti),
    iat: 'now',
    exp: 'later',
    ...(random.pick(claimChanges) as Record<string, string>),
    ...(random.chance(0.2) && (random.pick(claimChanges) as Record<string, string>)),
  }
  const members = Object.entries(claims).map(([name, value]) => `${text(name)}:${value}`)

  return `{${members.join(',')}}`
    .replaceAll('later', String(now + 300))
    .replaceAll('now', String(now))
}

const mangled = (random: Random, jwt: string): string => {
  const [head = '', claims = '', signature = ''] = jwt.split('.')

  return random.pick([
    jwt,
    jwt,
    jwt,
    jwt,
    jwt,
    jwt,
    `${jwt}=`,
    `${jwt}.`,
    `${head}.${claims}.`,
    `${head}.${claims}`,
    `.${claims}.${signature}`,
    `${head}..${signature}`,
    jwt.slice(0, -3),
    ` ${jwt}`,
    'x.y.z',
    '',
  ])
}

/** Client assertions and jwt-bearer assertions: headers, claims, times, keys. */
export const assertions: Run = async (server, random) => {
  const keys = [
    { ...rsaKey.publicJwk, kid: 'k', use: 'sig' },
    { ...otherRsaKey.publicJwk, kid: 'other', use: 'sig' },
    { ...ecKey.publicJwk, kid: 'ec', use: 'sig' },
  ]
  const id = await createClient(server, 'signing', {
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: {
      keys: random.chance(0.8)
        ? keys
        : random.pick([[], keys.slice(1), keys.map(({ use, ...key }) => key)]),
    },
    ...(random.chance(0.2) && {
      token_endpoint_auth_signing_alg: random.pick(['ES256', 'RS512', 'RS256', '']),
    }),
  })
  const issuer = `${server.prefix}issuer`
  const trusted = await server.send('admin', {
    method: 'POST',
    target: '/admin/trust/grants/jwt-bearer/issuers',
    json: {
      issuer,
      ...(random.chance(0.5) ? { subject: 'alice' } : { allow_any_subject: true }),
      scope: ['read'],
      jwk: { ...rsaKey.publicJwk, kid: 'k', use: 'sig', alg: 'RS256' },
      expires_at: '2099-01-01T00:00:00Z',
    },
  })
  const bearerClient = await createClient(server, 'bearer')
  for (let asked = 0; asked < 3; asked += 1) {
    const jti = `${server.prefix}${random.chance(0.2) ? 'again' : asked}`
    const claims = claimsOf(
      random,
      server,
      { iss: JSON.stringify(id), sub: JSON.stringify(id) },
      jti,
    )
    const key = random.chance(0.85) ? rsaKey : random.pick([otherRsaKey, ecKey])
    const header = {
      alg: key === ecKey ? 'ES256' : 'RS256',
      kid: 'k',
      ...random.pick(headerChanges),
    }
    const client_assertion = mangled(random, signed(header, claims, key))
    const answer = await server.send('public', {
      method: 'POST',
      target: '/oauth2/token',
      form: {
        grant_type: 'client_credentials',
        client_assertion_type: random.chance(0.95) ? assertionType : 'x',
        client_assertion,
        ...(random.chance(0.2) && { client_id: random.pick([id, `${server.prefix}nobody`]) }),
      },
    })
    if (answer.json['access_token']) await introspect(server, answer.json['access_token'])
  }
  for (let asked = 0; asked < 3; asked += 1) {
    const jti = `${server.prefix}${random.chance(0.2) ? 'once more' : `bearer ${asked}`}`
    const claims = claimsOf(random, server, { iss: JSON.stringify(issuer), sub: '"alice"' }, jti)
    const key = random.chance(0.9) ? rsaKey : random.pick([otherRsaKey, ecKey])
    const header = {
      alg: key === ecKey ? 'ES256' : 'RS256',
      kid: 'k',
      ...random.pick(headerChanges),
    }
    const answer = await server.send('public', {
      method: 'POST',
      target: '/oauth2/token',
      headers: [
        [
          'Authorization',
          `Basic ${Buffer.from(`${bearerClient}:${encodeURIComponent('a secret of the fuzzer')}`).toString('base64')}`,
        ],
      ],
      form: {
        grant_type: jwtBearer,
        assertion: mangled(random, signed(header, claims, key)),
        ...(random.chance(0.5) && { scope: random.pick(['read', 'write', 'read write', '']) }),
      },
    })
    if (answer.json['access_token']) await introspect(server, answer.json['access_token'])
  }
  await server.send('admin', {
    method: 'DELETE',
    target: `/admin/trust/grants/jwt-bearer/issuers/${trusted.json['id']}`,
  })
  await deleteClient(server, id)
  await deleteClient(server, bearerClient)
}
