import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import type { Ory, TrustOAuth2JwtGrantIssuerBody } from '@lapse/core/ory'
import { SignJWT } from 'jose'

/** A key that a partner signs assertions with. */
export interface PartnerKey {
  readonly jwk: TrustOAuth2JwtGrantIssuerBody['jwk']
  readonly privateKey: KeyObject
}

/** What a partner may do; absent subject: for anybody. */
export interface PartnerGrant {
  readonly subject?: string
  readonly scope: readonly string[]
}

const robot = { client_id: 'robot', client_secret: 'secret-of-robot' }
export const expiresAt = '2030-01-01T00:00:00Z'

/** The OAuth 2.0 client that exchanges partners' assertions. */
export async function createRobot(ory: Ory): Promise<void> {
  await ory.createOAuth2Client({
    body: { ...robot, grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] },
  })
}

export function newKey(kid: string): PartnerKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty = '', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return { jwk: { kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }, privateKey }
}

/** An issuer of assertions with its keys, at one Ory server that keeps the time of `now`. */
export function partner(ory: Ory, tokenUrl: string, now: () => number) {
  const issuer = `https://partner-${randomUUID()}.example`
  const keys = new Map<string, PartnerKey>()
  const keyOf = (kid: string): PartnerKey => {
    const key = keys.get(kid) ?? newKey(kid)
    keys.set(kid, key)
    return key
  }

  async function trust(kid: string, { subject, scope }: PartnerGrant) {
    const terms = { issuer, scope, jwk: keyOf(kid).jwk, expires_at: expiresAt }
    const body =
      subject === undefined ? { ...terms, allow_any_subject: true as const } : { ...terms, subject }
    return ory.trustOAuth2JwtGrantIssuer({ body })
  }

  /** Whether an assertion signed with a key gets a token of this scope for a subject. */
  async function works(kid: string, subject: string, scope: string): Promise<boolean> {
    const seconds = Math.floor(now() / 1000)
    const assertion = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(tokenUrl)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 300)
      .setJti(randomUUID())
      .sign(keyOf(kid).privateKey)
    const exchanged = ory.oauth2TokenExchange({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
      basic: robot,
      scope,
    })
    return exchanged.then(
      () => true,
      () => false,
    )
  }

  async function grants() {
    const listed = await Array.fromAsync(ory.listTrustedOAuth2JwtGrantIssuers({ issuer }))
    return listed
      .map(({ subject, allow_any_subject, scope, public_key }) => {
        const who = allow_any_subject ? '*' : subject
        return `${public_key?.kid} ${who} ${scope?.join(',')}`
      })
      .sort()
  }

  return { issuer, keyOf, trust, works, grants }
}

export type Partner = ReturnType<typeof partner>

/** The body of a `key.rotated` for a partner. */
export function rotation(
  { issuer, keyOf }: Partner,
  kid: string,
  { subject, scope }: PartnerGrant,
  data: Readonly<Record<string, unknown>> = {},
  time = '2026-01-02T03:04:05Z',
): string {
  return JSON.stringify({
    specversion: '1.0',
    id: `rotation of ${subject} to ${kid} at ${time}`,
    source: `${issuer}/keys`,
    type: 'key.rotated',
    time,
    data: {
      issuer,
      ...(subject === undefined ? { allow_any_subject: true } : { subject }),
      scope,
      jwk: keyOf(kid).jwk,
      expires_at: expiresAt,
      ...data,
    },
  })
}
