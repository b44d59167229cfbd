import { newBrowser, parameter } from '../browser.ts'
import {
  basic,
  createClient,
  deleteClient,
  deviceGrant,
  introspect,
  type Run,
  token,
} from '../family.ts'

/** A device without a browser asks, and a user somewhere else answers. */
export const device: Run = async (server, random) => {
  const id = await createClient(server, 'device', {
    ...(random.chance(0.2) && { grant_types: random.pick([[], ['refresh_token'], [deviceGrant]]) }),
  })
  const asked = await server.send('public', {
    method: 'POST',
    target: '/oauth2/device/auth',
    headers: random.chance(0.9) ? [basic(id)] : [],
    form: {
      client_id: random.chance(0.9) ? id : 'x',
      ...(random.chance(0.8) && {
        scope: random.pick(['openid offline read', 'openid', 'admin', '']),
      }),
      ...(random.chance(0.2) && { audience: random.pick(['https://api.example', 'x']) }),
    },
  })
  const poll = () =>
    token(server, id, {
      grant_type: deviceGrant,
      device_code: random.chance(0.9) ? String(asked.json['device_code']) : 'ory_dc_x.y',
    })
  if (random.chance(0.5)) await poll()
  const browser = newBrowser(server)
  const opened = await browser.open(
    `/oauth2/device/verify${random.pick(['', `?user_code=${asked.json['user_code']}`, '?user_code=x'])}`,
  )
  const challenge = parameter(opened.location, 'device_challenge')
  const accepted = await server.send('admin', {
    method: 'PUT',
    target: `/admin/oauth2/auth/requests/device/accept?device_challenge=${encodeURIComponent(random.chance(0.9) ? challenge : 'x')}`,
    json: random.chance(0.9)
      ? { user_code: asked.json['user_code'] }
      : random.pick([{}, { user_code: '' }, { user_code: 7 }, { user_code: 'ABCDEFGH' }, null]),
  })
  let next =
    typeof accepted.json['redirect_to'] === 'string'
      ? await browser.open(accepted.json['redirect_to'])
      : undefined
  for (const [stage, decision] of [
    ['login', { subject: 'alice' }],
    ['consent', { grant_scope: ['openid', 'offline', 'read'] }],
  ] as const) {
    const stageChallenge = parameter(next?.location ?? '', `${stage}_challenge`)
    if (stageChallenge === '') break
    const target = `/admin/oauth2/auth/requests/${stage}`
    const query = `${stage}_challenge=${encodeURIComponent(stageChallenge)}`
    await server.send('admin', { target: `${target}?${query}` })
    const verb = random.chance(0.9) ? 'accept' : 'reject'
    const decided = await server.send('admin', {
      method: 'PUT',
      target: `${target}/${verb}?${query}`,
      json: verb === 'accept' ? decision : { error: 'access_denied', error_description: 'no' },
    })
    if (typeof decided.json['redirect_to'] !== 'string') break
    next = await browser.open(decided.json['redirect_to'])
  }
  const issued = await poll()
  if (issued.json['access_token']) await introspect(server, issued.json['access_token'])
  if (issued.json['refresh_token'])
    await token(server, id, {
      grant_type: 'refresh_token',
      refresh_token: String(issued.json['refresh_token']),
    })
  await poll()
  await deleteClient(server, id)
}
