import { isoTime, type MayStillWork } from './receipt.ts'
import type { Reading } from './workflow.ts'

/** Trusted issuers under which an assertion can still name the subject. */
interface CoveringIssuers {
  readonly thisSubject: number
  readonly anySubject: number
}

/**
 * What the revocation of a user cannot end, and until when: tokens that validate offline, tokens
 * with no consent behind them, issuers that may still speak for the user, logins under way.
 */
export async function survivorsOfUser(
  subject: string,
  longestLifespanMs: number,
  reading: Reading,
  {
    now,
    followUpNotBefore,
  }: { readonly now: number; readonly followUpNotBefore: number | undefined },
): Promise<readonly MayStillWork[]> {
  const issuers = await coveringIssuers(subject, reading)
  const tokensEnd = isoTime(now + longestLifespanMs)
  return [
    {
      what: 'JWT access tokens',
      until: tokensEnd,
      why: 'a resource server that does not introspect accepts them until they expire',
    },
    {
      what: 'access tokens of the jwt-bearer grant',
      until: issuers.thisSubject + issuers.anySubject > 0 ? null : tokensEnd,
      why: 'no consent is behind them, so no revocation by subject reaches them',
    },
    {
      what: 'trusted issuers for this subject',
      until: issuers.thisSubject > 0 ? null : isoTime(now),
      why: 'their assertions get new tokens in the subject’s name until the trust is deleted',
      count: issuers.thisSubject,
    },
    {
      what: 'trusted issuers for any subject',
      until: issuers.anySubject > 0 ? null : isoTime(now),
      why: 'their assertions may name this subject until the trust is deleted',
      count: issuers.anySubject,
    },
    {
      what: 'logins in flight',
      until: isoTime(followUpNotBefore ?? now),
      why: 'a login begun before the identity provider refused the user can still be finished',
    },
  ]
}

async function coveringIssuers(
  subject: string,
  { ory, signal }: Reading,
): Promise<CoveringIssuers> {
  const trusted = ory.listTrustedOAuth2JwtGrantIssuers(
    { page_size: 500 },
    signal === undefined ? {} : { signal },
  )
  const covering = { thisSubject: 0, anySubject: 0 }
  for await (const issuer of trusted) {
    if (issuer.allow_any_subject === true) covering.anySubject += 1
    else if (issuer.subject === subject) covering.thisSubject += 1
  }
  return covering
}
