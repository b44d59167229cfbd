import { isoTime, type MayStillWork, type Reading } from '../../run/index.ts'
import { type ServerSurvey, surveyServer } from './server-survey.ts'

/** When it was looked, and until when a login that was in flight may still end. */
interface Until {
  /** Milliseconds since the epoch, as is `loginsEnd`. */
  readonly now: number
  readonly loginsEnd: number
  /** Why such a login may end in a grant. */
  readonly inFlight: string
}

/**
 * What the revocation of a user cannot end, and until when: tokens that validate offline, tokens
 * with no consent behind them, issuers that may still speak for the user, logins under way.
 *
 * @param longestListedMs the longest lifespan of an access token by default and by what was listed
 */
export async function survivorsOfUser(
  subject: string,
  longestListedMs: number,
  { ory, services, signal }: Reading,
  { now, loginsEnd, inFlight }: Until,
): Promise<readonly MayStillWork[]> {
  const clock = services?.clock ?? { now: () => now }
  // One survey is for many events: it is not at the pace of one of them.
  const survey = await surveyServer(services?.ory ?? ory, clock, signal)
  // A grant that no list shows may be one to any client.
  const longestMs = Math.max(longestListedMs, survey.longestLifespanOverrideMs ?? 0)
  const tokensEnd = isoTime(now + longestMs)
  return [
    {
      what: 'JWT access tokens',
      until: tokensEnd,
      why:
        survey.longestLifespanOverrideMs === undefined
          ? `${offline}; whether a client that is not listed has longer ones could not be read`
          : offline,
    },
    ...issuersOf(subject, survey, tokensEnd, now),
    {
      what: 'logins in flight',
      until: isoTime(loginsEnd),
      why: inFlight,
    },
  ]
}

const offline = 'a resource server that does not introspect accepts them until they expire'
const unreachable = 'no consent is behind them, so no revocation by subject reaches them'

function issuersOf(
  subject: string,
  { issuers, asOf }: ServerSurvey,
  tokensEnd: string,
  now: number,
): readonly MayStillWork[] {
  const as_of = isoTime(asOf)
  if (issuers === undefined) {
    const unknown =
      'the list of trusted issuers could not be read in time: what it holds is unknown'
    return [
      { what: 'access tokens of the jwt-bearer grant', until: null, why: unreachable },
      { what: 'trusted issuers for this subject', until: null, why: unknown, as_of },
      { what: 'trusted issuers for any subject', until: null, why: unknown, as_of },
    ]
  }
  const { anySubject } = issuers
  const thisSubject = issuers.bySubject.get(subject) ?? 0
  return [
    {
      what: 'access tokens of the jwt-bearer grant',
      until: thisSubject + anySubject > 0 ? null : tokensEnd,
      why: unreachable,
    },
    {
      what: 'trusted issuers for this subject',
      until: thisSubject > 0 ? null : isoTime(now),
      why: 'their assertions get new tokens in the subject’s name until the trust is deleted',
      count: thisSubject,
      as_of,
    },
    {
      what: 'trusted issuers for any subject',
      until: anySubject > 0 ? null : isoTime(now),
      why: 'their assertions may name this subject until the trust is deleted',
      count: anySubject,
      as_of,
    },
  ]
}
