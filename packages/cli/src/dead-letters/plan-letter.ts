import type { Environment } from '@lapse/aws/settings/texts'
import {
  keyRotatedSettings,
  offboardingSettings,
  suspensionSettings,
  userSettings,
} from '@lapse/aws/settings/workflows'
import {
  isCalledDerived,
  type MootBecause,
  type MootFacts,
  readEnvelope,
  sealName,
} from '@lapse/core/delivery'
import { OryArgumentError } from '@lapse/core/errors'
import { holdsRedaction } from '@lapse/core/events'
import { type Ory, type OryAccounts, type Pace, paced } from '@lapse/core/ory'
import {
  type Counts,
  type DryRun,
  dryRun,
  isoTime,
  ledgerKeysOf,
  locateRow,
  type Pass,
  type Workflow,
  type WorkflowEvent,
  type WorkflowRow,
} from '@lapse/core/run'
import {
  forEachSubject,
  keyRotated,
  offboarding,
  readReset,
  userDeleted,
  userSignedOut,
  userSuspended,
} from '@lapse/core/workflows'
import type { PlanServices } from '../plan/open-ledger.ts'
import { type Described, type Read, readEvent } from './described.ts'

/**
 * What a redrive would come to. `moot`: nothing is left to do, and that is proven. `same`: the worker
 * would do what it would have done before. `changed`: it would do something else by now. `refused`: it
 * would dead-letter the message again.
 */
export type Outcome = 'moot' | 'same' | 'changed' | 'refused'

/** What proves that a letter is moot, and what a receipt of closing it says besides. */
export type Proof = Omit<MootFacts, 'letter'>

/** An outcome, and why, in words without a subject. */
export interface LetterPlan {
  readonly outcome: Outcome
  readonly why: string
  /** Present where the outcome is `moot`. */
  readonly proof?: Proof
}

/** What letters are planned with. */
export interface Planning {
  readonly ory: Ory
  /** What a user has there besides OAuth2; absent: nobody said where that is. */
  readonly accounts?: OryAccounts
  readonly services: PlanServices
  readonly variables: Environment
  /** When Ory is asked; absent: at once. */
  readonly pace?: Pace | undefined
}

/** What was known when the message was dead-lettered. */
interface Before {
  readonly reason: string
  /** What the ledger says was seen first; absent where the event never got so far. */
  readonly counts?: Counts | undefined
}

/** Plans a message again, as its worker would; changes nothing. */
export async function planLetter(described: Described, planning: Planning): Promise<LetterPlan> {
  const unread = refusedUnasked(described)
  if (unread !== undefined) return unread
  try {
    return await planEvent(described, described.read as Read, planning)
  } catch (error) {
    // What lapse would not ask, it would not ask again.
    if (error instanceof OryArgumentError) return refused(error.reason ?? error.message)
    throw error
  }
}

/** The refusal of a message that nobody has to be asked about; `undefined` where somebody has. */
export function refusedUnasked({ read, isStub }: Described): LetterPlan | undefined {
  if (isStub) return refused('it is a stub: the original follows it, and is what is to be redriven')
  if (!('event' in read)) return refused(read.refused)
  const { data: _data, ...counting } = read.event
  return holdsRedaction(JSON.stringify(counting)) ? refused('holds-a-secret') : undefined
}

async function planEvent(
  described: Described,
  read: Read,
  planning: Planning,
): Promise<LetterPlan> {
  const { services, variables, pace: allowed, accounts } = planning
  const { letter, reason } = described
  const message = { ...letter, attributes: letter.texts }
  const { envelope } = readEnvelope(message, ledgerKeysOf(services), services.clock.now())
  const { derived, eventKey } = envelope
  if (derived === undefined && isCalledDerived(message)) return planAsSent(described, planning)
  const event = { ...read.event, ...(derived !== undefined && { derived }) }
  const workflow = workflowOf({ ...read, event } as Read, variables)
  // Whoever calls itself a follow-up is one where the ledger says so; it is not for us to doubt.
  const isFollowUp = letter.texts['lapse-pass'] === 'follow-up' && workflow.followUpAfterMs
  const pass: Pass = isFollowUp ? 'follow-up' : 'first'
  const delivery = { pass, ...(eventKey !== undefined && { key: eventKey }) }
  const { stored, blank } = await locateRow(workflow, event, delivery, services)
  const row = stored?.row
  const { event: record, about } = row ?? blank
  const now = services.clock.now()
  const proofOf = async (dry?: DryRun): Promise<Proof> => {
    const because = becauseOf(row, dry, { workflow: workflow.name, pass, now })
    return { event: record, about, because, mayStillWork: await leftBy(because, dry?.before ?? {}) }
  }
  const leftBy = async (because: MootBecause, before: Counts) => {
    if ('superseded_by' in because) return workflow.survivorsOfSuperseded?.(event) ?? []
    if ('receipt' in because) return []
    return workflow.survivors(event, [before], reading, { now, followUpNotBefore: undefined })
  }
  const ory = paced(planning.ory, nothingScarce(allowed))
  const { secrets } = services
  // A dry run is of the first pass: of the second, the ledger has said all it knows.
  const asked = { ory, secrets, ...(accounts && { accounts }) }
  const reading = pass === 'first' ? { ...asked, services } : asked
  if (row?.receipt !== undefined)
    return { ...mootBy(row.receipt.closed_at), proof: await proofOf() }

  if ('lookups' in event && event.lookups.length > 0 && accounts === undefined)
    return { outcome: 'same', why: unasked }
  const dry = await dryRun(workflow, event, reading, now)
  const provable = isGoneForGood(read) && !(await isMadeAgain(read, services))
  const judged = judgeLetter(dry, provable, { reason, counts: row?.before })
  return judged.outcome === 'moot' ? { ...judged, proof: await proofOf(dry) } : judged
}

