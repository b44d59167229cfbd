import type { Ory } from '../ory.ts'
import type { Claims } from '../tokens/issue.ts'
import type { ConsentedFlow } from './flow.ts'

/** What every ID token of a grant says, and `/userinfo`; what the consent app added comes first. */
export function sessionClaims(ory: Ory, flow: ConsentedFlow, form: URLSearchParams): Claims {
  const nonce = form.get('nonce')
  const acr = flow.login.acr || (form.get('acr_values') ? '0' : '')
  const { amr } = flow.login
  return {
    ...flow.consent.sessionIdToken,
    sid: flow.sessionId,
    sub: flow.subject,
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

function seconds(time: number): number {
  return Math.floor(time / 1000)
}
