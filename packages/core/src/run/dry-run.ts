import { RefusedError } from '../errors.ts'
import type { Counts } from './event-record.ts'
import { judge, type Known } from './judge.ts'
import { locateRow } from './locate-row.ts'
import type { Result, SupersededBy } from './receipt.ts'
import type { WorkflowRow } from './row.ts'
import { type Call, callsOf, type Step } from './step.ts'
import type { Phase, Reading, Services, Workflow, WorkflowEvent } from './workflow.ts'

/**
 * What a worker would say of the event now. `nothing-left`: what the event is to end is gone already;
 * the steps are made all the same. `refused-afterwards`: the steps are made, and then a person has to
 * decide. `done-before`: there is a receipt.
 */
export type Verdict =
  | { readonly result: 'to-do' | 'nothing-left' }
  | { readonly result: 'refused' | 'refused-afterwards'; readonly reason: string }
  | { readonly result: 'superseded'; readonly superseded_by: SupersededBy }
  | { readonly result: 'done-before'; readonly receipt: Result; readonly closed_at: string }

/** What a workflow would do now, in order, and what it saw. Nothing was changed. */
export interface DryRun {
  readonly workflow: string
  readonly verdict: Verdict
  /** What only the ledger knows (later events, keys that were brought, removed issuers) counts where it was asked. */
  readonly ledger: 'asked' | 'not-asked'
  readonly before: Counts
  readonly steps: readonly {
    readonly op: string
    readonly params: Call['params']
    readonly ends: readonly string[]
  }[]
}

type Seen = Pick<DryRun, 'verdict' | 'before' | 'steps'>

/**
 * Asks what a worker asks of the event's first pass, as far as `reading` reaches, and goes no further.
 * @param now milliseconds since the epoch
 */
export async function dryRun<Event extends WorkflowEvent, Observation, Needs extends Services>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  reading: Reading<Needs>,
  now: number,
): Promise<DryRun> {
  const { services } = reading
  const found = services && (await askLedger(workflow, event, services, reading))
  return {
    workflow: workflow.name,
    ledger: services === undefined ? 'not-asked' : 'asked',
    ...(found?.verdict === undefined
      ? await askOry(workflow, event, reading, { known: found?.row?.steps ?? [], now })
      : { verdict: found.verdict, before: {}, steps: [] }),
  }
}

interface Found {
  readonly row: WorkflowRow | undefined
  /** Absent: the ledger knows of nothing that stands in the way. */
  readonly verdict?: Verdict
}

async function askLedger<Event extends WorkflowEvent, Observation, Needs extends Services>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  services: Needs,
  { ory }: Reading<Needs>,
): Promise<Found> {
  const { stored, blank } = await locateRow(workflow, event, { pass: 'first' }, services)
  const row = stored?.row
  if (row?.receipt !== undefined) {
    const { result: receipt, closed_at } = row.receipt
    return { row, verdict: { result: 'done-before', receipt, closed_at } }
  }
  const context = { services, ory, key: (row ?? blank).event.key }
  const later = await workflow.supersededBy?.(event, context)
  if (later === undefined) return { row }
  return { row, verdict: { result: 'superseded', superseded_by: later } }
}

async function askOry<Event extends WorkflowEvent, Observation, Needs extends Services>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  reading: Reading<Needs>,
  known: Known,
): Promise<Seen> {
  const { opening } = workflow
  const first = opening && (await seenBy(opening, event, reading, known))
  if (first?.refused !== undefined) return { ...told(first), verdict: first.refused }

  const rest = await seenBy(workflow, event, reading, known)
  const before = { ...rest.before, ...first?.before }
  const steps = [...(first?.steps ?? []), ...rest.steps]
  const verdict = rest.refused ?? verdictOn(workflow, event, rest.seen, steps)
  return { ...told({ before, steps }), verdict }
}

interface Looked<Observation> {
  readonly seen: Observation
  readonly before: Counts
  readonly steps: readonly Step[]
  readonly refused?: Verdict
}

async function seenBy<Event, Observation, Needs extends Services>(
  phase: Phase<Event, Observation, Needs>,
  event: Event,
  reading: Reading<Needs>,
  known: Known,
): Promise<Looked<Observation>> {
  const seen = await phase.observe(event, reading)
  const before = phase.count(event, seen)
  const judged = unlessRefused(() => judge(phase, event, seen, known))
  return 'reason' in judged
    ? { seen, before, steps: [], refused: { result: 'refused', reason: judged.reason } }
    : { seen, before, steps: judged.value }
}

/** Where there is nothing to be seen gone, nothing to be asked of others and nothing due later. */
function verdictOn<Event extends WorkflowEvent, Observation, Needs extends Services>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  seen: Observation,
  steps: readonly Step[],
): Verdict {
  const { verify, followUpDue, guardReceipt } = workflow
  const receipt = unlessRefused(() => guardReceipt?.(event, seen))
  if ('reason' in receipt) return { result: 'refused-afterwards', reason: receipt.reason }

  const isLeft = Object.keys(verify(event, seen)).length > 0
  const isDue = followUpDue?.(event, seen) !== undefined
  return { result: isLeft || isDue || steps.some(isRequest) ? 'to-do' : 'nothing-left' }
}

function isRequest(step: Step): boolean {
  return callsOf(step).length > 0 && step.ends.some(({ evidence }) => evidence === 'requested')
}

/** @throws whatever is no refusal */
function unlessRefused<Value>(
  judged: () => Value,
): { readonly value: Value } | { readonly reason: string } {
  try {
    return { value: judged() }
  } catch (error) {
    if (error instanceof RefusedError) return { reason: error.reason }
    throw error
  }
}

function told({
  before,
  steps,
}: Pick<Looked<unknown>, 'before' | 'steps'>): Pick<DryRun, 'before' | 'steps'> {
  return {
    before,
    steps: steps.flatMap((step) =>
      callsOf(step).map(({ op, params }) => ({
        op,
        params,
        ends: step.ends.map(({ what }) => what),
      })),
    ),
  }
}
