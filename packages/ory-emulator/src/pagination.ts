import { badRequest, oryError } from './errors.ts'
import { encodeQuery } from './flows/go-url.ts'
import { seal, unseal } from './flows/seal.ts'
import type { Request } from './http.ts'
import type { Ory, Profile } from './ory.ts'

/** Why a page cannot be had, in Ory's words. */
export class PaginationError extends Error {
  override readonly name = 'PaginationError'
}

/** Which page is asked for. */
export interface PageRequest {
  readonly size: number
  /** The last key of the page before; `''` for the first page. */
  readonly after: string
}

const defaultSize = 100
const largestSize = 500
const tokenLifespanMs = 3_600_000

const expired: Readonly<Record<Profile, string>> = {
  head: 'page token expired, do not persist page tokens',
  // Here the reason is lost, and only the class of the error is told.
  'v26.2': badRequest.error,
}

/**
 * Reads `page_size` and `page_token`.
 *
 * @throws PaginationError for a size that is no number and a token that is broken, foreign or expired.
 */
export function readPage(query: URLSearchParams, ory: Ory): PageRequest {
  const token = firstGiven(query, 'page_token')
  const after = token === undefined ? '' : openToken(ory, token)
  const size = firstGiven(query, 'page_size')
  return { after, size: size === undefined ? defaultSize : clamp(toInteger(size)) }
}

/** As {@link readPage}, for the lists whose errors are herodot's. @throws AnswerError 400. */
export function readPageOr400(query: URLSearchParams, ory: Ory): PageRequest {
  try {
    return readPage(query, ory)
  } catch (error) {
    if (!(error instanceof PaginationError)) throw error
    throw oryError(badRequest, `Unable to parse pagination parameters: ${error.message}`)
  }
}

/** Takes one page from rows that begin right after `page.after`, and writes its `Link` header. */
export function pageOf<Row>(
  { path, query }: Request,
  page: PageRequest,
  rows: Iterable<Row>,
  keyOf: (row: Row) => string,
  ory: Ory,
): { readonly items: readonly Row[]; readonly link: string } {
  const taken = take(rows, page.size + 1)
  const items = taken.slice(0, page.size)
  const last = items.at(-1)
  const link = (rel: string, after: string) => {
    const parameters = new URLSearchParams(query)
    parameters.set('page_size', String(page.size))
    parameters.set('page_token', sealToken(ory, after))
    return `<${path}?${encodeQuery(parameters)}>; rel="${rel}"`
  }
  const links = [link('first', '')]
  if (taken.length > page.size && last !== undefined) links.push(link('next', keyOf(last)))
  return { items, link: links.join(',') }
}

function take<Row>(rows: Iterable<Row>, count: number): readonly Row[] {
  const taken: Row[] = []
  for (const row of rows) {
    taken.push(row)
    if (taken.length === count) break
  }
  return taken
}

function firstGiven(query: URLSearchParams, name: string): string | undefined {
  return query.getAll(name).find((value) => value !== '')
}

function clamp(size: number): number {
  return size <= 0 ? defaultSize : Math.min(size, largestSize)
}

function toInteger(text: string): number {
  const quoted = JSON.stringify(text)
  if (!/^[-+]?\d+$/.test(text)) {
    throw new PaginationError(`strconv.Atoi: parsing ${quoted}: invalid syntax`)
  }
  const value = BigInt(text.replace(/^\+/, ''))
  if (value !== BigInt.asIntN(64, value)) {
    throw new PaginationError(`strconv.Atoi: parsing ${quoted}: value out of range`)
  }
  return Number(value)
}

interface PageToken {
  readonly after: string
  readonly expiresAt: number
}

function sealToken(ory: Ory, after: string): string {
  const token: PageToken = { after, expiresAt: ory.now() + tokenLifespanMs }
  return seal(ory, 'page token', token)
}

function openToken(ory: Ory, sealed: string): string {
  const token = unseal(ory, 'page token', sealed) as PageToken | undefined
  if (!token) throw new PaginationError('invalid pagination token')
  if (token.expiresAt < ory.now()) {
    throw new PaginationError(expired[ory.settings.profile])
  }
  return token.after
}
