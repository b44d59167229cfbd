import type { Clock } from '../clock.ts'
import type { Invocation, LocalFunction } from '../lambda/function.ts'
import { tell } from '../tell.ts'
import { scheduledEvent } from './event.ts'
import { parseScheduleExpression } from './expression.ts'

/** Which function, and when. */
export interface ScheduleOptions {
  readonly function: LocalFunction
  /** A schedule expression of EventBridge, in UTC. */
  readonly expression: string
  readonly clock: Clock
  /** Told of every invocation that is over. */
  readonly onFired?: ((fired: Fired) => void) | undefined
  /** Told what an observer threw. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** What a schedule did once. */
export interface Fired {
  readonly functionName: string
  readonly invocation: Invocation
}

/** A schedule that is kept. */
export interface Schedule {
  /** Invokes the function out of turn, as soon as it is not running, and gives what that came to. */
  fireNow(): Promise<Invocation>
  /** Invokes the function no more; what runs goes on. */
  stop(): void
}

/**
 * Invokes a function at the times of a schedule expression. It never runs twice at once: a time that
 * comes while it runs is left out.
 *
 * @throws ScheduleExpressionError for an expression that EventBridge would refuse
 */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { clock, expression } = options
  const timetable = parseScheduleExpression(expression)
  const state = { last: Promise.resolve<unknown>(undefined), wanted: 0, off: () => {} }

  async function fire(): Promise<Invocation> {
    const invoke = () => options.function.invoke(scheduledEvent(options.function.name, clock.now()))
    state.wanted += 1
    const run = state.last.then(invoke)
    state.last = run
    const invocation = await run
    state.wanted -= 1
    const fired = { functionName: options.function.name, invocation }
    tell(options.onFired, fired, options.onError)
    return invocation
  }

  function arm(after: number): void {
    const next = timetable.next(after)
    if (next === undefined) return
    state.off = clock.at(next, () => {
      // A timer may ring a little early, and this time must not come twice.
      arm(Math.max(next, clock.now()))
      if (state.wanted === 0) void fire()
    })
  }

  arm(clock.now())
  return { fireNow: fire, stop: () => state.off() }
}
