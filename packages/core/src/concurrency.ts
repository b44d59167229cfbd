/** Runs `work` over all items, `lanes` at a time, each lane taking the next item when it is free. */
export async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  await Promise.all(
    Array.from({ length: Math.min(lanes, items.length) }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}
