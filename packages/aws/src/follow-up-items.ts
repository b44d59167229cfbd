import { createHash } from 'node:crypto'
import type { FollowUp } from '@lapse/core/ports'
import { type Item, type Range, sortKeyOf, timeOf } from './table-items.ts'

/** Every sort key of an entry: they begin with a year or with `about#`. */
export const everything: Range = { from: '0', to: '~' }

/** Says for ever when a follow-up is due, and what came of it. */
export function claimKey(id: string): Item {
  return { pk: { S: `follow-up#${id}` }, sk: { S: 'claim' } }
}

/** Where a follow-up stands while it is open: by what it watches over, or else by its time. */
export function entryKey({ id, kind, dueAt, about }: FollowUp): Item {
  const prefix = about === undefined ? '' : aboutPrefix(about)
  return { pk: { S: partitionOf(kind) }, sk: { S: `${prefix}${timeOf(dueAt)}#${id}` } }
}

export function partitionOf(kind: string): string {
  return `follow-ups#${kind}`
}

/** What follow-ups that are due by a time stand in. */
export function dueBy(now: number): Range {
  return { from: everything.from, to: `${timeOf(now)}~` }
}

/** What all that watch over something stand in, and nothing else. */
export function watching(about: string): Range {
  return { from: aboutPrefix(about), to: `${aboutPrefix(about)}~` }
}

/** A digest, because an id may be longer than a sort key, and may hold our separator. */
function aboutPrefix(about: string): string {
  return `about#${createHash('sha256').update(about).digest('hex')}#`
}

/** The partition of the kinds there are: one item each, which also says where reading resumes. */
export const kindsPartition = 'follow-up-kinds'

export function kindKey(kind: string): Item {
  return { pk: { S: kindsPartition }, sk: { S: kind } }
}

export function contentOf({ id, kind, dueAt, data, about, forgotten }: FollowUp): Item {
  return {
    follow_up_id: { S: id },
    kind: { S: kind },
    due_at: { N: String(dueAt) },
    data: { S: JSON.stringify(data) },
    ...(about === undefined ? {} : { about: { S: about } }),
    ...(forgotten === true && { forgotten: { BOOL: true } }),
  }
}

export function followUpOf(item: Item): FollowUp {
  const about = item['about']?.S
  return {
    id: item['follow_up_id']?.S ?? '',
    kind: item['kind']?.S ?? '',
    dueAt: Number(item['due_at']?.N),
    data: JSON.parse(item['data']?.S ?? '{}') as FollowUp['data'],
    ...(about === undefined ? {} : { about }),
    ...(item['forgotten']?.BOOL === true && { forgotten: true }),
  }
}

/** Sorted items of several partitions as one. */
export async function* merged(sources: readonly AsyncIterable<Item>[]): AsyncGenerator<Item> {
  const heads: { item: Item; rest: AsyncIterator<Item> }[] = []
  const advance = async (rest: AsyncIterator<Item>) => {
    const next = await rest.next()
    if (next.done !== true) heads.push({ item: next.value, rest })
  }
  await Promise.all(sources.map((source) => advance(source[Symbol.asyncIterator]())))
  while (heads.length > 0) {
    heads.sort((one, other) => (sortKeyOf(one.item) < sortKeyOf(other.item) ? -1 : 1))
    const [{ item, rest }] = heads.splice(0, 1) as [(typeof heads)[number]]
    yield item
    await advance(rest)
  }
}
