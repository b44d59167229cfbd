import { door } from '@lapse/webhooks'
import { doorway } from '../../packages/webhooks/src/testing/doorway.ts'
import {
  type Changes,
  hs256,
  impostor,
  issuerOf,
  okta,
  url,
} from '../../packages/webhooks/src/testing/issuer.ts'
import type { Random } from '../faults/whole/random.ts'

const body = JSON.stringify({
  sub_id: { format: 'iss_sub', iss: 'https://login.acme.example/', sub: 'alice' },
})
const otherBody = body.replace('alice', 'mallory')

const foreign = issuerOf('https://evil.okta.com', 'key-1')
const pem = String(okta.publicKey.export({ type: 'spki', format: 'pem' }))
const der = okta.publicKey.export({ type: 'spki', format: 'der' })
const modulus = Buffer.from(String(okta.keys.keys[0]?.n), 'base64url')

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Ways to make, of a JWT that is taken, one that must not be. */
const mutations: Readonly<Record<string, (random: Random) => string>> = {
  'a bit is another': (random) => {
    const bytes = Buffer.from(okta.jwt(), 'latin1')
    const at = random.between(0, bytes.length - 1)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7))
    return bytes.toString('latin1')
  },
  'a letter is another': (random) => {
    const token = okta.jwt()
    const at = random.between(0, token.length - 1)
    const others = letters.replace(token.charAt(at), '')
    return token.slice(0, at) + letterOf(others, random) + token.slice(at + 1)
  },
  'a letter is missing': (random) => {
    const token = okta.jwt()
    const at = random.between(0, token.length - 1)
    return token.slice(0, at) + token.slice(at + 1)
  },
  'a letter is added': (random) => {
    const token = okta.jwt()
    const at = random.between(0, token.length)
    return token.slice(0, at) + letterOf(`${letters}.=%`, random) + token.slice(at)
  },
  'it is cut off': (random) => okta.jwt().slice(0, random.between(0, okta.jwt().length - 1)),
  'a part is that of another JWT': (random) => {
    const changes = { payload: { jti: `jwt-${random.between(2, 1e9 + 1)}`, iat: seconds - 1 } }
    const parts = okta.jwt().split('.')
    const others = okta.jwt(changes).split('.')
    const at = random.between(1, 2)
    return parts.map((part, index) => (index === at ? others[index] : part)).join('.')
  },
  'it is signed by the public key as a secret': (random) => {
    const alg = random.pick(['HS256', 'HS384', 'HS512'])
    const secret = random.pick<string | Buffer>([pem, pem.trim(), der, modulus])
    return okta.jwt({ header: { alg }, sign: hs256(secret), ...noise(random) })
  },
  'it is signed by nobody': (random) =>
    okta.jwt({
      header: { alg: random.pick(['none', 'None', 'NONE', 'nOnE', '']) },
      sign: () => Buffer.alloc(random.between(0, 2) * 128),
    }),
  'it is signed by another key': (random) =>
    impostor.jwt({
      ...noise(random),
      header: random.pick<NonNullable<Changes['header']>>([
        {},
        { jwk: impostor.publicKey.export({ format: 'jwk' }) },
        { jku: 'https://evil.example/keys' },
        { x5u: 'https://evil.example/cert' },
        { kid: '../key-1' },
      ]),
    }),
  'it is by another issuer': (random) => foreign.jwt(noise(random)),
  'its header says something else': (random) =>
    okta.jwt({
      header: random.pick<NonNullable<Changes['header']>>([
        { typ: 'JWT' },
        { typ: 'global-token-revocation' },
        { typ: 'secevent+jwt' },
        { kid: `key-${random.between(2, 1e9 + 1)}` },
        { kid: '' },
        { kid: null },
        { alg: random.pick(['RS384', 'PS256', 'ES256', 'EdDSA', 'RS1', 'rs256']) },
        { crit: ['exp'] },
        { crit: ['b64'], b64: false },
      ]),
    }),
  'it is for somebody else': (random) =>
    okta.jwt({
      payload: {
        aud: random.pick<unknown>([
          `${url}/`,
          url.toUpperCase(),
          url.slice(0, -random.between(1, 20)),
          `${url}?${random.between(0, 1e9 - 1)}`,
          [url, 'https://other.example'],
          [],
          '*',
          null,
          { 0: url },
        ]),
      },
    }),
  'its time is over, or to come': (random) => {
    const away = random.between(361, 1e6 + 360)
    const iat = random.pick([seconds - away, seconds + away])
    return okta.jwt({ payload: { iat, exp: iat + 1e7 } })
  },
  'it has ended': (random) =>
    okta.jwt({ payload: { exp: seconds - random.between(61, 1e6 + 60) } }),
  'a claim is missing': (random) =>
    okta.jwt({ payload: { [random.pick(['iss', 'aud', 'jti', 'iat', 'exp'])]: undefined } }),
  'a claim is of another kind': (random) =>
    okta.jwt({
      payload: {
        [random.pick(['iss', 'aud', 'jti', 'iat', 'exp'])]: random.pick<unknown>([
          null,
          true,
          [],
          {},
          '',
          random.between(0, 999),
        ]),
      },
    }),
}

export const ways = [...Object.keys(mutations), 'its body is another']

const seconds = Date.parse('2026-01-02T03:04:05.000Z') / 1000

/**
 * Sends a JWT that was changed to a door that has taken the genuine one or not.
 * @returns what is wrong; `undefined` where it is refused and nothing is queued
 */
export async function tryMutation(way: string, random: Random): Promise<string | undefined> {
  const { services, queued } = doorway()
  const app = door(async () => services)
  const send = async (token: string, sent: string) => {
    const headers = { authorization: `Bearer ${token}` }
    // A letter that no header may hold is not a request at all.
    const made = requestOf(headers, sent)
    return made === undefined ? 400 : (await app.fetch(made)).status
  }
  const mutate = mutations[way]
  const isFirst = mutate !== undefined && random.chance(0.5)
  if (!isFirst && (await send(okta.jwt(), body)) !== 204) return 'the genuine one was refused'

  const status = await send(mutate?.(random) ?? okta.jwt(), mutate ? body : otherBodyOf(random))
  const expected = isFirst ? 0 : 1
  if (status === 204 || queued.length !== expected) return `was answered ${status}`
  return undefined
}

function requestOf(headers: Readonly<Record<string, string>>, sent: string): Request | undefined {
  try {
    return new Request(url, { method: 'POST', headers, body: sent })
  } catch {
    return undefined
  }
}

function otherBodyOf(random: Random): string {
  return random.pick([
    otherBody,
    `${body} `,
    `\n${body}`,
    body.replace('alice', `a${random.next()}`),
  ])
}

/** So that no two are the same. */
function noise(random: Random): Changes {
  return { payload: { jti: `jwt-${random.next()}` } }
}

function letterOf(text: string, random: Random): string {
  return text.charAt(random.between(0, text.length - 1))
}
