import { newCookieJar } from './cookie-jar.ts'

/** Where a request led: the next address, or a page. */
export interface Landing {
  readonly status: number
  /** Absolute; `undefined` for a page. */
  readonly location: string | undefined
  readonly body: string
}

/** A user's browser: it has cookies, and goes where it is told, one redirect at a time. */
export interface Browser {
  get(url: string): Promise<Landing>
}

/** A browser without any cookie yet. */
export function createBrowser(): Browser {
  const jar = newCookieJar()
  return {
    async get(url) {
      const cookie = jar.header(url)
      const response = await fetch(url, {
        redirect: 'manual',
        headers: cookie === '' ? {} : { cookie },
      })
      jar.store(url, response.headers.getSetCookie())
      const location = response.headers.get('location')
      return {
        status: response.status,
        location: location === null ? undefined : new URL(location, url).href,
        body: await response.text(),
      }
    },
  }
}