const unasked =
  'the worker would ask the identity provider whose event it is; ORY_IDENTITIES_URL is not set here'

/** What only calls itself derived is read by a worker as whoever sent it would have it read. */
function planAsSent(described: Described, planning: Planning): Promise<LetterPlan> {
  const { letter } = described
  const { [sealName]: _seal, ...texts } = letter.texts
  const read = readEvent(letter.body, planning.variables)
  return planLetter({ ...described, letter: { ...letter, texts }, read }, planning)
}

/** What a moot letter's receipt rests on. */
function becauseOf(
  row: WorkflowRow | undefined,
  dry: DryRun | undefined,
  { workflow, pass, now }: { readonly workflow: string; readonly pass: Pass; readonly now: number },
): MootBecause {
  const at = { workflow, pass }
  if (row?.receipt !== undefined) {
    const { result, closed_at } = row.receipt
    return { receipt: { ...at, result, closed_at } }
  }
  const verdict = dry?.verdict
  if (verdict?.result === 'superseded') return { superseded_by: verdict.superseded_by }
  if (verdict?.result === 'done-before') {
    const { receipt: result, closed_at } = verdict
    return { receipt: { ...at, pass: 'first', result, closed_at } }
  }
  return { client_gone: { looked_at: isoTime(now) } }
}

function mootBy(closedAt: string): LetterPlan {
  return { outcome: 'moot', why: `the ledger has its receipt (${closedAt})` }
}

/** Pure. @param provable whether nothing left at Ory means that nothing is left */
export function judgeLetter(
  { verdict, before }: Pick<DryRun, 'verdict' | 'before'>,
  provable: boolean,
  then: Before,
): LetterPlan {
  switch (verdict.result) {
    case 'done-before':
      return mootBy(verdict.closed_at)
    case 'superseded':
      return { outcome: 'moot', why: 'a later event about the same has begun' }
    case 'refused':
    case 'refused-afterwards':
      return refused(verdict.reason)
    case 'nothing-left':
      if (provable) return { outcome: 'moot', why: 'Ory does not have the client any more' }
      return goesOn(before, then)
    case 'to-do':
      return goesOn(before, then)
  }
}

function goesOn(now: Counts, { reason, counts }: Before): LetterPlan {
  if (isRefusal(reason))
    return { outcome: 'changed', why: 'what it was refused for does not stand in the way any more' }
  const other = Object.keys({ ...now, ...counts }).filter((name) => now[name] !== counts?.[name])
  if (counts !== undefined && other.length > 0)
    return { outcome: 'changed', why: `Ory lists other ${other.join(', ').replaceAll('_', ' ')}` }
  return { outcome: 'same', why: 'the worker would do what it was to do' }
}

/** Whether a worker said no, and did not wait or fail. */
function isRefusal(reason: string): boolean {
  return !/^(max-receives|undelivered|deferred-too-long|too-many-copies)\b/.test(reason)
}

function refused(why: string): LetterPlan {
  return { outcome: 'refused', why }
}

/**
 * Whether that nothing is left proves anything: a client that is asked for by its id is there or it is
 * not. What only lists tell of proves nothing, as they under-count: a user, an owner, issuers.
 */
function isGoneForGood({ event }: Read): boolean {
  return 'clientId' in event && event.mode === 'delete' && event.issuers.length === 0
}

/** Whether a reset is under way that makes the client again: a deletion would end that. */
async function isMadeAgain({ event }: Read, { resets }: PlanServices): Promise<boolean> {
  const stored = 'clientId' in event ? await readReset(event.clientId, resets) : undefined
  return stored !== undefined && stored.row.closedAt === undefined
}

/** The workflow that an event is for. @throws ConfigError */
export function workflowOf(read: Read, variables: Environment) {
  type AnyWorkflow = Workflow<WorkflowEvent, unknown, PlanServices>
  switch (read.stem) {
    case 'user-deleted':
      return forEachSubject(
        read.event,
        userDeleted(userSettings(variables)),
      ) as unknown as AnyWorkflow
    case 'user-suspended':
      return forEachSubject(
        read.event,
        userSuspended(suspensionSettings(variables)),
      ) as unknown as AnyWorkflow
    case 'user-signed-out':
      return forEachSubject(
        read.event,
        userSignedOut(userSettings(variables)),
      ) as unknown as AnyWorkflow
    case 'app-offboarded':
      return offboarding(read.event, offboardingSettings(variables)) as unknown as AnyWorkflow
    case 'key-rotated':
      return keyRotated(keyRotatedSettings(variables)) as unknown as AnyWorkflow
  }
}

/**
 * A plan that would take a call from a revocation is a mistake of ours: it ends before that is sent.
 * @param inner when everything else is sent; absent: at once
 */
export function nothingScarce(inner?: Pace): Pace {
  return {
    next: async (attempt) => {
      if (attempt.bucket === 'admin-low')
        throw new Error(`a plan does not call ${attempt.operation}`)
      return inner?.next(attempt)
    },
    ended: (attempt, outcome) => inner?.ended(attempt, outcome),
  }
}
