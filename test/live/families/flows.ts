import { createClient, deleteClient, introspect, oddValues, type Run, token } from '../family.ts'
import type { Random } from '../random.ts'
import { exchangeCode, signIn } from '../sign-in.ts'

type Texts = Readonly<Record<string, string>>

const queries: readonly Texts[] = [
  { state: '12345678' },
  { state: '1234567' },
  { state: 'üüüü' },
  { state: '😀😀' },
  { state: '' },
  { nonce: 'short' },
  { nonce: 'üüüü' },
  { nonce: 'long-enough' },
  { response_type: 'code id_token', nonce: 'long-enough' },
  { response_type: 'code token', nonce: 'long-enough' },
  { response_type: 'code token id_token', nonce: 'long-enough' },
  { response_type: 'id_token', nonce: 'long-enough' },
  { response_type: 'token' },
  { response_type: 'id_token token', nonce: 'long-enough' },
  { response_type: 'CODE' },
  { response_type: 'none' },
  { response_type: '' },
  { response_mode: 'form_post' },
  { response_mode: 'fragment' },
  { response_mode: 'x' },
  { scope: 'openid' },
  { scope: 'read' },
  { scope: 'photos.read' },
  { scope: 'admin' },
  { scope: '' },
  { scope: 'offline' },
  { scope: 'openid openid read' },
  { audience: 'https://api.example' },
  { audience: 'https://api.example/deep/er' },
  { audience: 'x' },
  { redirect_uri: '' },
  { redirect_uri: 'http://127.0.0.1:10/callback' },
  { redirect_uri: 'http://127.0.0.1:9/CALLBACK' },
  { redirect_uri: 'http://127.0.0.1:9/callback?x=y' },
  { prompt: 'none' },
  { prompt: 'login' },
  { prompt: 'consent' },
  { prompt: 'select_account' },
  { prompt: 'none login' },
  { prompt: 'x' },
  { max_age: '0' },
  { max_age: '10' },
  { max_age: '-1' },
  { max_age: 'x' },
  { display: 'popup', ui_locales: 'de en', acr_values: 'a b', login_hint: 'alice' },
  { id_token_hint: 'x' },
  { id_token_hint: 'x.y.z' },
  { code_challenge: 'short' },
  { code_challenge: 'short', code_challenge_method: 'plain' },
  { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' },
  { code_challenge_method: 'S256' },
  { registration: 'x' },
  { request: 'x' },
  { request_uri: 'http://127.0.0.1:9/x' },
  { identity_schema: 'x' },
  { claims: '{"userinfo":{}}' },
]

const loginMembers = [
  'subject',
  'remember',
  'remember_for',
  'acr',
  'amr',
  'context',
  'force_subject_identifier',
  'extend_session_lifespan',
  'identity_provider_session_id',
  'unknown',
]
const consentMembers = [
  'grant_scope',
  'grant_access_token_audience',
  'remember',
  'remember_for',
  'session',
  'context',
  'handled_at',
  'unknown',
]
const sessions = [
  { access_token: { a: 1 }, id_token: { b: 'x' } },
  { id_token: { sub: 'x', nonce: 'y', exp: 1 } },
  { access_token: null },
  { access_token: [] },
  { id_token: { at_hash: 'x', acr: 'y' } },
]
const lifespans = [
  'authorization_code_grant_id_token_lifespan',
  'authorization_code_grant_access_token_lifespan',
  'authorization_code_grant_refresh_token_lifespan',
  'implicit_grant_id_token_lifespan',
  'implicit_grant_access_token_lifespan',
  'refresh_token_grant_id_token_lifespan',
  'refresh_token_grant_access_token_lifespan',
  'refresh_token_grant_refresh_token_lifespan',
]

const decision = (random: Random, members: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(random.some(members, 0.07).map((name) => [name, random.pick(oddValues)]))

/** The way from the authorization request to tokens and what becomes of them. */
export const flows: Run = async (server, random) => {
  const id = await createClient(server, 'flow', {
    ...Object.fromEntries(
      random
        .some(lifespans, 0.05)
        .map((name) => [
          name,
          random.pick(
            name.includes('id_token') ? ['-1h', '0s', '5m', '1000000h'] : ['-1h', '5m', '1000000h'],
          ),
        ]),
    ),
    ...(random.chance(0.15) && { token_endpoint_auth_method: 'none' }),
    ...(random.chance(0.15) && { access_token_strategy: 'jwt' }),
    ...(random.chance(0.1) && { skip_consent: true }),
    ...(random.chance(0.1) && {
      grant_types: random.pick([['authorization_code'], ['implicit'], ['refresh_token']]),
    }),
  })
  const query = Object.assign(
    {},
    ...random.some(queries, 0.03),
    random.chance(0.5) ? random.pick(queries) : {},
  ) as Texts
  const remember = random.chance(0.4)
  const first = await signIn(server, id, {
    query,
    login: {
      ...(remember && { remember, remember_for: 3600 }),
      ...(random.chance(0.3) && decision(random, loginMembers)),
    },
    consent: {
      ...(remember && { remember }),
      ...(random.chance(0.3) && { session: random.pick(sessions) }),
      ...(random.chance(0.3) && decision(random, consentMembers)),
      ...(query['audience'] &&
        random.chance(0.5) && { grant_access_token_audience: [query['audience']] }),
    },
  })
  await server.send('admin', {
    target: `/admin/oauth2/auth/sessions/consent?subject=alice&login_session_id=${first.sid}`,
  })
  if (first.code !== '') {
    const more = random.pick([
      {},
      {},
      {},
      { redirect_uri: 'http://127.0.0.1:9/other' },
      { code_verifier: 'dBjftJeZ4CVP-mBJ92K27uhbUJU1p1r_wW1gFWFOEjXk' },
      { code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
      { scope: 'read' },
    ])
    const issued = await exchangeCode(server, id, first.code, more)
    if (random.chance(0.2)) await exchangeCode(server, id, first.code, more)
    await introspect(server, issued.json['access_token'])
    if (issued.json['refresh_token']) {
      const next = await token(server, id, {
        grant_type: 'refresh_token',
        refresh_token: String(issued.json['refresh_token']),
        ...(random.chance(0.2) && { scope: random.pick(['read', 'openid', 'admin']) }),
      })
      await introspect(server, next.json['refresh_token'])
      await introspect(server, issued.json['refresh_token'])
      if (random.chance(0.2)) {
        await token(server, id, {
          grant_type: 'refresh_token',
          refresh_token: String(issued.json['refresh_token']),
        })
        await introspect(server, next.json['access_token'])
      }
    }
    if (issued.json['access_token'])
      await server.send('public', {
        target: '/userinfo',
        headers: [['Authorization', `Bearer ${issued.json['access_token']}`]],
      })
  }
  if (remember) {
    const second = await signIn(server, id, {
      browser: first.browser,
      query: random.pick([{}, ...queries]),
      login: random.chance(0.2) ? { subject: 'bob' } : {},
    })
    if (second.code !== '') await exchangeCode(server, id, second.code)
  }
  await deleteClient(server, id)
}
