import { OryResponseError } from '../errors.ts'
import type { Page } from './operation.ts'

/**
 * A list at Ory: await it for its first page, or iterate it for every item of every page. Nothing
 * is asked for before either; the first page is asked for once, and shared by both. For a fresh
 * look, call the operation again.
 *
 * Iterating ends at a page that is empty or has no next one, or whose next page was seen already.
 */
export interface List<Item> extends Promise<Page<Item>>, AsyncIterable<Item> {}

type FetchPage<Item> = (pageToken: string | undefined) => Promise<Page<Item>>

interface Limits {
  readonly operation: string
  readonly maxPages: number
}

async function* itemsOf<Item>(
  first: Page<Item>,
  fetchPage: FetchPage<Item>,
  { operation, maxPages }: Limits,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string>()
  let page = first
  for (let pages = 1; ; pages += 1) {
    yield* page.items
    const token = page.nextPageToken
    // Old servers name a next page after an empty one, and after the last, for ever.
    if (token === undefined || page.items.length === 0 || seen.has(token)) return
    if (pages >= maxPages) {
      throw new OryResponseError(operation, 200, `the list goes on after ${maxPages} pages`)
    }
    seen.add(token)
    page = await fetchPage(token)
  }
}

/** Makes a list of a function that fetches one page. */
export const listOf = <Item>(fetchPage: FetchPage<Item>, limits: Limits): List<Item> => {
  let first: Promise<Page<Item>> | undefined
  const firstPage = () => {
    first ??= fetchPage(undefined)
    return first
  }

  return {
    // biome-ignore lint/suspicious/noThenProperty: a list is awaitable, and asks for nothing before.
    then: (onFulfilled, onRejected) => firstPage().then(onFulfilled, onRejected),
    catch: (onRejected) => firstPage().catch(onRejected),
    finally: (onFinally) => firstPage().finally(onFinally),
    [Symbol.toStringTag]: 'OryList',
    [Symbol.asyncIterator]: async function* () {
      yield* itemsOf(await firstPage(), fetchPage, limits)
    },
  }
}
