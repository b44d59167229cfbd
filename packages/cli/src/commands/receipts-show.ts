import { rowRetentionDays } from '@lapse/core/ports'
import { CommandError, UsageError } from '../errors.ts'
import { print, printJson } from '../output/print.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import { eventDocument, eventLines } from '../receipts/event-lines.ts'
import { eventsNamed } from '../receipts/events-named.ts'
import { withReceipts } from '../receipts/open-index.ts'

export interface ShowOptions extends StageOption {
  readonly json?: boolean
}

/** `lapse receipts show`: how an event stands, and every receipt of it. */
export async function showReceipts(id: string, { json, ...options }: ShowOptions): Promise<void> {
  if (id.trim() === '') throw new UsageError('the id is empty; give an event’s or a receipt’s')
  await withReceipts(options, async ({ index, place }) => {
    const events = await eventsNamed(id, index, place)
    if (events.length === 0)
      throw new CommandError(
        `no receipt of this event is here; they go after ${rowRetentionDays} days, and what waits or was refused has none: see ${commandAt(options, 'lapse status')} and ${commandAt(options, 'lapse dead-letters list')}`,
      )
    const now = Date.now()
    if (json) return printJson({ events: events.map((event) => eventDocument(event, now)) })
    print(...events.flatMap((event, at) => [...(at > 0 ? [''] : []), ...eventLines(event, now)]))
  })
}
