import { ordinaryLane } from '../lane.ts'
import type { Attempt } from './attempt.ts'
import type { Counts } from './event-record.ts'
import { type Closing, foldReceipt } from './fold-receipt.ts'
import { isoTime } from './iso-time.ts'
import type { Looks } from './look.ts'
import { type Receipt, type SupersededBy, thingsIn } from './receipt.ts'
import { close, endAttempt, type Looked, type PartlySeen, type WorkflowRow } from './row.ts'
import type { Services, Workflow, WorkflowEvent } from './workflow.ts'

const unread = 'Ory’s list could not be read'
const lateBefore =
  'looked at before the revocations only after others had been made blindly: there may have been more'
const nothingAfterwards = 'nothing was looked at afterwards'
const notAfterwards = `${nothingAfterwards}: ${unread}`

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
    ...(unseen
      ? { partly: partlySeen(workflow, event, seen) }
      : { after: workflow.count(event, seen) }),
    notes: [
      ...((await workflow.notes?.(event, open.row, seen, callees)) ?? []),
      ...lookBefore(open.row, partlySeen(workflow, event, first.seen).unseen),
      ...(unseen ? [notAfterwards] : []),
    ],
    ...(followUpDue !== undefined && { followUpDue }),
  }
}

/** What stands in for Ory's list counts as nothing: what was not there says nothing of what is. */
function partlySeen<Event extends WorkflowEvent, Observation, Needs extends Services>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  seen: Observation,
): PartlySeen {
  const counts = workflow.countBeside?.(event, seen) ?? {}
  const unseen = Object.keys(workflow.count(event, seen)).filter((name) => !(name in counts))
  return { counts, unseen }
}

/** @param listed the names of what Ory's list would have shown */
function lookBefore(
  { blindly, seenBeside = [], before = {} }: WorkflowRow,
  listed: readonly string[],
): readonly string[] {
  if (blindly !== true) return []
  return listed.some((name) => name in before)
    ? [lateBefore]
    : [nothingBut('nothing was looked at before the revocations', seenBeside)]
}

/** What nobody looked at, as Ory's list could not be read, and what somebody did. */
function nothingBut(nothing: string, seen: readonly string[]): string {
  const names = seen.map((name) => name.replaceAll('_', ' '))
  return `${nothing}${names.length === 0 ? '' : ` but ${names.join(', ')}`}: ${unread}`
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
  const isSeenGone =
    looked.after !== undefined && open.row.pass === 'first' && !isOnlyAskedFor(open.row)
  const receipt = await seal(at, {
    result: 'done',
    observedAfterMs: isSeenGone ? Math.max(0, now - Date.parse(event.time)) : undefined,
    ...seenAfterwards(looked, trailed),
    mayStillWork: await workflow.survivors(event, observations, callees, until),
    notes: [
      ...notesOf(looked, trailed),
      ...lookedEarlier(looked, open.row, workflow.trailing),
      ...(workflow.trailing?.notes?.(open.row.steps) ?? []),
    ],
    followUpNotBefore,
  })
  if (looked.after === undefined) services.metrics.count('ReceiptsWithoutLook', 1)
  return receipt
}

/** What was counted afterwards, and where Ory's list could not be read, what was not. */
function seenAfterwards(
  { after, partly }: Looked,
  trailed: Counts,
): Pick<Closing, 'after' | 'unseenAfter'> {
  if (after !== undefined) return { after: { ...after, ...trailed } }
  if (partly === undefined) return { after: {} }
  const counts = { ...partly.counts, ...trailed }
  const isSomething = Object.keys(counts).length > 0
  return { after: counts, ...(isSomething && { unseenAfter: partly.unseen }) }
}

/** What comes last may have been looked at since, and what else was is told as well. */
function notesOf(looked: Looked, trailed: Counts): readonly string[] {
  const { after, unseenAfter } = seenAfterwards(looked, trailed)
  if (unseenAfter === undefined) return looked.notes
  return looked.notes.map((note) =>
    note === notAfterwards ? nothingBut(nothingAfterwards, Object.keys(after)) : note,
  )
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
  const { workflow, event, services } = at
  const mayStillWork = workflow.survivorsOfSuperseded?.(event) ?? []
  const nothing = { after: {}, mayStillWork, notes: [], followUpNotBefore: undefined }
  const receipt = await seal(at, { ...nothing, result: 'superseded', supersededBy })
  services.metrics.count('Superseded', 1)
  return receipt
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
  const { observed_after_ms: observedAfterMs, lane = ordinaryLane } = receipt
  if (observedAfterMs !== undefined) metrics.observed(lane, observedAfterMs)
  metrics.eventAge(Math.max(0, closedAt - Date.parse(event.time)))
  return receipt
}
