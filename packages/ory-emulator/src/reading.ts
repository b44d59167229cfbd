import type { IncomingMessage } from 'node:http'
import { GoError } from './go/go-error.ts'
import { decodePercent } from './go/percent.ts'
import { parsePairs } from './go/query.ts'
import { parseRequestUri } from './go/urls.ts'
import type { Request } from './http.ts'

/** The target of a request as it was sent. */
export interface Target {
  /** Scheme and host where the target is a whole URL, `''` where it is a path. */
  readonly origin: string
  readonly path: string
  /** The query with its `?`, `''` where there is neither. */
  readonly search: string
}

/**
 * Splits the request's target, which may be a whole URL (RFC 9112 section 3.2.2): its host is not
 * looked at. `undefined` where Go cannot read it.
 */
export function readTarget(url: string): Target | undefined {
  const target = url.startsWith('/') ? splitPath(url) : absoluteTarget(url)
  return target && decodePercent(target.path) !== undefined ? target : undefined
}

function splitPath(url: string): Target {
  const mark = url.indexOf('?')
  if (mark < 0) return { origin: '', path: url, search: '' }
  return { origin: '', path: url.slice(0, mark), search: url.slice(mark) }
}

function absoluteTarget(url: string): Target | undefined {
  try {
    const { path, rest } = parseRequestUri(url)
    const search = rest.slice(rest.replace(/\?.*/s, '').length)
    return { origin: url.slice(0, url.length - search.length - path.length), path, search }
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

/** The query's parameters, without those that Go cannot read. */
export function readQuery(search: string): URLSearchParams {
  return parsePairs(search.slice(1))
}

export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function toRequest(
  incoming: IncomingMessage,
  { origin, path, search }: Target,
  params: Request['params'],
  body: Buffer,
): Request {
  return {
    method: incoming.method ?? '',
    origin,
    path,
    params,
    query: readQuery(search),
    search,
    headers: incoming.headers,
    cookies: cookiesOf(incoming.headers.cookie ?? ''),
    body,
  }
}

function cookiesOf(header: string): Record<string, string> {
  const pairs = header.split(';').map((pair) => pair.trim().split('='))
  return Object.fromEntries(
    pairs.flatMap(([name, ...value]) => (name ? [[name, value.join('=')]] : [])),
  )
}
