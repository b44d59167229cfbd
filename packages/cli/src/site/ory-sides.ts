import { isApiKey } from '@lapse/core/ory'
import { CannotTell } from './cannot-tell.ts'
import { type Answer, get, memberOf } from './http.ts'
import { remembered } from './remembered.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Ory's two sides, asked by plain GETs whose answers are kept: however many ask, Ory is asked once. */
export interface OrySides {
  /** With the key, where there is one. */
  admin(path: string): Promise<Answer>
  adminWithoutKey(path: string): Promise<Answer>
  /** Never with the key. */
  public(path: string): Promise<Answer>
  /** What is at the URL of a setting besides; with the key where the admin side is at the same origin. */
  besides(name: 'ORY_IDENTITIES_URL' | 'ORY_API_KEYS_URL', path: string): Promise<Answer>
  /** The key, read where it is kept; `undefined` where none is configured. */
  key(): Promise<string | undefined>
}

/** No client has this id. It costs a call of the bucket that has the most. */
export const nobodysPath = '/admin/clients/lapse-doctor-looks-for-nobody'

export const discoveryPath = '/.well-known/openid-configuration'

/** @param readKey reads the secret with Ory's key; rejects where it cannot */
export function orySides(
  variables: Variables,
  readKey: (secretId: string) => Promise<string>,
): OrySides {
  const once = remembered()
  const key = () => once('key', () => keyOf(variables, readKey))
  const asked = (url: string, headers: Readonly<Record<string, string>>, name: string) =>
    once(`${name} ${url}`, () => get(url, headers))
  const askedWithKey = async (url: string) => {
    const bearer = await key()
    if (bearer === undefined) return asked(url, {}, 'plain')
    refusePlainText(url)
    return asked(url, { authorization: `Bearer ${bearer}` }, 'key')
  }
  return {
    key,
    admin: async (path) => askedWithKey(urlOf(variables, 'ORY_ADMIN_URL', path)),
    async besides(name, path) {
      const url = urlOf(variables, name, path)
      return isAtAdminSide(url, variables) ? askedWithKey(url) : asked(url, {}, 'plain')
    },
    adminWithoutKey: async (path) => asked(urlOf(variables, 'ORY_ADMIN_URL', path), {}, 'plain'),
    public: async (path) => asked(urlOf(variables, 'ORY_PUBLIC_URL', path), {}, 'plain'),
  }
}

/** Whether Ory's key goes there as well: it is for the project that gave it out. */
export function isAtAdminSide(url: string, variables: Variables): boolean {
  return URL.parse(url)?.origin === URL.parse(variables['ORY_ADMIN_URL'] ?? '')?.origin
}

async function keyOf(
  variables: Variables,
  readKey: (secretId: string) => Promise<string>,
): Promise<string | undefined> {
  const secretId = variables['ORY_API_KEY_SECRET_ID']
  const text = secretId ? await readKey(secretId) : variables['ORY_API_KEY'] || undefined
  const key = text?.trim()
  if (key === undefined || isApiKey(key)) return key
  throw new CannotTell(`${secretId ?? 'ORY_API_KEY'} holds no API key`)
}

/** @throws CannotTell where there is no such URL */
function urlOf(variables: Variables, name: string, path: string): string {
  const base = variables[name]
  if (!base || !/^https?:\/\//.test(base) || !URL.canParse(base))
    throw new CannotTell(`${name} is not the URL of a server`)
  return `${base.replace(/\/+$/, '')}${path}`
}

/** Whoever is on the way would have the key. @throws CannotTell */
export function refusePlainText(url: string): void {
  const { protocol, hostname, origin } = new URL(url)
  if (protocol === 'https:' || isLoopback(hostname)) return
  throw new CannotTell(`the key is not sent to ${origin} without TLS`)
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** Whether Ory's own handler says that there is no such row: then the route is there, and let us in. */
export function isRowMissing({ status, json }: Answer): boolean {
  const error = memberOf(json, 'error')
  const isSaid =
    error === 'Unable to locate the resource' ||
    (error === 'Not Found' && memberOf(json, 'error_description') !== undefined)
  return status === 404 && isSaid
}

/** The identity provider's way to say that it knows nobody of this id; Hydra's is another. */
export function isIdentityMissing({ status, json }: Answer): boolean {
  const said = memberOf(memberOf(json, 'error'), 'message')
  return status === 404 && said === 'Unable to locate the resource'
}

/** Whether this is the document that every public side of Ory has. */
export function isDiscovery({ status, json }: Answer): boolean {
  return status === 200 && typeof memberOf(json, 'token_endpoint') === 'string'
}
