import { isoTime, isUnseen, type MayStillWork } from '../run/index.ts'
import { type Announced, announcedBy, isFollowUp, isLate } from './announced.ts'
import { type DurationFigures, type Durations, durations } from './durations.ts'
import { passIdOf, type SomeReceipt } from './some-receipt.ts'
import { isAlive, laterEnd, seenGone, sessionsNotTold } from './standing.ts'

/** What a report says. Times are RFC 3339, durations milliseconds. */
export interface Report {
  readonly from: string
  readonly to: string
  /** Receipts from before this time are kept in the ledger no more, and so are not in the report. */
  readonly kept_since: string
  /** When it was made: what may still work, and what is late, is so at that time. */
  readonly at: string
  readonly receipts: number
  /** In the order of their names. */
  readonly workflows: readonly WorkflowFigures[]
  readonly may_still_work: readonly StillWorking[]
  /** Relying parties were not told of the end of so many login sessions. */
  readonly sessions_not_told: number
  /** Something was granted after the event, and went as well. */
  readonly events_with_newer_grants: number
  /** Nobody could look afterwards. */
  readonly receipts_without_look: number
  readonly open: OpenFigures
}

export interface WorkflowFigures {
  readonly workflow: string
  /** First passes and rotations: one for each event. */
  readonly events: number
  readonly done: number
  readonly superseded: number
  /** Dead letters that were closed: nothing was left to do for their events. */
  readonly moot: number
  /** Of those that are done, how many were seen gone: listed before, and not afterwards. */
  readonly seen_gone: number
  /** From the event's time to when it was seen gone, of those that were. */
  readonly event_to_observed: DurationFigures | null
}

/** One kind of thing that may work at the time of the report. */
export interface StillWorking {
  readonly what: string
  readonly events: number
  /** The latest end; `null`: until somebody ends it. */
  readonly until: string | null
}

/** What has begun, and has not come to its end. */
export interface OpenFigures {
  /** Announced, and not due yet. */
  readonly passes_due: number
  readonly passes_late: number
  /** A delivery was about to close them, and they are not closed. */
  readonly not_closed: number
  /** Ids of events of some that are late or not closed. */
  readonly examples: readonly string[]
}

/** A report that receipts are added to, the oldest first; it keeps those of no event that is settled. */
export interface ReportInProgress {
  add(receipt: SomeReceipt): void
  /** A receipt that was about to be closed, and is not, or was closed by a later attempt. */
  addNotClosed(pass: Awaited): void
  /** Passes that were announced or about to be closed, and have no receipt among those added. */
  missing(): readonly Awaited[]
  /** One that came later; it does not count among the report's receipts. */
  addLate(receipt: SomeReceipt): void
  figures(): Report
}

/** A pass without a receipt, and the event's id by which the index finds one. */
export type Awaited = Pick<Announced, 'passId' | 'eventId'>

interface Expected extends Announced {
  readonly survivors: readonly MayStillWork[]
}

interface Tally {
  events: number
  done: number
  superseded: number
  moot: number
  seenGone: number
  readonly times: Durations
}

interface Reported {
  /** Milliseconds since the epoch: from this time on, and before that one. */
  readonly from: number
  readonly to: number
  readonly now: number
  readonly keptSince: number
}

const examplesKept = 20

/** Begins a report. What it keeps grows with what is open, and not with what was reported. */
export function newReport({ from, to, now, keptSince }: Reported): ReportInProgress {
  const tallies = new Map<string, Tally>()
  const expected = new Map<string, Expected>()
  const working = new Map<string, StillWorking>()
  const notClosed = new Map<string, Awaited>()
  const sums = { receipts: 0, notTold: 0, newer: 0, withoutLook: 0 }

  const count = (survivors: readonly MayStillWork[]) => {
    for (const survivor of survivors) addSurvivor(working, survivor)
  }
  const settle = (receipt: SomeReceipt) => {
    const survivors = receipt.may_still_work.filter((survivor) => isAlive(survivor, now))
    expected.delete(passIdOf(receipt))
    notClosed.delete(passIdOf(receipt))
    const announced = announcedBy(receipt)
    if (announced === undefined) return count(survivors)
    expected.set(announced.passId, { ...announced, survivors })
  }

  return {
    add(receipt) {
      sums.receipts += 1
      sums.notTold += sessionsNotTold(receipt)
      if ((receipt.before['grants_newer_than_event'] ?? 0) > 0) sums.newer += 1
      if (isUnseen(receipt)) sums.withoutLook += 1
      if (!isFollowUp(receipt)) addEvent(tallies, receipt)
      settle(receipt)
    },
    addNotClosed: (pass) => void notClosed.set(pass.passId, pass),
    missing: () => [...expected.values(), ...notClosed.values()],
    addLate: settle,
    figures() {
      const open = [...expected.values()]
      const late = open.filter((pass) => isLate(pass, now))
      const all = new Map(working)
      for (const { survivors } of open) for (const survivor of survivors) addSurvivor(all, survivor)
      return {
        from: isoTime(from),
        to: isoTime(to),
        kept_since: isoTime(keptSince),
        at: isoTime(now),
        receipts: sums.receipts,
        workflows: [...tallies]
          .map(([workflow, tally]) => figuresOf(workflow, tally))
          .toSorted((one, other) => one.workflow.localeCompare(other.workflow, 'en')),
        may_still_work: [...all.values()],
        sessions_not_told: sums.notTold,
        events_with_newer_grants: sums.newer,
        receipts_without_look: sums.withoutLook,
        open: {
          passes_due: open.length - late.length,
          passes_late: late.length,
          not_closed: notClosed.size,
          examples: [...late, ...notClosed.values()]
            .slice(0, examplesKept)
            .map(({ eventId }) => eventId),
        },
      }
    },
  }
}

function addEvent(tallies: Map<string, Tally>, receipt: SomeReceipt): void {
  const { workflow, result, event, closed_at, steps } = receipt
  const tally = tallies.get(workflow) ?? newTally()
  tallies.set(workflow, tally)
  tally.events += 1
  tally[result] += 1
  if (result !== 'done') return

  if (isUnseen(receipt) || !seenGone(steps)) return
  tally.seenGone += 1
  const afterMs = receipt.observed_after_ms ?? Date.parse(closed_at) - Date.parse(event.time)
  tally.times.add(Math.max(0, afterMs))
}

function newTally(): Tally {
  return { events: 0, done: 0, superseded: 0, moot: 0, seenGone: 0, times: durations() }
}

function figuresOf(workflow: string, tally: Tally): WorkflowFigures {
  const { events, done, superseded, moot, seenGone, times } = tally
  return {
    workflow,
    events,
    done,
    superseded,
    moot,
    seen_gone: seenGone,
    event_to_observed: times.figures(),
  }
}

function addSurvivor(working: Map<string, StillWorking>, { what, until }: MayStillWork): void {
  const known = working.get(what)
  working.set(what, {
    what,
    events: (known?.events ?? 0) + 1,
    until: known === undefined ? until : laterEnd(known.until, until),
  })
}
