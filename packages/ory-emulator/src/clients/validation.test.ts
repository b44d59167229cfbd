import { expect, test } from 'vitest'
import { startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'

const metadataInvalid =
  "The value of one of the Client Metadata fields is invalid and the server has rejected this request. Note that an Authorization Server MAY choose to substitute a valid value for any requested parameter of a Client's Metadata."

const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}

// Validation comes before the look-up, so nobody need exist to be refused.
const put = async (client: unknown) => {
  await using ory = await startOryEmulator()
  return await ask('PUT', ory.adminUrl, '/admin/clients/nobody', { json: client })
}

test.each([
  [
    { client_secret: '12345' },
    'Field client_secret must contain a secret that is at least 6 characters long.',
  ],
  [
    { client_secret: 'éé' },
    'Field client_secret must contain a secret that is at least 6 characters long.',
  ],
  [
    { token_endpoint_auth_method: 'private_key_jwt' },
    "When token_endpoint_auth_method is 'private_key_jwt', either jwks or jwks_uri must be set.",
  ],
  [
    { token_endpoint_auth_method: 'private_key_jwt', jwks: {} },
    "When token_endpoint_auth_method is 'private_key_jwt', either jwks or jwks_uri must be set.",
  ],
  [
    {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://a.example',
      token_endpoint_auth_signing_alg: 'HS256',
    },
    'Only RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512 are supported as algorithms for private key authentication.',
  ],
  [
    { jwks_uri: 'https://a.example', jwks: { keys: [ec] } },
    'Fields jwks and jwks_uri can not both be set, you must choose one.',
  ],
  [
    { jwks_uri: 'https://a.example', jwks: { keys: null } },
    'Fields jwks and jwks_uri can not both be set, you must choose one.',
  ],
  [{ jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'Invalid JSON web key in set.'],
  [{ tos_uri: 'nope' }, 'Field tos_uri must be a valid URI.'],
  [{ tos_uri: 'https://a\u0001.example' }, 'Field tos_uri must be a valid URI.'],
  [{ tos_uri: 'https://a.example/%zz' }, 'Field tos_uri must be a valid URI.'],
  [{ policy_uri: 'https://a.example#b' }, 'Field policy_uri must be a valid URI.'],
  [
    { logo_uri: 'ftp://a.example' },
    'ftp://a.example must use https:// or http:// as HTTP scheme for field logo_uri.',
  ],
  [
    { client_uri: '/relative' },
    '/relative must use https:// or http:// as HTTP scheme for field client_uri.',
  ],
  [
    { allowed_cors_origins: ['http://a b'] },
    "Origin URL http://a b from allowed_cors_origins could not be parsed: parse 'http://a b': invalid character ' ' in host name",
  ],
  [
    { allowed_cors_origins: ['http://[::1'] },
    "Origin URL http://[::1 from allowed_cors_origins could not be parsed: parse 'http://[::1': missing ']' in host",
  ],
  [
    { allowed_cors_origins: ['http://a:xx'] },
    "Origin URL http://a:xx from allowed_cors_origins could not be parsed: parse 'http://a:xx': invalid port ':xx' after host",
  ],
  [{ allowed_cors_origins: ['*'] }, 'Origin URL * must use https:// or http:// as HTTP scheme.'],
  [
    { allowed_cors_origins: ['https://u:p@a.example'] },
    'Origin URL https://u:p@a.example has HTTP user and/or password set which is not allowed.',
  ],
  [
    { allowed_cors_origins: ['https://a.example/b'] },
    'Origin URL https://a.example/b must have an empty path, query, and fragment but one of the parts is not empty.',
  ],
  [
    { sector_identifier_uri: ':x' },
    "Value of sector_identifier_uri could not be parsed because parse ':x': missing protocol scheme.",
  ],
  [{ sector_identifier_uri: 'http://a.example' }, ''],
  [{ sector_identifier_uri: 'https://127.0.0.1:1/' }, ''],
  [
    { userinfo_signed_response_alg: 'HS256' },
    "Field userinfo_signed_response_alg can either be 'none' or 'RS256'.",
  ],
  [
    { subject_type: 'pairwise' },
    'Subject type pairwise is not supported by server, only [public] are allowed.',
  ],
  [
    { post_logout_redirect_uris: ['nope'], redirect_uris: ['https://a.example/cb'] },
    'Unable to parse post_logout_redirect_uri: nope',
  ],
  [
    {
      post_logout_redirect_uris: ['https://a.example:444/bye'],
      redirect_uris: ['https://a.example/cb'],
    },
    "post_logout_redirect_uri 'https://a.example:444/bye' must match the domain, port, scheme of at least one of the registered redirect URIs but did not",
  ],
  [
    { access_token_strategy: 'X' },
    'invalid access token strategy: expected one of [jwt, opaque] but got x',
  ],
])('refuses %j', async (client, hint) => {
  expect(await put(client)).toMatchObject({
    status: 400,
    json: {
      error: 'invalid_client_metadata',
      error_description: [metadataInvalid, hint].filter(Boolean).join(' '),
    },
  })
})

test.each([
  [['https://a.example/#b'], 'Redirect URIs must not contain fragments (#).'],
  [['nope'], 'Unable to parse redirect URL: nope'],
])('refuses the redirect URIs %j', async (redirect_uris, hint) => {
  expect(await put({ redirect_uris })).toMatchObject({
    status: 400,
    json: {
      error: 'invalid_redirect_uri',
      error_description: `The value of one or more redirect_uris is invalid. ${hint}`,
    },
  })
})

test.each([
  { client_secret: '123456' },
  { client_secret: 'ééé' },
  { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } },
  { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [ec] } },
  { token_endpoint_auth_method: 'of their own' },
  { jwks_uri: 'anything', jwks: {} },
  { tos_uri: 'HTTP://a.example' },
  { allowed_cors_origins: ['https://a.example:8080/'] },
  { userinfo_signed_response_alg: 'RS256' },
  { redirect_uris: ['/relative', 'urn:a', 'my.app:/cb'] },
  { grant_types: ['no such grant'], response_types: ['no such type'] },
  { post_logout_redirect_uris: ['https://a.example:/x'], redirect_uris: ['https://a.example/cb'] },
])('has nothing against %j', async (client) => {
  expect((await put(client)).status).toBe(404)
})

