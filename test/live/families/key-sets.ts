import { createClient, deleteClient, type Run } from '../family.ts'
import { rsaKey, signed } from '../keys.ts'
import { startReceiver } from '../receiver.ts'

const set = JSON.stringify({ keys: [{ ...rsaKey.publicJwk, kid: 'k', use: 'sig', alg: 'RS256' }] })
const replies = [
  [
    { status: 200, body: set },
    { status: 200, body: '{"keys":[]}' },
  ],
  [{ status: 500 }],
  [{ status: 500 }, { status: 200, body: set }],
  [{ status: 404 }],
  [{ status: 200, body: 'x' }],
  [{ status: 200, body: '{}' }],
  [
    { status: 200, body: '{"keys":[]}' },
    { status: 200, body: set },
  ],
  [{ status: 0 }],
  [{ status: 304, body: '' }],
]

/** Keys that a client keeps at a `jwks_uri`. */
export const keySets: Run = async (server, random) => {
  await using receiver = await startReceiver(random.pick(replies))
  const id = await createClient(server, 'far', {
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: `${receiver.url}/keys`,
  })
  for (const name of ['first', 'second']) {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: id,
      sub: id,
      aud: `${server.publicUrl}/oauth2/token`,
      iat: now,
      exp: now + 300,
      jti: `${server.prefix}${name}`,
    }
    await server.send('public', {
      method: 'POST',
      target: '/oauth2/token',
      form: {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: signed(
          { alg: 'RS256', kid: random.chance(0.8) ? 'k' : 'other' },
          JSON.stringify(claims),
        ),
      },
    })
    server.observe(`asked ${receiver.calls().length} times`)
  }
  await deleteClient(server, id)
}
