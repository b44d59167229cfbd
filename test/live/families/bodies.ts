import { deleteClient, oddTexts, oddValues, type Run } from '../family.ts'
import type { Random } from '../random.ts'

const members = [
  'client_name',
  'client_secret',
  'redirect_uris',
  'grant_types',
  'response_types',
  'scope',
  'audience',
  'owner',
  'policy_uri',
  'allowed_cors_origins',
  'tos_uri',
  'logo_uri',
  'contacts',
  'client_secret_expires_at',
  'subject_type',
  'jwks_uri',
  'jwks',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'request_uris',
  'userinfo_signed_response_alg',
  'created_at',
  'frontchannel_logout_uri',
  'frontchannel_logout_session_required',
  'post_logout_redirect_uris',
  'backchannel_logout_uri',
  'metadata',
  'access_token_strategy',
  'skip_consent',
  'skip_logout_consent',
  'authorization_code_grant_access_token_lifespan',
  'refresh_token_grant_refresh_token_lifespan',
  'Client_Name',
  'SCOPE',
  'unknown',
]

/** Whole bodies that are not what a decoder hopes for. */
const broken = [
  '',
  'null',
  '[]',
  '"x"',
  '{',
  '{"client_id":}',
  '{}trailing',
  '{"a":1,}',
  '\ufeff{}',
]

const bodyOf = (random: Random, id: string): string => {
  if (random.chance(0.1)) return random.pick(broken)
  const chosen = random
    .some(members, 0.07)
    .map((name) => [name, random.pick(random.chance(0.3) ? oddTexts : oddValues)])

  return JSON.stringify({ client_id: id, ...Object.fromEntries(chosen) })
}

/** Bodies of clients, created, set and read again. */
export const bodies: Run = async (server, random) => {
  const id = `${server.prefix}body`
  const target = `/admin/clients/${id}`
  // A body without an id would leave a client behind that nobody finds again.
  const created = random.chance(0.8) ? bodyOf(random, id) : JSON.stringify({ client_id: id })
  if (created.includes(id)) {
    await server.send('admin', { method: 'POST', target: '/admin/clients', body: created })
  }
  await server.send('admin', { target })
  await server.send('admin', { method: 'PUT', target, body: bodyOf(random, id) })
  await server.send('admin', { target })
  const lifespans = {
    [random.pick(members.filter((name) => name.endsWith('lifespan')))]: random.pick(oddValues),
  }
  await server.send('admin', { method: 'PUT', target: `${target}/lifespans`, json: lifespans })
  await server.send('admin', { target })
  await deleteClient(server, id)
}
