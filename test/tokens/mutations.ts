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

/** A number from 0 up to 1. */
export type Random = () => number

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
    const at = below(random, bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8))
    return bytes.toString('latin1')
  },
  'a letter is another': (random) => {
    const token = okta.jwt()
    const at = below(random, token.length)
    const others = [...letters].filter((letter) => letter !== token[at])
    return token.slice(0, at) + oneOf(random, others) + token.slice(at + 1)
  },
  'a letter is missing': (random) => {
    const token = okta.jwt()
    const at = below(random, token.length)
    return token.slice(0, at) + token.slice(at + 1)
  },
  'a letter is added': (random) => {
    const token = okta.jwt()
    const at = below(random, token.length + 1)
    return token.slice(0, at) + oneOf(random, [...letters, '.', '=', '%']) + token.slice(at)
  },
  'it is cut off': (random) => okta.jwt().slice(0, below(random, okta.jwt().length)),
  'a part is that of another JWT': (random) => {
    const changes = { payload: { jti: `jwt-${below(random, 1e9) + 2}`, iat: seconds - 1 } }
    const parts = okta.jwt().split('.')
    const others = okta.jwt(changes).split('.')
    const at = 1 + below(random, 2)
    return parts.map((part, index) => (index === at ? others[index] : part)).join('.')
  },
  'it is signed by the public key as a secret': (random) => {
    const alg = oneOf(random, ['HS256', 'HS384', 'HS512'])
    const secret = oneOf<string | Buffer>(random, [pem, pem.trim(), der, modulus])
    return okta.jwt({ header: { alg }, sign: hs256(secret), ...noise(random) })
  },
  'it is signed by nobody': (random) =>
    okta.jwt({
      header: { alg: oneOf(random, ['none', 'None', 'NONE', 'nOnE', '']) },
      sign: () => Buffer.alloc(below(random, 3) * 128),
    }),
  'it is signed by another key': (random) =>
    impostor.jwt({
      ...noise(random),
      header: oneOf(random, [
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
      header: oneOf(random, [
        { typ: 'JWT' },
        { typ: 'global-token-revocation' },
        { typ: 'secevent+jwt' },
        { kid: `key-${below(random, 1e9) + 2}` },
        { kid: '' },
        { kid: null },
        { alg: oneOf(random, ['RS384', 'PS256', 'ES256', 'EdDSA', 'RS1', 'rs256']) },
        { crit: ['exp'] },
        { crit: ['b64'], b64: false },
      ]),
    }),
  'it is for somebody else': (random) =>
    okta.jwt({
      payload: {
        aud: oneOf<unknown>(random, [
          `${url}/`,
          url.toUpperCase(),
          url.slice(0, -1 - below(random, 20)),
          `${url}?${below(random, 1e9)}`,
          [url, 'https://other.example'],
          [],
          '*',
          null,
          { 0: url },
        ]),
      },
    }),
  'its time is over, or to come': (random) => {
    const away = 361 + below(random, 1e6)
    const iat = oneOf(random, [seconds - away, seconds + away])
    return okta.jwt({ payload: { iat, exp: iat + 1e7 } })
  },
  'it has ended': (random) => okta.jwt({ payload: { exp: seconds - 61 - below(random, 1e6) } }),
  'a claim is missing': (random) =>
    okta.jwt({ payload: { [oneOf(random, ['iss', 'aud', 'jti', 'iat', 'exp'])]: undefined } }),
  'a claim is of another kind': (random) =>
    okta.jwt({
      payload: {
        [oneOf(random, ['iss', 'aud', 'jti', 'iat', 'exp'])]: oneOf<unknown>(random, [
          null,
          true,
          [],
          {},
          '',
          below(random, 1000),
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
  const isFirst = mutate !== undefined && random() < 0.5
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
  return oneOf(random, [otherBody, `${body} `, `\n${body}`, body.replace('alice', `a${random()}`)])
}

/** So that no two are the same. */
function noise(random: Random): Changes {
  return { payload: { jti: `jwt-${random()}` } }
}

function below(random: Random, count: number): number {
  return Math.floor(random() * count)
}

function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  return items[below(random, items.length)] as Item
}
