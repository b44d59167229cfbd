import type { Invocation } from '../lambda/function.ts'

/** What a client of the URL is answered. */
export interface UrlAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Buffer
}

const json = { 'content-type': 'application/json' }

/** The function failed, or answered what is not an answer. */
export const badGateway: UrlAnswer = {
  status: 502,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('Internal Server Error'),
}

/** The request is larger than a function is given. */
export const tooLarge: UrlAnswer = {
  status: 413,
  headers: json,
  body: Buffer.from('{"Message":"Request Too Large"}'),
}

/** What came of an invocation; a result that names no status is a JSON body of its own, with 200. */
export function answerOf({ payload }: Pick<Invocation, 'payload'>): UrlAnswer {
  if (payload === undefined) return badGateway
  const result: unknown = JSON.parse(payload)
  if (typeof result === 'object' && result !== null && 'statusCode' in result)
    return answerIn(result)
  return { status: 200, headers: json, body: Buffer.from(payload) }
}

/** A result of payload format 2.0, of which nothing is known yet. */
interface Result {
  readonly statusCode?: unknown
  readonly headers?: unknown
  readonly cookies?: unknown
  readonly body?: unknown
  readonly isBase64Encoded?: unknown
}

function answerIn({ statusCode, headers, cookies, body, isBase64Encoded }: Result): UrlAnswer {
  if (!isStatus(statusCode) || !(body === undefined || typeof body === 'string')) return badGateway
  return {
    status: statusCode,
    headers: { ...json, ...headersOf(headers), ...setCookie(cookies) },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 200 && Number(value) < 600
}

/** How the connection is used is not for a function to say. */
const notTheirs = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding'])

function headersOf(headers: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(Object(headers)).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  )
  return Object.fromEntries(entries.filter(([name]) => !notTheirs.has(name)))
}

function setCookie(cookies: unknown): Readonly<Record<string, readonly string[]>> {
  return Array.isArray(cookies) && cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {}
}
