/** Runs `work` over all items, `lanes` at a time, each lane taking the next item when it is free. */
export async function inLanes<T>(
  lanes: number,
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  const lane = async () => {
    for (let next = await queue.next(); next.done !== true; next = await queue.next())
      await work(next.value)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
