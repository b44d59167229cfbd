import { OryAbortedError } from '../errors.ts'
import type { Attempt } from './attempt.ts'
import { isFailedByOry, isPatienceOver, patienceLeftMs } from './pass-over.ts'
import { failedToLook, troubled, type WorkflowRow } from './row.ts'
import type { Reading, Services, WorkflowEvent } from './workflow.ts'

/** After so many deliveries in which the list fails a receipt says that nothing was looked at. */
const deliveriesForALook = 3

/** What was seen; `unseen` where Ory would not show it and the workflow can do without. */
export interface Look<Observation> {
  readonly seen: Observation
  readonly unseen: boolean
}

/** What an attempt looked at, before its steps and after them. */
export interface Looks<Observation> {
  readonly first: Look<Observation>
  readonly last: Look<Observation>
}

/** Looks before anything is done. From the second delivery on a list that Ory fails is passed over. */
export function lookFirst<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
): Promise<Look<Observation>> {
  return look(at, (row, now) => isPatienceOver(row, now))
}

/** Looks afterwards, which is what a receipt is worth: given up only after three deliveries. */
export function lookAgain<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: Attempt<Event, Observation, Needs>,
): Promise<Look<Observation>> {
  return look(at, ({ failedLooks }) => (failedLooks?.count ?? 0) >= deliveriesForALook)
}

async function look<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { workflow, event, callees, open, services, delivery }: Attempt<Event, Observation, Needs>,
  isGivenUp: (row: WorkflowRow, now: number) => boolean,
): Promise<Look<Observation>> {
  const { unseen } = workflow
  if (unseen === undefined) return { seen: await workflow.observe(event, callees), unseen: false }

  const began = services.clock.now()
  try {
    return { seen: await workflow.observe(event, patient(callees, open.row, began)), unseen: false }
  } catch (error) {
    const wasCut = error instanceof OryAbortedError && delivery.signal?.aborted !== true
    if (!isFailedByOry(error) && !wasCut) throw error
    open.note((row) => failedToLook(troubled(row, began)))
    if (!isGivenUp(open.row, services.clock.now())) throw error
    return { seen: await unseen(event, callees), unseen: true }
  }
}

/** Once there was trouble, a list that does not come is not waited for longer than patience lasts. */
function patient<Needs extends Services>(
  reading: Reading<Needs>,
  row: WorkflowRow,
  now: number,
): Reading<Needs> {
  const left = patienceLeftMs(row, now)
  if (left === undefined) return reading
  const cut = AbortSignal.timeout(Math.ceil(Math.max(left, shortestLookMs)))
  return { ...reading, signal: reading.signal ? AbortSignal.any([reading.signal, cut]) : cut }
}

/** Even when patience is over, a healthy list has the time to answer. */
const shortestLookMs = 5000
