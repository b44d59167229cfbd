import type { WaitingCause } from '../errors.ts'

/** How long a message has had to wait by now, and for what. Times are milliseconds since the epoch. */
export interface Waiting {
  /** What it waited for last. */
  readonly cause: WaitingCause
  /** The code of the error that said so. */
  readonly code: string
  /** How often it was deferred. */
  readonly deferrals: number
  /** How many of these were for Ory's rate limit, of which no outage is to be feared; absent: none. */
  readonly paced?: number
  /** How many were for another delivery, or whoever else wrote to the same thing; likewise. */
  readonly leased?: number
  /** When it was deferred for the first time, for whatever cause. */
  readonly since: number
  /** When it first had to wait for each cause. */
  readonly sinceByCause: Readonly<Partial<Record<WaitingCause, number>>>
  /** Absolute, where one delay of the queue is not enough: Ory asked not to be called before. */
  readonly until?: number | undefined
  /** When it comes back, as it was told when it was deferred last; absent: nobody said. */
  readonly expected?: number | undefined
}

const dayMs = 24 * 60 * 60 * 1000

/** How long a message may wait for one cause. Our own deployment is mended by us, or never. */
const longestMs: Readonly<Record<WaitingCause, number>> = {
  deployment: 4 * dayMs,
  ory: 10 * dayMs,
  aws: 10 * dayMs,
}

/** How long a message may wait in all: SQS keeps none for more than 14 days. */
const longestInAllMs = 12 * dayMs

/** Nobody is believed to mean a longer wait than this: Ory is then asked again. */
export const longestAskedMs = dayMs

/** One more reason to wait. */
export type NextWait = Pick<Waiting, 'cause' | 'code' | 'until' | 'expected'>

/** Whether waiting for this cause has to end. Nothing is over for a message that has not waited. */
export function isOver(waiting: Waiting | undefined, cause: WaitingCause, now: number): boolean {
  if (waiting === undefined) return false
  const since = waiting.sinceByCause[cause] ?? now
  return now - since >= longestMs[cause] || now - waiting.since >= longestInAllMs
}

/** A message's waiting once it is deferred again; what it waited for before goes on counting. */
export function deferAgain(
  waiting: Waiting | undefined,
  { cause, code, until, expected }: NextWait,
  now: number,
): Waiting {
  return {
    cause,
    code,
    deferrals: (waiting?.deferrals ?? 0) + 1,
    ...countsAgain(waiting, code),
    since: waiting?.since ?? now,
    sinceByCause: { [cause]: now, ...waiting?.sinceByCause },
    until,
    expected,
  }
}

/** Lines that a message stands in, by the code of the errors that put it off; each is counted by itself. */
const lines = { ERR_RATE_BUDGET: 'paced', ERR_LEASE_HELD: 'leased' } as const

/** The count of the line that an error with this code stands for; `undefined` where it is no line. */
export function lineOf(code: string): 'paced' | 'leased' | undefined {
  return Object.hasOwn(lines, code) ? lines[code as keyof typeof lines] : undefined
}

function countsAgain(
  { paced = 0, leased = 0 }: Partial<Waiting> = {},
  code: string,
): Pick<Waiting, 'paced' | 'leased'> {
  const line = lineOf(code)
  const counts = { paced, leased, ...(line && { [line]: { paced, leased }[line] + 1 }) }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

/** What `WaitingSeconds` measures. */
export function secondsWaited({ since }: Waiting, now: number): number {
  return Math.max(0, Math.floor((now - since) / 1000))
}
