import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { webhooksOf } from '../dev/webhooks.ts'
import type { Stage } from './stage.ts'

/** As an identity provider's Universal Logout sends it: a JWT that covers no body, and a body. */
export interface Revocation {
  /** The id of the event that comes of it. */
  readonly eventId: string
  /** Sends it, about somebody. @returns the answer's status */
  send(subject: string): Promise<number>
}

const source = 'global-token-revocation'
/** Whom the local system plays. */
const issuer = 'https://acme.okta.com'
const keyId = 'acme-1'

/** Signs one request of the identity provider's, to be sent as often as one likes. */
export async function signRevocation({ local }: Pick<Stage, 'local'>): Promise<Revocation> {
  const { [source]: door } = await webhooksOf(local)
  if (door === undefined) throw new Error(`nothing takes ${source} by webhook`)
  const jti = randomUUID()
  const authorization = `Bearer ${jwtOf(jti, door)}`
  return {
    eventId: createHash('sha256')
      .update(JSON.stringify([issuer, jti]))
      .digest('hex'),
    async send(subject) {
      const { status } = await fetch(door.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ sub_id: { format: 'iss_sub', iss: issuer, sub: subject } }),
      })
      return status
    },
  }
}

/** For five minutes, by ES256. */
function jwtOf(jti: string, { url, secret }: { readonly url: string; readonly secret: string }) {
  const iat = Math.floor(Date.now() / 1000)
  const input = [
    { alg: 'ES256', typ: 'global-token-revocation+jwt', kid: keyId },
    { iss: issuer, aud: url, jti, iat, exp: iat + 300 },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const der = Buffer.from(secret, 'base64')
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}
