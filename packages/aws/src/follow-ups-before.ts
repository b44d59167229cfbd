/**
 * Follow-ups as they were kept before each kind had a partition of its own: all that were open in
 * one, by time, and watches among them without what they are `about`. They are executed and ended
 * where they stand, and watches are moved as the sweep comes to them. Once the last that was
 * scheduled there has ended (the longest overlap of a rotation, and for passes 60 days), this file
 * may go.
 */
import type { FollowUp } from '@lapse/core/ports'
import { claimKey, contentOf, entryKey, followUpOf } from './follow-up-items.ts'
import {
  type Item,
  put,
  query,
  type Range,
  read,
  remove,
  sortKeyOf,
  type Table,
  timeOf,
} from './table-items.ts'

const partition = 'follow-ups'

/** Watches stood at the end of time. */
const watches: Range = { from: '9999-12-31', to: '~' }

/** Those of some kinds, in order. */
export async function* entriesBefore(
  table: Table,
  range: Range,
  isChosen: (kind: string) => boolean,
): AsyncGenerator<Item> {
  for await (const item of query(table, partition, range))
    if (isChosen(item['kind']?.S ?? '')) yield item
}

/** Those that watch over a client: a read of all that no sweep has moved yet. */
export async function* watchesBefore(
  table: Table,
  kind: string,
  about: string,
): AsyncGenerator<Item> {
  for await (const item of entriesBefore(table, watches, (its) => its === kind))
    if (watchedOf(item) === about) yield item
}

/** Moves each watch that is met to its new place; others are met where they stand. */
export async function* movingWatches(
  table: Table,
  items: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  for await (const item of items) {
    const about = watchedOf(item)
    const met = about === undefined ? item : await move(table, item, about)
    if (met !== undefined) yield met
  }
}

/**
 * The new entry first, then a look whether the watch was ended meanwhile, then the old one goes: a
 * death in between leaves both, and whoever ends one finds the other as well.
 */
async function move(table: Table, item: Item, about: string): Promise<Item | undefined> {
  const watch = { ...followUpOf(item), about }
  const moved = { ...entryKey(watch), ...contentOf(watch) }
  await put(table, moved)
  const claim = await read(table, claimKey(watch.id))
  const isEnded = claim !== undefined && 'outcome' in claim
  if (isEnded) await remove(table, entryKey(watch))
  await removeBefore(table, watch)
  return isEnded ? undefined : moved
}

export async function removeBefore(table: Table, { id, dueAt }: FollowUp): Promise<void> {
  await remove(table, { pk: { S: partition }, sk: { S: `${timeOf(dueAt)}#${id}` } })
}

function watchedOf(item: Item): string | undefined {
  if (item['pk']?.S !== partition || sortKeyOf(item) < watches.from) return undefined
  const watched = followUpOf(item).data['client_id']
  return typeof watched === 'string' ? watched : undefined
}
