import { longestAccessTokenLifespanMs, type Ory } from '../../ory/index.ts'
import { type Clock, withinSignal } from '../../ports/index.ts'
import { sharedReading } from '../../run/index.ts'

/** What every user's receipt says of the server as a whole. Subjects stay in memory. */
export interface ServerSurvey {
  /** When it was read, in milliseconds since the epoch. */
  readonly asOf: number
  /** How many trusted issuers may speak for whom; `undefined` where the list could not be read. */
  readonly issuers:
    | { readonly anySubject: number; readonly bySubject: ReadonlyMap<string, number> }
    | undefined
  /** The longest lifespan a client overrides the default with; `undefined` likewise. */
  readonly longestLifespanOverrideMs: number | undefined
}

/** For so long every user's receipt uses the same survey: its lists have a rate limit of their own. */
const sharedMs = 60_000

/** A list that is longer is not walked; the receipt says that nothing is known. */
const pages = 20
const pageSize = 500
const patienceMs = 10_000

const sharedSurvey = sharedReading(sharedMs, (ory, clock) =>
  readSurvey(ory, clock, AbortSignal.timeout(patienceMs)),
)

/**
 * Reads what is at the server besides one user's grants. Never rejects: what is not known is said. A
 * caller without time waits for no survey, and keeps no other from having one.
 */
export function surveyServer(
  ory: Ory,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<ServerSurvey> {
  const unknown = { asOf: clock.now(), issuers: undefined, longestLifespanOverrideMs: undefined }
  return withinSignal(signal, () => sharedSurvey(ory, clock)).catch(() => unknown)
}

async function readSurvey(ory: Ory, { now }: Clock, signal: AbortSignal): Promise<ServerSurvey> {
  const [issuers, longestLifespanOverrideMs] = await Promise.all([
    readIssuers(ory, signal).catch(() => undefined),
    readLifespans(ory, signal).catch(() => undefined),
  ])
  return { asOf: now(), issuers, longestLifespanOverrideMs }
}

async function readIssuers(ory: Ory, signal: AbortSignal): Promise<ServerSurvey['issuers']> {
  const bySubject = new Map<string, number>()
  const counted = { anySubject: 0, bySubject, listed: 0 }
  const listed = ory.listTrustedOAuth2JwtGrantIssuers({ page_size: pageSize }, { signal })
  for await (const { allow_any_subject, subject = '' } of listed) {
    counted.listed += 1
    if (counted.listed > pages * pageSize) return undefined
    if (allow_any_subject === true) counted.anySubject += 1
    else bySubject.set(subject, (bySubject.get(subject) ?? 0) + 1)
  }
  return counted
}

async function readLifespans(ory: Ory, signal: AbortSignal): Promise<number | undefined> {
  const seen = { longest: 0, listed: 0 }
  for await (const client of ory.listOAuth2Clients({ page_size: pageSize }, { signal })) {
    seen.listed += 1
    if (seen.listed > pages * pageSize) return undefined
    seen.longest = Math.max(seen.longest, longestAccessTokenLifespanMs(client) ?? 0)
  }
  return seen.longest
}
