import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { type LocalService, serve } from '../loopback.ts'

/** An identity provider that may sign everybody out, with a key that is good for nothing else. */
export interface IdentityProvider {
  /** PKCS #8 (DER) in base64: what its JWTs are signed with, by ES256. */
  readonly privateKey: string
  /** What it answers at any URL. */
  readonly keys: { readonly keys: readonly object[] }
}

/** What its JWTs name as their issuer and their key. */
const ISSUER = 'https://acme.okta.com'
const KEY_ID = 'acme-1'

export function createIdentityProvider(): IdentityProvider {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'ES256', use: 'sig' }
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    keys: { keys: [jwk] },
  }
}

/** Serves its public keys on any free port. */
export function serveKeys({ keys }: IdentityProvider): Promise<LocalService> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(keys))
  })
  return serve(server, { name: 'the identity provider', port: 0 })
}

/** What the door is told: where the keys are, and that this issuer may speak for everybody of Acme. */
export function revocationVariables(keysUrl: string, webhooksUrl: string) {
  const issuer = {
    issuer: ISSUER,
    jwksUri: `${keysUrl}/keys`,
    subjectIssuers: [ISSUER],
    emailDomains: ['acme.example'],
    opaqueIds: true,
  }
  return {
    REVOCATION_ISSUERS: JSON.stringify([issuer]),
    REVOCATION_URL: `${webhooksUrl}/webhooks/global-token-revocation`,
  }
}
