import type { IncomingMessage } from 'node:http'
import type { Request } from './http.ts'

/** The target of a request as it was sent. */
export interface Target {
  readonly path: string
  readonly rawQuery: string
}

/** Splits the request's target; `undefined` where its path cannot be percent-decoded. */
export function readTarget(url: string): Target | undefined {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  if (!isDecodable(path)) return undefined
  return { path, rawQuery: mark < 0 ? '' : url.slice(mark + 1) }
}

/** Go leaves out the pairs it cannot read: broken escapes and semicolons. */
export function readQuery(rawQuery: string): URLSearchParams {
  const pairs = rawQuery.split('&').filter((pair) => !/;|%(?![0-9a-fA-F]{2})/.test(pair))
  return new URLSearchParams(pairs.join('&'))
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function toRequest(
  incoming: IncomingMessage,
  { path, rawQuery }: Target,
  params: Request['params'],
  body: Buffer,
): Request {
  return {
    method: incoming.method ?? '',
    path,
    params,
    query: readQuery(rawQuery),
    rawQuery,
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
