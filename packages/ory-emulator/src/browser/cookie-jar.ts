/** A browser's cookies, kept per origin (a real browser would not tell ports apart). */
export interface CookieJar {
  /** Keeps what a response sets, and forgets what it expires. */
  store(url: string, setCookies: readonly string[]): void
  /** The `Cookie` header for a request, `''` for none. */
  header(url: string): string
}

interface Cookie {
  readonly value: string
  readonly expiresAt: number
}

export function newCookieJar(): CookieJar {
  const origins = new Map<string, Map<string, Cookie>>()
  const cookiesOf = (url: string): Map<string, Cookie> => {
    const { origin } = new URL(url)
    const cookies = origins.get(origin) ?? new Map<string, Cookie>()
    origins.set(origin, cookies)
    return cookies
  }
  return {
    store(url, setCookies) {
      for (const setCookie of setCookies) {
        const [pair = '', ...attributes] = setCookie.split(';')
        const equals = pair.indexOf('=')
        const cookie = { value: pair.slice(equals + 1), expiresAt: expiry(attributes) }
        cookiesOf(url).set(pair.slice(0, equals).trim(), cookie)
      }
    },
    header: (url) =>
      [...cookiesOf(url)]
        .filter(([, { expiresAt }]) => expiresAt > Date.now())
        .map(([name, { value }]) => `${name}=${value}`)
        .join('; '),
  }
}

/** Ory says `Max-Age` wherever it says `Expires`; a cookie without either lasts as long as the jar. */
function expiry(attributes: readonly string[]): number {
  const maxAge = attributes
    .map((attribute) => /^\s*max-age=(-?\d+)$/i.exec(attribute)?.[1])
    .find((seconds) => seconds !== undefined)
  return maxAge === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(maxAge) * 1000
}
