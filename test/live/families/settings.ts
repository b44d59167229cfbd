import { createHash } from 'node:crypto'
import { createClient, deleteClient, introspect, type Run, revoke, token } from '../family.ts'
import { exchangeCode, signIn } from '../sign-in.ts'

const verifier = 'a-verifier-of-at-least-forty-three-characters'
const challenge = createHash('sha256').update(verifier).digest('base64url')

/** What servers can be told: whose PKCE they demand, how they name users, how often a refresh token works. */
export const settings: Run = async (server, random) => {
  const id = await createClient(server, 'set', {
    subject_type: random.pick(['pairwise', 'pairwise', 'public']),
    ...(random.chance(0.2) && {
      redirect_uris: ['http://127.0.0.1:9/callback', 'http://127.0.0.1:9/other'],
    }),
    ...(random.chance(0.2) && { access_token_strategy: 'jwt' }),
    ...(random.chance(0.2) && { token_endpoint_auth_method: 'none' }),
  })
  const query = random.chance(0.8)
    ? { code_challenge: challenge, code_challenge_method: 'S256' }
    : random.pick([{}, { code_challenge_method: 'S256' }, { code_challenge: challenge }])
  const login = {
    remember: random.chance(0.5),
    remember_for: 3600,
    ...(random.chance(0.3) && { force_subject_identifier: random.pick(['forced', 'alice', '']) }),
  }
  const first = await signIn(server, id, { query, login })
  const issued = await exchangeCode(
    server,
    id,
    first.code,
    random.chance(0.9) ? { code_verifier: verifier } : {},
  )
  await introspect(server, issued.json['access_token'])
  await server.send('public', {
    target: '/userinfo',
    headers: [['Authorization', `Bearer ${issued.json['access_token']}`]],
  })
  const refreshTokens = [String(issued.json['refresh_token'])]
  const accessTokens = [String(issued.json['access_token'])]
  for (let asked = 0; asked < 5; asked += 1) {
    const next = await token(server, id, {
      grant_type: 'refresh_token',
      refresh_token: random.pick(refreshTokens),
    })
    if (next.json['refresh_token']) {
      refreshTokens.push(String(next.json['refresh_token']))
      accessTokens.push(String(next.json['access_token']))
    }
    for (const held of [...refreshTokens, ...accessTokens]) await introspect(server, held)
  }
  if (random.chance(0.3)) await revoke(server, id, random.pick([...refreshTokens, ...accessTokens]))
  for (const held of [...refreshTokens, ...accessTokens]) await introspect(server, held)
  const hint = String(issued.json['id_token'] ?? '')
  await signIn(server, id, {
    browser: first.browser,
    query: {
      ...query,
      ...(random.chance(0.6) && { id_token_hint: hint }),
      ...(random.chance(0.3) && { prompt: 'none' }),
    },
    login: random.chance(0.2) ? { subject: 'bob' } : login,
  })
  await deleteClient(server, id)
}
