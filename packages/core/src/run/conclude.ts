import { ordinaryLane } from '../lane.ts'
import type { Attempt } from './attempt.ts'
import type { Counts } from './event-record.ts'
import { type Closing, foldReceipt } from './fold-receipt.ts'
import { isoTime } from './iso-time.ts'
import type { Looks } from './look.ts'
import { type Receipt, type SupersededBy, thingsIn } from './receipt.ts'
import { close, endAttempt, type Looked, type WorkflowRow } from './row.ts'
import type { Services, WorkflowEvent } from './workflow.ts'

const neverBefore = 'nothing was looked at before the revocations: Ory’s list could not be read'
const lateBefore =
  'looked at before the revocations only after others had been made blindly: there may have been more'
const notAfterwards = 'nothing was looked at afterwards: Ory’s list could not be read'

/**
 * What both looks say, as a row may hold it.
 * @param before counted before the steps of this attempt
 */
export async function lookedAt<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { workflow, event, services, callees, open }: Attempt<Event, Observation, Needs>,
  before: Counts,
  { first, last: { seen, unseen } }: Looks<Observation>,
): Promise<Looked> {
  const followUpDue = workflow.followUpDue?.(event, seen)
  return {
    at: services.clock.now(),
    before,
    ...(!unseen && { after: workflow.count(event, seen) }),
    notes: [
      ...((await workflow.notes?.(event, open.row, seen, callees)) ?? []),
      ...lookBefore(open.row, workflow.count(event, first.seen)),
      ...(unseen ? [notAfterwards] : []),
    ],
    ...(followUpDue !== undefined && { followUpDue }),
  }
}

/** @param counts whose names are those that a look counts: what comes last is counted by itself */
function lookBefore({ blindly, before = {} }: WorkflowRow, counts: Counts): readonly string[] {
  if (blindly !== true) return []
  return Object.keys(counts).some((name) => name in before) ? [lateBefore] : [neverBefore]
}

/**
 * Everything is done, as far as anybody can see: the row is sealed with its receipt.
 * @param trailed counted where what comes last was looked at
 */
export async function conclude<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
  looked: Looked,
  trailed: Counts,
): Promise<Receipt> {
  const { workflow, event, services, callees, open } = at
  const followUpNotBefore = open.row.followUpNotBefore ?? looked.followUpDue
  const observations = [open.row.before ?? {}, looked.before]
  const now = services.clock.now()
  const until = { now, followUpNotBefore }
  const { after, notes } = looked
  const isSeenGone = after !== undefined && open.row.pass === 'first' && !isOnlyAskedFor(open.row)
  return seal(at, {
    result: 'done',
    observedAfterMs: isSeenGone ? Math.max(0, now - Date.parse(event.time)) : undefined,
    after: after && { ...after, ...trailed },
    mayStillWork: await workflow.survivors(event, observations, callees, until),
    notes: [
      ...notes,
      ...lookedEarlier(looked, open.row, workflow.trailing),
      ...(workflow.trailing?.notes?.(open.row.steps) ?? []),
    ],
    followUpNotBefore,
  })
}

/** Whether all that was done is that others were asked to act, who see for themselves. */
function isOnlyAskedFor({ steps }: WorkflowRow): boolean {
  const endings = steps.flatMap(({ ends }) => ends)
  return endings.length > 0 && endings.every(({ evidence }) => evidence === 'requested')
}

/** What was looked at in an attempt before is as it was then. */
function lookedEarlier(
  { at }: Looked,
  { attempts }: WorkflowRow,
  trailing: { readonly what: string } | undefined,
): readonly string[] {
  const began = attempts.at(-1)?.startedAt ?? at
  return trailing === undefined || at >= began
    ? []
    : [
        `looked at afterwards at ${isoTime(at)}, and not again since: everything but ${trailing.what}`,
      ]
}

/** A later event has begun: this one is closed without another step. */
export async function supersede<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
  supersededBy: SupersededBy,
): Promise<Receipt> {
  at.services.metrics.count('Superseded', 1)
  const { workflow, event } = at
  const mayStillWork = workflow.survivorsOfSuperseded?.(event) ?? []
  const nothing = { after: undefined, mayStillWork, notes: [], followUpNotBefore: undefined }
  return seal(at, { ...nothing, result: 'superseded', supersededBy })
}

async function seal<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { workflow, event, services, open }: Attempt<Event, Observation, Needs>,
  closing: Omit<Closing, 'closedAt' | 'preconditions'>,
): Promise<Receipt> {
  const { clock, metrics } = services
  const closedAt = clock.now()
  const done = endAttempt(open.row, closedAt, 'closed')
  const receipt = foldReceipt(done, { ...closing, closedAt, preconditions: workflow.preconditions })
  const row = { workflow: receipt.workflow, event: receipt.event.key, pass: receipt.pass }
  await services.pendingReceipts.mark({ row, at: closedAt, about: thingsIn(receipt) })
  const unclosed = open.row
  await open
    .update(() => close(done, receipt))
    .catch((error: unknown) => {
      // What was done and sent is in the row that is given back.
      open.note(() => unclosed)
      throw error
    })
  workflow.measure(receipt, metrics)
  if (receipt.result === 'done' && closing.after === undefined)
    metrics.count('ReceiptsWithoutLook', 1)
  const { observed_after_ms: observedAfterMs, lane = ordinaryLane } = receipt
  if (observedAfterMs !== undefined) metrics.observed(lane, observedAfterMs)
  metrics.eventAge(Math.max(0, closedAt - Date.parse(event.time)))
  return receipt
}
