import type { Answer, Server } from './server.ts'

/** A user's browser at one server: it keeps cookies, and is sent where a test says. */
export interface TestBrowser {
  /** Goes to a URL or a path of the public port. */
  readonly open: (url: string) => Promise<Answer>
}

export const newBrowser = (server: Server): TestBrowser => {
  const cookies = new Map<string, string>()

  return {
    async open(url) {
      const target = url.replace(/^https?:\/\/[^/]*/, '') || '/'
      const held = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await server.send('public', {
        target,
        headers: held === '' ? [] : [['Cookie', held]],
      })
      for (const [name, value] of answer.headers) if (name === 'set-cookie') keep(cookies, value)

      return answer
    },
  }
}

const keep = (cookies: Map<string, string>, header: string): void => {
  const [pair = ''] = header.split(';')
  const name = pair.slice(0, pair.indexOf('='))
  if (/max-age=0/i.test(header)) cookies.delete(name)
  else cookies.set(name, pair.slice(name.length + 1))
}

/** A parameter of the URL that an answer leads to. */
export const parameter = (location: string, name: string): string =>
  new URLSearchParams(location.split('?')[1]?.split('#')[0] ?? '').get(name) ?? ''
