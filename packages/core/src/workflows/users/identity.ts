import { codeOf, OryApiError } from '../../errors.ts'
import type { IdentitySession, List, OryAccounts } from '../../ory/index.ts'
import type { Counts, Reading, Step, StepRecord, WorkflowRow } from '../../run/index.ts'

/** What could not be read, and why. */
export interface Unread {
  readonly unread: unknown
}

/** A user at the identity provider, whose identity has the subject for its id. */
export interface IdentitySeen {
  /** Whether there is such an identity. */
  readonly isKnown: boolean
  readonly sessions: number
}

/** What was seen of a user at the identity provider; absent: it was not to be looked at. */
export type SeenAtIdentityProvider = IdentitySeen | Unread | undefined

/** So long the whole look may take, and the call that ends them: tokens do not wait for more. */
const patienceMs = 10_000

const stepKey = 'identity-sessions'

/** Looks at a user's sessions. Never rejects: what could not be read in time is told as such. */
export async function lookAtIdentity(
  subject: string,
  { accounts, signal }: Reading,
): Promise<SeenAtIdentityProvider> {
  if (accounts === undefined) return undefined
  const cut = AbortSignal.timeout(patienceMs)
  const options = {
    timeoutMs: patienceMs,
    signal: signal === undefined ? cut : AbortSignal.any([signal, cut]),
  }
  return readIdentity(subject, accounts, options).catch((unread: unknown) => ({ unread }))
}

/** Whether it was looked at, and could be read. */
export function isRead(seen: SeenAtIdentityProvider): seen is IdentitySeen {
  return seen !== undefined && !('unread' in seen)
}

/** What was read, in numbers. */
export function countIdentity(seen: SeenAtIdentityProvider): Counts {
  return isRead(seen) ? { identities: seen.isKnown ? 1 : 0, identity_sessions: seen.sessions } : {}
}

/** Why it was not looked at, as a person is told; nothing where it was. */
export function identityGaps(seen: SeenAtIdentityProvider): readonly string[] {
  if (isRead(seen)) return []
  const why = seen === undefined ? '' : `, which could not be read (${codeOf(seen.unread)})`
  return [`sessions at the identity provider${why}`]
}

/**
 * Ends the user's sessions at the identity provider, where one that lives logs in again without a
 * word. Made also where none was seen, or nobody could look.
 */
export function identitySteps(
  id: string,
  seen: SeenAtIdentityProvider,
): readonly Step<'identity_sessions'>[] {
  if (seen === undefined) return []
  return [
    {
      key: stepKey,
      call: { op: 'deleteIdentitySessions', params: { id } },
      by: 'id',
      ends: [
        {
          what: 'every session at the identity provider',
          evidence: { seenIn: 'identity_sessions' },
        },
      ],
      bestEffort: true,
      blindly: !isRead(seen),
      asideMs: patienceMs,
    },
  ]
}

/**
 * What a person should know where sessions may have ended before anybody had looked at them. Nothing
 * where the first steps were all made blindly, which the receipt says anyway.
 */
export function endedBlindly({
  blindly,
  steps,
}: Pick<WorkflowRow, 'blindly' | 'steps'>): readonly string[] {
  const isBlind = (step: StepRecord) => step.key === stepKey && step.blindly === true
  return blindly !== true && steps.some(isBlind)
    ? [
        'sessions at the identity provider could not be looked at before the first call that ends them: there may have been more than are counted',
      ]
    : []
}

type Options = Parameters<OryAccounts['getIdentity']>[1]

async function readIdentity(
  id: string,
  accounts: OryAccounts,
  options: Options,
): Promise<IdentitySeen> {
  const listed = accounts.listIdentitySessions({ id, active: true, page_size: 500 }, options)
  const sessions = await unlessMissing(counted(listed), 0)
  if (sessions > 0) return { isKnown: true, sessions }
  // Whether there are no sessions, or no such identity, is not told apart by their list.
  const found = await unlessMissing(accounts.getIdentity({ id }, options), undefined)
  return { isKnown: found !== undefined, sessions }
}

/** Of several pages Kratos gives the first twice, and the last never: it says itself how many there are. */
async function counted(list: List<IdentitySession>): Promise<number> {
  const { total, items } = await list
  if (total !== undefined) return Math.max(total, items.length)
  return new Set(await Array.fromAsync(list, ({ id }) => id)).size
}

async function unlessMissing<Found, Otherwise>(
  reading: Promise<Found>,
  otherwise: Otherwise,
): Promise<Found | Otherwise> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof OryApiError && error.rowMissing) return otherwise
    throw error
  }
}
