/**
 * Everything on a list, by pages, each once and never an empty page: first what is behind the first
 * `past`, and then these. Where the list is no longer than that it is gone through as a ring.
 *
 * @param list reads the list from its beginning, in the same order every time; what was given out and
 *   is listed no more may be missing
 */
export async function* inTurn<Item>(
  list: () => AsyncIterable<readonly Item[]>,
  past: number,
): AsyncGenerator<readonly Item[], void> {
  let passed = 0
  for await (const items of list()) {
    const behind = items.slice(past - passed)
    passed += items.length - behind.length
    if (behind.length > 0) yield behind
  }
  if (passed === 0) return
  if (passed < past) yield* inTurn(list, past % passed)
  else yield* first(passed, list)
}

async function* first<Item>(
  count: number,
  list: () => AsyncIterable<readonly Item[]>,
): AsyncGenerator<readonly Item[], void> {
  let left = count
  for await (const items of list()) {
    const some = items.slice(0, left)
    left -= some.length
    if (some.length > 0) yield some
    if (left === 0) return
  }
}
