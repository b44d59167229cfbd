import { encodeQuery } from '../flows/go-url.ts'
import type { Answer, Request } from '../http.ts'

const defaultSize = 250
const largestSize = 1000

/**
 * Takes the page that is asked for. As Kratos does, the first page comes for the second as well, the
 * second for the third, and the last never: pages count from 0 in a token, and from 1 where rows are
 * taken. What is not a number, or not a token, is as if it were not there.
 */
export function pageOf<Row>(
  { path, query }: Request,
  rows: readonly Row[],
): { readonly items: readonly Row[]; readonly headers: NonNullable<Answer['headers']> } {
  const { page, size } = askedFor(query)
  const start = (Math.max(1, page) - 1) * size
  const links = linksOf(rows.length, page, size).map(({ rel, offset, size }) => {
    const parameters = new URLSearchParams(query)
    parameters.set('page_size', String(size))
    parameters.set('page_token', tokenOf(offset))
    parameters.set('per_page', String(size))
    parameters.set('page', String(Math.trunc(offset / size)))
    return `<${path}?${encodeQuery(parameters)}>; rel="${rel}"`
  })
  return {
    items: rows.slice(start, start + size),
    headers: { 'X-Total-Count': String(rows.length), Link: links.join(',') },
  }
}

function askedFor(query: URLSearchParams): { readonly page: number; readonly size: number } {
  const isByToken = query.has('page_token') || query.has('page_size')
  const sized = integerOr(defaultSize, query.get(isByToken ? 'page_size' : 'per_page'))
  const size = Math.min(Math.max(1, sized), largestSize)
  const page = isByToken
    ? Math.floor(offsetIn(query.get('page_token')) / size)
    : integerOr(0, query.get('page'))
  return { page: Math.max(0, page), size }
}

interface Linked {
  readonly rel: 'first' | 'next' | 'prev' | 'last'
  readonly offset: number
  readonly size: number
}

/** Which pages are named, an empty list's next one among them. */
function linksOf(total: number, page: number, size: number): readonly Linked[] {
  const remainder = total % size
  const lastOffset = total - (remainder === 0 ? size : remainder)
  const first: Linked = { rel: 'first', offset: 0, size }
  const next: Linked = { rel: 'next', offset: (page + 1) * size, size }
  const prev: Linked = { rel: 'prev', offset: (page - 1) * size, size }
  const last: Linked = { rel: 'last', offset: lastOffset, size }
  if (total === 0) return [first, next, prev]
  if (page * size < lastOffset) return page === 0 ? [next, last] : [first, next, prev, last]
  if (total <= size) return [{ ...first, size: total }]
  return [first, { ...prev, offset: lastOffset - size }]
}

function tokenOf(offset: number): string {
  return Buffer.from(`{"offset":"${offset}","v":2}`).toString('base64url')
}

function offsetIn(token: string | null): number {
  try {
    return integerOr(0, JSON.parse(Buffer.from(token ?? '', 'base64url').toString()).offset)
  } catch {
    return 0
  }
}

function integerOr(otherwise: number, value: unknown): number {
  return /^[-+]?\d{1,15}$/.test(String(value)) ? Number(value) : otherwise
}
