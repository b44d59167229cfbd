import { badRequest, type OryError, oryError } from './errors.ts'
import { encodeQuery } from './flows/go-url.ts'
import { seal, unseal } from './flows/seal.ts'
import { decodeBase64Url } from './go/base64.ts'
import { type Request, ServerPanic } from './http.ts'
import type { Ory, Release } from './ory.ts'

/** Why a page cannot be had, in Ory's words. */
export class PaginationError extends Error {
  override readonly name = 'PaginationError'
  /** Which of the two is at fault; the consent list tells them apart. */
  readonly parameter: 'page_size' | 'page_token'

  constructor(parameter: PaginationError['parameter'], reason: string) {
    super(reason)
    this.parameter = parameter
  }
}

/** Which page is asked for. */
export interface PageRequest {
  readonly size: number
  /** The last key of the page before; `''` for the first page. */
  readonly after: string
  /** What the list is ordered by: a token of one list opens another that is ordered by the same. */
  readonly column: string
}

const defaultSize = 100
const largestSize = 500
const tokenLifespanMs = 3_600_000

/**
 * Reads `page_size` and `page_token`.
 *
 * @throws PaginationError for a size that is not a number and a token that is broken or expired.
 * @throws AnswerError 400 for a token of a list that is ordered by another column.
 */
export function readPage(query: URLSearchParams, ory: Ory, column = 'id'): PageRequest {
  const sent = firstGiven(query, 'page_token')
  const token = sent === undefined ? { after: '', column } : openToken(ory, sent)
  const size = firstGiven(query, 'page_size')
  const page = {
    after: token.after,
    size: size === undefined ? defaultSize : clamp(toInteger(size)),
  }
  if (token.column !== column) throw oryError(foreignToken[ory.settings.profile])
  return { ...page, column }
}

const foreignToken: Readonly<Record<Release, OryError>> = {
  head: { status: 400, error: 'invalid pagination token', description: '' },
  'v26.2': { ...badRequest, description: 'invalid pagination token' },
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
  { origin, path, query }: Request,
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
    parameters.set('page_token', sealToken(ory, after, page.column))
    return `<${origin}${path}?${encodeQuery(parameters)}>; rel="${rel}"`
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
    throw new PaginationError('page_size', `strconv.Atoi: parsing ${quoted}: invalid syntax`)
  }
  const value = BigInt(text.replace(/^\+/, ''))
  if (value !== BigInt.asIntN(64, value)) {
    throw new PaginationError('page_size', `strconv.Atoi: parsing ${quoted}: value out of range`)
  }
  return Number(value)
}

interface PageToken {
  readonly after: string
  readonly column: string
  readonly expiresAt: number
}

function sealToken(ory: Ory, after: string, column: string): string {
  const token: PageToken = { after, column, expiresAt: ory.now() + tokenLifespanMs }
  return seal(ory, 'page token', token)
}

function openToken(ory: Ory, sent: string): PageToken {
  const sealed = unescapedAgain(sent)
  const token = unseal(ory, 'page token', sealed) as PageToken | undefined
  const { profile } = ory.settings
  if (!token) throw new PaginationError('page_token', unreadable[profile](sealed))
  if (token.expiresAt < ory.now()) {
    throw new PaginationError('page_token', expired[profile])
  }
  return token
}

const undecryptable = 'decrypt token: %!w(<nil>)'

const expired: Readonly<Record<Release, string>> = {
  head: 'page token expired, do not persist page tokens',
  'v26.2': undecryptable,
}

/** Why a token cannot be opened: one says so, the other lets its libraries speak. */
const unreadable: Readonly<Record<Release, (token: string) => string>> = {
  head: () => 'invalid pagination token',
  'v26.2': (token) => {
    const bytes = decodedOr((reason) => `decode token: ${reason}`, token)
    if (typeof bytes === 'string') return bytes
    // The first 24 bytes are cut off without a look at how many there are.
    if (bytes.length < 24) throw new ServerPanic('a page token is too short')
    return undecryptable
  },
}

function decodedOr(failure: (reason: string) => string, token: string): Buffer | string {
  try {
    return decodeBase64Url(token)
  } catch (error) {
    return failure(error instanceof Error ? error.message : '')
  }
}

/** Ory unescapes the token once more than the query already was. */
function unescapedAgain(sent: string): string {
  const [broken] = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(sent) ?? []
  if (broken !== undefined) {
    throw new PaginationError('page_token', `invalid URL escape "${broken}"`)
  }
  return decodeURIComponent(sent.replaceAll('+', ' '))
}