test.each([
  [{ jwks_uri: 'x', jwks: { keys: [] }, tos_uri: 'x' }, 'Fields jwks'],
  [{ tos_uri: 'x', client_secret: 'x' }, 'Field tos_uri'],
  [{ client_secret: 'x', allowed_cors_origins: ['x'] }, 'Field client_secret'],
  [{ allowed_cors_origins: ['x'], userinfo_signed_response_alg: 'x' }, 'Origin URL'],
  [{ userinfo_signed_response_alg: 'x', redirect_uris: ['#'] }, 'Field userinfo'],
  [{ redirect_uris: ['#'], subject_type: 'x' }, 'Redirect URIs'],
  [{ subject_type: 'x', post_logout_redirect_uris: ['x'] }, 'Subject type'],
  [{ post_logout_redirect_uris: ['x'], access_token_strategy: 'x' }, 'Unable to parse post'],
])('of two faults in %j names the first in Ory’s order', async (client, hint) => {
  const { json } = await put(client)

  expect((json as { error_description: string }).error_description).toContain(hint)
})

test('knows a key by the members of its kind, in its own order, and no others', async () => {
  await using ory = await startOryEmulator()
  const rsa = { e: 'AQAB', n: 'AQABAQAB', kty: 'RSA', kid: 'r', key_ops: ['verify'] }

  const { json } = await ask('POST', ory.adminUrl, '/admin/clients', {
    json: {
      jwks: { keys: [{ ...ec, kid: 'e', use: 'sig', alg: 'ES256', x5c: [] }, rsa], more: 1 },
    },
  })

  const { jwks } = json as { jwks: unknown }
  const { kty, crv, x, y } = ec
  expect(JSON.stringify(jwks)).toBe(
    JSON.stringify({
      keys: [
        { use: 'sig', kty, kid: 'e', crv, alg: 'ES256', x, y },
        { kty: 'RSA', kid: 'r', n: 'AQABAQAB', e: 'AQAB' },
      ],
    }),
  )
})

test.each([
  [{ kty: 'RSA', e: 'AQAB' }, 'go-jose/go-jose: invalid RSA key, missing n/e values'],
  [null, "go-jose/go-jose: unknown json web key type ''"],
  [{ kty: 'RSA', n: 'A!AB', e: 'AQAB' }, 'illegal base64 data at input byte 1'],
  [{ kty: 'RSA', n: '!AAB', e: 'AQAB' }, 'illegal base64 data at input byte 0'],
  [{ kty: 'RSA', n: 'AAAAA', e: 'AQAB' }, 'illegal base64 data at input byte 4'],
  [{ ...ec, crv: 'P-1' }, "go-jose/go-jose: unsupported elliptic curve 'P-1'"],
  [{ ...ec, x: undefined }, 'go-jose/go-jose: invalid EC key, missing x/y values'],
  [{ ...ec, x: 'AAAA' }, 'go-jose/go-jose: invalid EC public key, wrong length for x'],
  [{ ...ec, y: ec.x }, 'go-jose/go-jose: invalid EC key, X/Y are not on declared curve'],
  [{ kty: 'OKP', crv: 'X25519', x: 'AAAA' }, "go-jose/go-jose: unknown curve X25519'"],
  [{ ...ec, kid: 1 }, 'json: cannot unmarshal number into Go value of type string'],
])('refuses the key %j in the words of go-jose', async (key, complaint) => {
  const { status, json } = await put({ jwks: { keys: [key] } })

  expect(status).toBe(400)
  expect(json).toMatchObject({
    error_description: `Unable to decode the request body: ${complaint}`,
  })
})
