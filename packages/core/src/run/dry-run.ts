import { codeOf, RefusedError } from '../errors.ts'
import type { Counts } from './event-record.ts'
import { isRefusal } from './execute.ts'
import { judge, type Known } from './judge.ts'
import { locateRow } from './locate-row.ts'
import type { Result, SupersededBy } from './receipt.ts'
import type { Looked, WorkflowRow } from './row.ts'
import { type Call, callsOf, isAccountCall, type Step } from './step.ts'
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
  /** What was not looked at although a worker may, as a sentence each. */
  readonly not_looked_at: readonly string[]
  readonly steps: readonly {
    readonly op: string
    readonly params: Call['params']
    readonly ends: readonly string[]
  }[]
}

type Seen = Omit<DryRun, 'workflow' | 'ledger'>

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
      ? await askOry(workflow, event, reading, {
          known: found?.row?.steps ?? [],
          now,
          looked: found?.row?.looked,
        })
      : { verdict: found.verdict, before: {}, not_looked_at: [], steps: [] }),
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
  { looked, ...known }: Known & { readonly looked: Looked | undefined },
): Promise<Seen> {
  if (looked !== undefined && workflow.trailing !== undefined) {
    const last = await partsSeen(workflow, event, reading)
    return { ...told(last), verdict: verdictOnParts(last) }
  }
  const { opening } = workflow
  const first = opening && (await seenBy(opening, event, reading, known))
  if (first?.refused !== undefined) return { ...told(first), verdict: first.refused }

  const rest = await seenBy(workflow, event, reading, known)
  if (rest.refused !== undefined)
    return { ...told({ before: { ...rest.before, ...first?.before } }), verdict: rest.refused }
  const last = await partsSeen(workflow, event, reading)
  const before = { ...rest.before, ...first?.before, ...last.before }
  const steps = [...(first?.steps ?? []), ...rest.steps, ...last.steps]
  const gaps = [...(workflow.gaps?.(rest.seen) ?? []), ...last.gaps]
  const verdict = verdictOn(workflow, event, rest.seen, steps)
  return {
    ...told({ before, steps, gaps }),
    verdict:
      isLeft(verdict) || steps.some((step) => isSeenElsewhere(step, before))
        ? (last.refused ?? toDo(verdict))
        : verdictOnParts(last),
  }
}

/** What comes last, as far as it could be read. */
interface PartsSeen {
  readonly before: Counts
  readonly steps: readonly Step[]
  readonly gaps: readonly string[]
  /** What they could not be read with, where no waiting helps. */
  readonly refused?: Verdict
}

async function partsSeen<Event extends WorkflowEvent, Observation, Needs extends Services>(
  { trailing }: Workflow<Event, Observation, Needs>,
  event: Event,
  reading: Reading<Needs>,
): Promise<PartsSeen> {
  if (trailing === undefined) return { before: {}, steps: [], gaps: [] }
  const steps: Step[] = []
  try {
    for await (const part of trailing.parts(event, reading, [])) steps.push(...part)
    const { counts } = await trailing.look(event, reading)
    return { before: { ...counts, ...countsOf(steps) }, steps, gaps: [] }
  } catch (error) {
    const gap = `${trailing.what}, which could not be read (${codeOf(error)})`
    return { before: countsOf(steps), steps, gaps: [gap], ...refusedAfterwards(error) }
  }
}

/** A worker makes everything else before it comes to this. */
function refusedAfterwards(error: unknown): Pick<PartsSeen, 'refused'> {
  if (!isRefusal(error)) return {}
  return { refused: { result: 'refused-afterwards', reason: `${error.code}: ${error.message}` } }
}

/** How many calls would be seen to have ended something, by what is counted. */
function countsOf(steps: readonly Step[]): Counts {
  const counts = new Map<string, number>()
  for (const step of steps)
    for (const { evidence } of step.ends)
      if (typeof evidence !== 'string')
        counts.set(evidence.seenIn, (counts.get(evidence.seenIn) ?? 0) + callsOf(step).length)
  return Object.fromEntries(counts)
}

/** Whether a step ends something that was seen besides OAuth2, which no receipt waits for. */
function isSeenElsewhere(step: Step, before: Counts): boolean {
  return (
    callsOf(step).some(isAccountCall) &&
    step.ends.some(
      ({ evidence }) => typeof evidence !== 'string' && (before[evidence.seenIn] ?? 0) > 0,
    )
  )
}

function isLeft({ result }: Verdict): boolean {
  return result !== 'nothing-left'
}

function toDo(verdict: Verdict): Verdict {
  return verdict.result === 'nothing-left' ? { result: 'to-do' } : verdict
}

function verdictOnParts({ steps, gaps, refused }: PartsSeen): Verdict {
  return refused ?? { result: steps.length + gaps.length > 0 ? 'to-do' : 'nothing-left' }
}

interface Judged<Observation> {
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
): Promise<Judged<Observation>> {
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
  steps = [],
  gaps = [],
}: Pick<PartsSeen, 'before'> & Partial<PartsSeen>): Omit<Seen, 'verdict'> {
  return {
    before,
    not_looked_at: gaps,
    steps: steps.flatMap((step) =>
      callsOf(step).map(({ op, params }) => ({
        op,
        params,
        ends: step.ends.map(({ what }) => what),
      })),
    ),
  }
}
