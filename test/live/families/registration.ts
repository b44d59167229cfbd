import { deleteClient, oddValues, type Run } from '../family.ts'
import type { Random } from '../random.ts'

const members = [
  'client_id',
  'client_name',
  'client_secret',
  'scope',
  'metadata',
  'access_token_strategy',
  'skip_consent',
  'skip_logout_consent',
  'redirect_uris',
  'token_endpoint_auth_method',
  'subject_type',
  'Metadata',
  'jwks',
  'owner',
]

const bodyOf = (random: Random): string =>
  random.chance(0.1)
    ? random.pick(['', 'x', '[]', 'null', '{"metadata":null}'])
    : JSON.stringify(
        Object.fromEntries(random.some(members, 0.1).map((name) => [name, random.pick(oddValues)])),
      )

/** Clients that register themselves, and what becomes of their tokens. */
export const registration: Run = async (server, random) => {
  const post = (body: string) =>
    server.send('public', { method: 'POST', target: '/oauth2/register', body })
  await post(bodyOf(random))
  const created = await post(
    JSON.stringify({
      client_name: `${server.prefix}own`,
      redirect_uris: ['http://127.0.0.1:9/callback'],
    }),
  )
  const id = String(created.json['client_id'] ?? 'none')
  const target = `/oauth2/register/${id}`
  let token = String(created.json['registration_access_token'])
  for (let asked = 0; asked < 4; asked += 1) {
    const shown = random.chance(0.8)
      ? token
      : random.pick([
          '',
          'x',
          token.replace('ory_at_', ''),
          `.${token.split('.')[1]}`,
          token.slice(0, -1),
        ])
    const headers = [['Authorization', `Bearer ${shown}`]] as const
    const step = random.below(6)
    if (step < 2) await server.send('public', { target, headers })
    else if (step === 2)
      await server.send('public', { method: 'PUT', target, headers, body: bodyOf(random) })
    else if (step === 3) {
      const set = await server.send('public', {
        method: 'PUT',
        target,
        headers,
        json: { client_name: 'set' },
      })
      token = String(set.json['registration_access_token'] ?? token)
    } else if (step === 4) {
      const path = `/admin/clients/${id}`
      await random.pick([
        () => server.send('admin', { method: 'PUT', target: path, json: {} }),
        () =>
          server.send('admin', {
            method: 'PATCH',
            target: path,
            json: [{ op: 'add', path: '/owner', value: 'o' }],
          }),
        () => server.send('admin', { method: 'PUT', target: `${path}/lifespans`, json: {} }),
        () => server.send('admin', { target: path }),
      ])()
    } else
      await server.send('public', {
        method: random.pick(['DELETE', 'PATCH', 'GET']),
        target: random.pick([target, `${target}x`, '/oauth2/register']),
        headers,
      })
  }
  await deleteClient(server, id)
}
