import { rotatedEntries } from '../../rotation/rotated-entries.ts'
import { memberOf } from '../../site/http.ts'
import { discoveryPath, isDiscovery } from '../../site/ory-sides.ts'
import type { Site } from '../../site/site.ts'
import { type Check, cannotTell, type Outcome, well, wrong } from '../check.ts'

/** What the token endpoint is called, by Ory and by the functions. */
export interface TokenEndpointSeen {
  readonly orys: string | undefined
  readonly ours: string
  /** Assertions are made for rotated secrets alone. */
  readonly isUsed: boolean
}

/** A client's assertion is meant for the token endpoint as Ory itself names it (RFC 7523). */
export const tokenEndpoint: Check<TokenEndpointSeen> = {
  name: 'token-endpoint',
  about: "Ory: its token endpoint's name",
  async read({ ory, variables }: Site) {
    const answer = await ory.public(discoveryPath)
    const named = isDiscovery(answer) ? memberOf(answer.json, 'token_endpoint') : undefined
    const publicUrl = (variables['ORY_PUBLIC_URL'] ?? '').replace(/\/+$/, '')
    return {
      orys: typeof named === 'string' ? named : undefined,
      ours: variables['ORY_TOKEN_ENDPOINT'] || `${publicUrl}/oauth2/token`,
      isUsed: rotatedEntries(variables).length > 0,
    }
  },
  judge({ orys, ours, isUsed }): Outcome {
    if (orys === undefined) return cannotTell('ORY_PUBLIC_URL has no discovery document')
    if (orys === ours) return well(`${orys}, for Ory and for the functions`)
    if (!isUsed) return well('the functions call it differently, and rotate no secret')
    return wrong(
      `Ory calls it ${orys}, and the functions ${ours}`,
      `set ORY_TOKEN_ENDPOINT to ${orys}`,
    )
  },
}
