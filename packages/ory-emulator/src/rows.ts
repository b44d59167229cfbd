/**
 * A table: rows by key, and by whatever else they are looked up by.
 *
 * A revoke then costs what it revokes, and not what the table holds.
 */
export interface Rows<Row, Index extends string = never> {
  readonly size: number
  get(key: string): Row | undefined
  has(key: string): boolean
  /** Stores or replaces; a row whose indexed members changed must be set again. */
  set(key: string, row: Row): void
  delete(key: string): boolean
  /** Every row whose `index` member has this value, as they were when asked: safe to delete meanwhile. */
  by(index: Index, value: string): readonly Row[]
  keys(): IterableIterator<string>
  values(): IterableIterator<Row>
  entries(): IterableIterator<[string, Row]>
  [Symbol.iterator](): IterableIterator<[string, Row]>
}

type MemberOf<Row> = (row: Row) => string | undefined

/** An empty table with the given indexes; a row whose member is `undefined` is in none of that index. */
export function newRows<Row, Index extends string = never>(
  indexedBy: Readonly<Record<Index, MemberOf<Row>>>,
): Rows<Row, Index> {
  const byKey = new Map<string, Row>()
  const indexes = Object.entries<MemberOf<Row>>(indexedBy).map(([name, memberOf]) =>
    newIndex(name, memberOf),
  )
  const byName = new Map(indexes.map((index) => [index.name, index]))

  return {
    get size() {
      return byKey.size
    },
    get: (key) => byKey.get(key),
    has: (key) => byKey.has(key),
    set(key, row) {
      byKey.set(key, row)
      for (const index of indexes) index.put(key, row)
    },
    delete(key) {
      for (const index of indexes) index.drop(key)
      return byKey.delete(key)
    },
    by(index, value) {
      const keys = byName.get(index)?.keysOf(value) ?? []
      return [...keys].flatMap((key) => byKey.get(key) ?? [])
    },
    keys: () => byKey.keys(),
    values: () => byKey.values(),
    entries: () => byKey.entries(),
    [Symbol.iterator]: () => byKey.entries(),
  }
}

function newIndex<Row>(name: string, memberOf: MemberOf<Row>) {
  const keysByValue = new Map<string, Set<string>>()
  // Rows are mutable, so what a key was filed under is remembered and not computed again.
  const valueByKey = new Map<string, string>()

  const drop = (key: string): void => {
    const value = valueByKey.get(key)
    if (value === undefined) return
    valueByKey.delete(key)
    const keys = keysByValue.get(value)
    keys?.delete(key)
    if (keys?.size === 0) keysByValue.delete(value)
  }
  const put = (key: string, row: Row): void => {
    drop(key)
    const value = memberOf(row)
    if (value === undefined) return
    valueByKey.set(key, value)
    const keys = keysByValue.get(value)
    if (keys) keys.add(key)
    else keysByValue.set(value, new Set([key]))
  }
  return { name, put, drop, keysOf: (value: string) => keysByValue.get(value) ?? new Set<string>() }
}

/** A table whose rows can also be walked in the order of their keys. */
export interface OrderedRows<Row, Index extends string = never> extends Rows<Row, Index> {
  /** The rows whose keys come after `key` (all of them after `''`), in ascending order. */
  after(key: string): IterableIterator<Row>
}

export function newOrderedRows<Row, Index extends string = never>(
  indexedBy: Readonly<Record<Index, MemberOf<Row>>>,
): OrderedRows<Row, Index> {
  const rows = newRows<Row, Index>(indexedBy)
  const sorted: string[] = []

  return {
    ...rows,
    get size() {
      return rows.size
    },
    set(key, row) {
      if (!rows.has(key)) sorted.splice(placeOf(sorted, key), 0, key)
      rows.set(key, row)
    },
    delete(key) {
      if (rows.has(key)) sorted.splice(placeOf(sorted, key), 1)
      return rows.delete(key)
    },
    *after(key) {
      const from = placeOf(sorted, key)
      for (const found of sorted.slice(sorted[from] === key ? from + 1 : from)) {
        const row = rows.get(found)
        if (row !== undefined) yield row
      }
    },
  }
}

/** Where `key` is, or would be. */
function placeOf(sorted: readonly string[], key: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}
