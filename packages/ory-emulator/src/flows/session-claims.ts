import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import type { Claims } from '../tokens/issue.ts'
import type { ConsentedFlow } from './flow.ts'
import { subjectFor } from './pairwise.ts'

/** What every ID token of a grant says, and `/userinfo`; what the consent app added comes first. */
export function sessionClaims(
  ory: Ory,
  client: ClientRow,
  flow: ConsentedFlow,
  form: URLSearchParams,
): Claims {
  const nonce = form.get('nonce')
  const { acr, amr } = flow.login
  return {
    ...withoutReserved(flow.consent.sessionIdToken),
    sid: flow.sessionId,
    sub: subjectFor(ory, client, flow.subject, flow.login.forcedSubject),
    iss: ory.settings.issuer,
    aud: [flow.clientId],
    iat: seconds(ory.now()),
    rat: seconds(flow.requestedAt),
    auth_time: seconds(flow.authenticatedAt),
    ...(nonce && { nonce }),
    ...(acr !== '' && { acr }),
    ...(amr.length > 0 && { amr }),
  }
}

/** What only Ory may say: a consent app that says it is not heard. */
const reserved = new Set(
  'sub iss jti aud iat exp rat nonce at_hash c_hash auth_time acr amr'.split(' '),
)

function withoutReserved(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !reserved.has(name)))
}

/** What an ID token says of how the user logged in, where that was asked for and the login app said nothing. */
export function fallbackAcr(flow: ConsentedFlow, form: URLSearchParams): Claims {
  return form.get('acr_values') && flow.login.acr === '' ? { acr: '0' } : {}
}

function seconds(time: number): number {
  return Math.floor(time / 1000)
}
