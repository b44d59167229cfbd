import type { Answer } from './http.ts'

const sentence =
  'The requested route does not exist. Make sure you are using the right path, domain, and port.'

const pages = {
  'text/html': `<!doctype html>\n<title>404 - Route not found</title>\n<h1>Error 404</h1>\n<p>${sentence}</p>\n`,
  'text/plain': `Error 404 - ${sentence}`,
  'application/json': `${JSON.stringify(
    { error: { code: 404, message: 'Not Found', reason: sentence } },
    null,
    2,
  )}\n`,
}

type Offer = keyof typeof pages

const offers: readonly Offer[] = ['text/html', 'text/plain', 'application/json']

/** Go's own answers, without a catch-all route that knows better. */
export function plainAnswer(status: 404 | 405, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    text: status === 404 ? '404 page not found\n' : 'Method Not Allowed\n',
  }
}

/** What an unrouted path or method is answered: not an API error, but a page of the server's. */
export function routeNotFound(accept: string | undefined): Answer {
  const offer = negotiate(accept)
  return {
    status: 404,
    headers: { 'Content-Type': `${offer}; charset=utf-8` },
    text: pages[offer],
  }
}

interface Range {
  readonly value: string
  readonly q: number
}

interface Best {
  readonly offer: Offer
  readonly q: number
  /** 0 for an exact match, 1 for a type, 2 for anything: the narrower wins, then the earlier. */
  readonly wildness: number
}

function negotiate(accept: string | undefined): Offer {
  const candidates = offers.flatMap((offer) =>
    rangesOf(accept ?? '').flatMap((range) => match(offer, range) ?? []),
  )
  return candidates.reduce<Best>(better, { offer: 'text/html', q: -1, wildness: 3 }).offer
}

function better(best: Best, candidate: Best): Best {
  if (candidate.q !== best.q) return candidate.q > best.q ? candidate : best
  return candidate.wildness < best.wildness ? candidate : best
}

function match(offer: Offer, { value, q }: Range): Best | undefined {
  if (q === 0) return undefined
  if (value === '*/*') return { offer, q, wildness: 2 }
  if (value === `${offer.split('/')[0]}/*`) return { offer, q, wildness: 1 }
  return value === offer ? { offer, q, wildness: 0 } : undefined
}

function rangesOf(accept: string): readonly Range[] {
  return accept.split(',').map((range) => {
    const [value = '', ...parameters] = range.split(';').map((part) => part.trim())
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    return { value, q: q === undefined ? 1 : Number(q) }
  })
}
