import type { Log, Metrics } from '@lapse/core/ports'
import { complain } from './output/print.ts'

/** A log for a person who waits: what went well is told by the command itself. */
export const quietLog: Log = {
  info: () => undefined,
  warn: complain,
  error: complain,
}

/** A person counts nothing. */
export const quietMetrics: Metrics = {
  count: () => undefined,
  countOf: () => undefined,
  eventAge: () => undefined,
  observed: () => undefined,
  waiting: () => undefined,
  flush: () => undefined,
}
