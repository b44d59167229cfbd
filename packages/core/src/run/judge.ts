import type { StepRecord } from './row.ts'
import type { Step } from './step.ts'
import type { Phase, Services } from './workflow.ts'

/** What a judgement goes by besides what was seen. */
export interface Known {
  /** Steps of earlier attempts. */
  readonly known: readonly StepRecord[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** When the first calls for the event were intended; absent: never. */
  readonly begunAt?: number | undefined
}

/**
 * Refuses what may not be done, and plans what is to be. Pure: a worker goes on from here, and a dry
 * run ends here.
 * @throws RefusedError with the reason
 */
export function judge<Event, Seen, Needs extends Services>(
  { guard, plan }: Pick<Phase<Event, Seen, Needs>, 'guard' | 'plan'>,
  event: Event,
  seen: Seen,
  { known, now, begunAt = now }: Known,
): readonly Step[] {
  guard?.(event, seen, now)
  return plan(event, seen, known, now - begunAt)
}
