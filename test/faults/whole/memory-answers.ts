/** What a request asks for, with the last segment of its path where the route ends in one. */
export interface Asked {
  readonly id: string
  readonly query: URLSearchParams
  readonly body: unknown
  /** Names and values in turn. */
  readonly headers: readonly string[]
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly text?: string
}

/** Of a 404 only this one says that something is gone. */
export const rowMissing: Answer = {
  status: 404,
  json: { error: 'Unable to locate the resource', error_description: '' },
}

/** A page of a list, at most 500 items long, that leads to the next one. */
export function pageOf<Item>(
  query: URLSearchParams,
  path: string,
  items: readonly Item[],
  wire: (item: Item) => unknown,
): Answer {
  const size = Math.min(500, Number(query.get('page_size') ?? 100))
  const from = Number(query.get('page_token')?.slice(1) ?? 0)
  const next = from + size
  const headers = next < items.length ? { link: `<${path}?page_token=t${next}>; rel="next"` } : {}
  return { status: 200, headers, json: items.slice(from, next).map(wire) }
}
