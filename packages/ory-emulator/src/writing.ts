import type { ServerResponse } from 'node:http'
import { encodeJson } from './go/json.ts'
import type { Answer } from './http.ts'

/** What goes on the wire for an answer: its headers filled in, its body as bytes. */
export interface Wire {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Buffer
}

/** Every GET is answered with this, whatever comes of it. */
const uncacheable = { 'Cache-Control': 'private, no-cache, no-store, must-revalidate' }

export function toWire(answer: Answer, method: string): Wire {
  const body = bodyOf(answer)
  const headers = {
    ...(method === 'GET' ? uncacheable : {}),
    ...(answer.json !== undefined && { 'Content-Type': 'application/json; charset=utf-8' }),
    ...answer.headers,
    ...framing(answer, body),
  }
  return { status: answer.status, headers, body: method === 'HEAD' ? Buffer.alloc(0) : body }
}

/** Go buffers this much of a body; one that is longer goes out in chunks, its length unsaid. */
const bufferedBytes = 2048

function framing({ status }: Answer, { length }: Buffer): Readonly<Record<string, string>> {
  if (status === 204) return {}
  return length > bufferedBytes
    ? { 'Transfer-Encoding': 'chunked' }
    : { 'Content-Length': String(length) }
}

function bodyOf({ json, text }: Answer): Buffer {
  if (json !== undefined) return Buffer.from(`${encodeJson(json)}\n`)
  return Buffer.from(text ?? '')
}

export function writeHead(response: ServerResponse, { status, headers }: Wire): void {
  response.statusCode = status
  // Go keeps connections open without saying so.
  response.removeHeader('Connection')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}
