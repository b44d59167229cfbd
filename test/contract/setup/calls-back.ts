import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Ory } from '@lapse/core/ory'
import { generateKeyPair, SignJWT } from 'jose'

/** How long a server has to come back to us, in milliseconds. */
const patienceMs = 5000

/** An assertion in the client's name: its keys have to be fetched before it can be refused. */
const assertionOf = async (client_id: string, aud: string): Promise<string> => {
  const { privateKey } = await generateKeyPair('RS256')

  return new SignJWT({ aud, jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(client_id)
    .setSubject(client_id)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey)
}

/**
 * Whether a server reaches a listener on this machine's loopback: a client that keeps its keys at
 * such a listener authenticates, and the keys are fetched or they are not.
 */
export const callsBack = async (ory: Ory): Promise<boolean> => {
  const listener = createServer((_incoming, outgoing) => outgoing.end('{"keys":[]}'))
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  const { port } = listener.address() as AddressInfo
  const called = Promise.race([
    once(listener, 'request').then(() => true),
    new Promise<boolean>((resolve) => {
      setTimeout(resolve, patienceMs, false).unref()
    }),
  ])

  const { client_id } = await ory.createOAuth2Client({
    body: {
      client_id: `lapse-contract-calls-back-${crypto.randomUUID()}`,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `http://127.0.0.1:${port}/jwks.json`,
    },
  })
  try {
    const client_assertion = await assertionOf(client_id, 'https://any.example')
    // Refused in any case: the key that signed it is not among those at the listener.
    ory.revokeOAuth2Token({ token: 'no-such-token', client_assertion }).catch(() => undefined)

    return await called
  } finally {
    await ory.deleteOAuth2Client({ id: client_id })
    listener.close()
    listener.closeAllConnections()
  }
}
