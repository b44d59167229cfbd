import { duration } from '@lapse/aws/settings/duration'
import { parseGoDuration } from '@lapse/core/ory'
import { durationText } from '../../output/duration.ts'
import { memberOf } from '../../site/http.ts'
import { type Check, cannotTell, type Outcome, well, wrong } from '../check.ts'

/** A duration of Ory's, and what the functions take it for. */
export interface PromisedSeen {
  readonly oursMs: number
  /** As Ory writes it; `undefined` where nobody told: Ory's API does not. */
  readonly orys: string | undefined
}

interface Promised {
  readonly name: string
  readonly about: string
  readonly setting: string
  readonly fallback: string
  /** As Ory's configuration calls it, under `ttl`. */
  readonly member: string
  /** What is wrong where Ory's is longer. */
  readonly consequence: string
}

function promised(terms: Promised): Check<PromisedSeen> {
  const { name, about, setting, fallback, member, consequence } = terms
  return {
    name,
    about,
    read: async ({ variables }, { oryConfig }) => ({
      oursMs: duration(variables, setting, fallback),
      orys: oryConfig === undefined ? undefined : textIn(oryConfig, member, fallback),
    }),
    judge({ oursMs, orys }): Outcome {
      const ours = `${setting} is ${durationText(oursMs)}`
      if (orys === undefined)
        return cannotTell(
          `${ours}, and Ory tells its ttl.${member} nobody: give its configuration with --ory-config`,
        )
      const told = `Ory's ttl.${member} is ${orys}`
      const orysMs = parseGoDuration(orys)
      if (orysMs === undefined) return cannotTell(`${told}, which is not a duration`)
      if (orysMs <= oursMs) return well(`${ours}, and ${told}`)
      return wrong(`${ours}, and ${told}: ${consequence}`, `set ${setting} to ${orys}`)
    },
  }
}

/** Ory's own default where its configuration says nothing. */
function textIn(config: unknown, member: string, fallback: string): string {
  return String(memberOf(memberOf(config, 'ttl'), member) ?? fallback)
}

export const lifespans = promised({
  name: 'lifespans',
  about: 'Ory: lifespan of access tokens',
  setting: 'ACCESS_TOKEN_LIFESPAN',
  fallback: '1h',
  member: 'access_token',
  consequence: 'receipts say that tokens end before they do',
})

export const loginConsentTtl = promised({
  name: 'login-consent-ttl',
  about: 'Ory: time for logins in flight',
  setting: 'LOGIN_CONSENT_TTL',
  fallback: '30m',
  member: 'login_consent_request',
  consequence: 'logins in flight outlive the follow-up pass',
})
