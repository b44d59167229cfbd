import { ConfigError, codeOf, RotationError, UnavailableError } from '../errors.ts'
import { absenceText } from './find-secret.ts'
import { planRepair } from './repair.ts'
import { longestStepMs } from './repair-plan.ts'
import type { RotationServices } from './services.ts'
import { overlapMsOf, type RotationEntry } from './settings.ts'
import { isUnreadable, lookAt } from './site.ts'
import { nothing, type SecretStatus, statusOf } from './status.ts'
import { overdue } from './survey.ts'
import { triesWell } from './try-current.ts'

/**
 * How a secret is: `missing`, or its client is; `overwritten`: what is at AWSCURRENT does not
 * authenticate; `unfinished`: a rotation runs, or one has stopped; `overdue`: what should have
 * happened has not; `unknown`: it could not be looked at.
 */
export type Verdict = 'well' | 'overdue' | 'overwritten' | 'unfinished' | 'missing' | 'unknown'

/** What is told of a secret besides how it stands. */
export interface Judgement {
  readonly verdict: Verdict
  /** Why, as a stable word: what to do about it follows from it. Absent where it is well. */
  readonly reason?: string
  /** Why, for a person. */
  readonly problem?: string
}

/** A configured secret, judged. */
export type JudgedSecret = SecretStatus & Judgement

/**
 * Every configured secret, in the order of the configuration, with a verdict: what is at AWSCURRENT
 * is tried at Ory. Changes nothing and takes no lease; a secret that cannot be read hides no other.
 * @throws whatever AWS does, where none of them can be read
 */
export async function rotationStatus(services: RotationServices): Promise<readonly JudgedSecret[]> {
  const { entries } = services.settings
  const read = await Promise.allSettled(entries.map((entry) => judged(entry, services)))
  const [first] = read
  if (first?.status === 'rejected' && read.every(({ status }) => status === 'rejected'))
    throw first.reason
  return entries.flatMap((entry, index) => {
    const one = read[index]
    return one?.status === 'fulfilled' ? one.value : unread(entry, one?.reason)
  })
}

async function judged(entry: RotationEntry, services: RotationServices): Promise<JudgedSecret> {
  const status = await statusOf(entry, services)
  return { ...status, ...(await judge(status, services)) }
}

function unread(entry: RotationEntry, error: unknown): JudgedSecret {
  const { secretId } = entry
  const overlapMs = overlapMsOf(entry)
  return { ...nothing, secretId, absence: undefined, overlapMs, ...unknown(error) }
}

async function judge(status: SecretStatus, services: RotationServices): Promise<Judgement> {
  const { secretId, absence } = status
  if (absence !== undefined)
    return { verdict: 'missing', reason: absence, problem: absenceText(secretId, absence) }

  const tried = await judgeCurrent(status, services)
  if (tried !== undefined && tried.verdict !== 'unknown') return tried
  return judgeProgress(status, services.clock.now()) ?? tried ?? { verdict: 'well' }
}

/** `undefined` where it authenticates, or the label has moved while it was tried. */
async function judgeCurrent(
  status: SecretStatus,
  services: RotationServices,
): Promise<Judgement | undefined> {
  try {
    if (await triesWell(await lookAt(status.secretId, services))) return undefined
  } catch (error) {
    if (!isUnreadable(error)) return ofMissingClient(error) ?? unknown(error)
  }
  // Until its label moves, a client whose one secret was just replaced refuses AWSCURRENT.
  if (status.phase === 'cutting' && status.pending !== undefined) return undefined
  return judgeBroken(status, services)
}

async function judgeBroken(
  { secretId }: SecretStatus,
  services: RotationServices,
): Promise<Judgement | undefined> {
  const refused = { verdict: 'overwritten', reason: 'refused', problem: overwritten } as const
  try {
    await planRepair(secretId, {}, services)
    return refused
  } catch (error) {
    if (!(error instanceof RotationError)) return refused
    if (error.reason === 'current-accepted') return undefined
    const problem = `${overwritten}; ${error.message}`
    return ofMissingClient(error) ?? { ...refused, reason: error.reason, problem }
  }
}

const overwritten = 'Ory does not accept the credential at AWSCURRENT'

function judgeProgress(status: SecretStatus, now: number): Judgement | undefined {
  const { rotationEnabled, pending } = status
  if (rotationEnabled && pending !== undefined) return judgeUnfinished(status, pending, now)
  const [finding] = overdue(status, now)
  if (finding === undefined) return undefined
  const { reason } = finding
  return { verdict: 'overdue', reason, problem: problems[reason] ?? reason }
}

/** So long after it was asked for, the function of a rotation may not have written anything yet. */
const beginsWithinMs = 2 * 60_000

function judgeUnfinished(status: SecretStatus, pending: string, now: number): Judgement {
  const { versionId, startedAt = 0, changedAt = 0, overlap } = status
  const verdict = 'unfinished'
  const isOverlapping = overlap !== undefined && now < overlap.retireAt
  const isBegun = versionId === pending
  if (
    isBegun ? now < startedAt + longestStepMs : !isOverlapping && now < changedAt + beginsWithinMs
  )
    return { verdict, reason: 'running', problem: 'a rotation runs, or has just failed' }
  const problem = 'a rotation has stopped half-way'
  if (!isOverlapping) return { verdict, reason: 'unfinished', problem }
  // Until then lapse rotate would be refused.
  const until = new Date(overlap.retireAt).toISOString()
  const wait = `${problem}; lapse rotate begins anew from ${until} on, when the overlap has ended`
  return { verdict, reason: 'overlap-open', problem: wait }
}

const problems: Readonly<Record<string, string>> = {
  'rotation-not-enabled': 'rotation is not enabled in Secrets Manager',
  'not-retired': 'the overlap is over, and no sweep has retired the old credential',
  late: 'it should have been rotated by now',
}

function ofMissingClient(error: unknown): Judgement | undefined {
  if (!(error instanceof RotationError) || error.reason !== 'client-missing') return undefined
  return { verdict: 'missing', reason: error.reason, problem: error.message }
}

function unknown(error: unknown): Judgement {
  const verdict = 'unknown'
  if (error instanceof RotationError)
    return { verdict, reason: error.reason, problem: error.message }
  return { verdict, reason: codeOf(error), problem: `it could not be looked at: ${told(error)}` }
}

/** The messages of these are ours, and hold nothing that came from elsewhere. */
function told(error: unknown): string {
  const isOurs = error instanceof ConfigError || error instanceof UnavailableError
  return isOurs ? error.message : codeOf(error)
}
