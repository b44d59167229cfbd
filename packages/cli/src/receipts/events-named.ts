import { parseReceiptId, type ReceiptIndex } from '@lapse/core/ports'
import { eventKeyOf, readReceipt } from '@lapse/core/receipts'
import type { Place } from '../place.ts'
import { type FiledReceipt, filed, receiptsOf } from './filed-receipts.ts'
import { foundReceipts } from './found-receipts.ts'
import { soughtOf } from './sought.ts'

/** Every receipt of one event, in the order of their passes; what is said of its dead letters is among them. */
export type ReceiptsOfEvent = readonly [FiledReceipt, ...FiledReceipt[]]

/**
 * The events that an id names, an event's own or that of one of its receipts. There are several
 * where publishers use the same ids, each in its own `source`.
 */
export async function eventsNamed(
  id: string,
  index: ReceiptIndex,
  place: Place,
): Promise<readonly ReceiptsOfEvent[]> {
  if (parseReceiptId(id) === undefined) return eventsById(id, index, place)

  const [json] = await index.read([id])
  if (json === undefined) return []
  const receipt = readReceipt(json)
  const own = eventKeyOf(receipt)
  const events = await eventsById(receipt.event.id, index, place)
  const named = events.filter(([first]) => eventKeyOf(first.receipt) === own)
  return named.length > 0 ? named : [[{ id, receipt }]]
}

async function eventsById(
  event: string,
  index: ReceiptIndex,
  place: Place,
): Promise<readonly ReceiptsOfEvent[]> {
  const entries = foundReceipts(index, await soughtOf({ event }, place))
  const receipts = await Array.fromAsync(receiptsOf(filed(index, entries)))
  const byEvent = Map.groupBy(receipts, ({ receipt }) => eventKeyOf(receipt))
  return ownFirst(
    Array.from(byEvent.values(), (passes) => inOrder(passes) as unknown as ReceiptsOfEvent),
  )
}

/**
 * What was done for an event before what was done for each of its subjects, and last what was said of
 * dead letters of events for which nothing was done.
 */
export function ownFirst(events: readonly ReceiptsOfEvent[]): readonly ReceiptsOfEvent[] {
  return events.toSorted((one, other) => placeOf(one) - placeOf(other))
}

function placeOf(event: ReceiptsOfEvent): number {
  const [{ receipt }] = event
  if (event.every((one) => one.receipt.result === 'moot')) return 2
  return receipt.event.parent === undefined ? 0 : 1
}

function inOrder(passes: readonly FiledReceipt[]): readonly FiledReceipt[] {
  const closedAt = ({ receipt }: FiledReceipt) => Date.parse(receipt.closed_at)
  return passes.toSorted((one, other) => closedAt(one) - closedAt(other))
}
