import type { DoorServices } from './door-services.ts'
import type { Outcome } from './outcome.ts'

/** One line for each request, and its counts. An unknown source is not named: anybody may call it anything. */
export function tell(
  { status, fields, counts = [], ofSource }: Outcome,
  source: string,
  { log, metrics }: DoorServices,
): void {
  const told = { ...(status === 404 ? {} : { source }), status, ...fields }
  if (status < 400) log.info('webhook queued', told)
  else if (status === 503) log.error('webhook not taken', told)
  else log.warn('webhook refused', told)
  for (const count of counts) metrics.count(count, 1)
  if (ofSource !== undefined) {
    // Each beside the other, also where it is 0: an alarm compares the two.
    metrics.countOf(source, 'EventsQueued', ofSource.EventsQueued)
    metrics.countOf(source, 'EventsPassedOver', ofSource.EventsPassedOver)
  }
  metrics.flush()
}
