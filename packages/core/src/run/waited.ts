import type { WaitingCause } from '../errors.ts'

/**
 * What an event had to wait for. `lease`: another delivery, or whoever else wrote to the same thing.
 * `time`: an invocation with more of it left. `redelivery`: the queue, which gave it again although
 * nobody had put it off; or a DLQ, until somebody sent it back.
 */
export type WaitedFor = WaitingCause | 'rate-limit' | 'lease' | 'time' | 'redelivery'

/** For how long it waited, in milliseconds, by what it waited for; what it never waited for is absent. */
export type Waited = Readonly<Partial<Record<WaitedFor, number>>>

/** How the message of a delivery was put off before. Times are milliseconds since the epoch. */
export interface PutOff {
  /** The latest cause, and the code of the error that told of it. */
  readonly cause: WaitingCause
  readonly code: string
  /** When it was put off for the first time, whatever for. */
  readonly since: number
  /** The same for each cause. */
  readonly sinceByCause: Readonly<Partial<Record<WaitingCause, number>>>
  /** When it was to come back; absent: nobody said. */
  readonly expected?: number | undefined
}

/** What a message is put off for, and when it comes back, in milliseconds since the epoch. */
export interface ComesBack {
  readonly cause: WaitingCause
  readonly at: number
}

/** When an event is expected to go on, by what it waits for: as it was told last, likewise. */
export type Expected = Readonly<Partial<Record<WaitedFor, number>>>

const byCode: Readonly<Record<string, WaitedFor>> = {
  ERR_CONFIG: 'deployment',
  ERR_ORY_CONFIGURATION: 'deployment',
  ERR_ORY_API: 'ory',
  ERR_ORY_TRANSPORT: 'ory',
  ERR_CIRCUIT_OPEN: 'ory',
  ERR_RATE_BUDGET: 'rate-limit',
  ERR_LEASE_HELD: 'lease',
  ERR_LEDGER_CONFLICT: 'lease',
  ERR_DEADLINE: 'time',
  ERR_ORY_ABORTED: 'time',
  ERR_UNAVAILABLE: 'aws',
}

/** What is waited for where something with this code put it off, for one of these causes. */
export function kindOf(code: string, cause: WaitingCause): WaitedFor {
  return waitedForOf(code) ?? cause
}

/** What was expected, and what a message that was put off says of it. */
export function expectedBy(
  expected: Expected | undefined,
  putOff: PutOff | undefined,
): Expected | undefined {
  if (putOff?.expected === undefined) return expected
  return { ...expected, [kindOf(putOff.code, putOff.cause)]: putOff.expected }
}

/** What is waited for after an attempt that ended with this code; `undefined` where it does not say. */
export function waitedForOf(code: string): WaitedFor | undefined {
  return Object.hasOwn(byCode, code) ? byCode[code] : undefined
}

/** The part of an attempt's record that tells of the time after it. */
interface Ended {
  readonly startedAt: number
  readonly endedAt?: number
  readonly outcome?: string
}

/**
 * Adds the time from the attempt before, or from when the message was first put off, until now. Where
 * several causes came one after the other in it, each counts from when it first did.
 * @param last the attempt before; one that died counts from its beginning
 */
export function waitedUntil(
  now: number,
  waited: Waited | undefined,
  last: Ended | undefined,
  putOff: PutOff | undefined,
): Waited | undefined {
  const from = last?.endedAt ?? last?.startedAt ?? putOff?.since
  if (from === undefined) return waited
  const parts = partsOf(from, last?.outcome, putOff)
  const sums = new Map(Object.entries(waited ?? {}))
  for (const [n, { kind, at }] of parts.entries()) {
    const ms = (parts[n + 1]?.at ?? now) - at
    if (ms > 0) sums.set(kind, (sums.get(kind) ?? 0) + ms)
  }
  return sums.size === 0 ? waited : Object.fromEntries(sums)
}

interface Part {
  readonly kind: WaitedFor
  readonly at: number
}

function partsOf(from: number, outcome = '', putOff: PutOff | undefined): readonly Part[] {
  const before = waitedForOf(outcome)
  // An attempt that ended otherwise was not put off: what the message says is of an earlier time.
  const isRetried = outcome !== '' && before === undefined
  if (putOff === undefined || isRetried) return [{ kind: 'redelivery', at: from }]

  const latest = kindOf(putOff.code, putOff.cause)
  const kindIn = (cause: WaitingCause) =>
    [before, latest].find((kind) => kind !== undefined && causeOf(kind) === cause) ?? cause
  const later = Object.entries(putOff.sinceByCause)
    .map(([cause, at]) => ({ kind: kindIn(cause as WaitingCause), at }))
    .filter(({ at }) => at >= from)
    .sort((one, other) => one.at - other.at)
  const parts = [{ kind: before ?? latest, at: from }, ...later]
  const newest = parts.at(-1)?.at ?? from
  return [...parts.slice(0, -1), { kind: latest, at: newest }]
}

function causeOf(kind: WaitedFor): WaitingCause {
  return kind === 'ory' || kind === 'deployment' ? kind : 'aws'
}
