import { longestAccessTokenLifespanMs } from '../../ory/index.ts'
import type { Reading } from '../../run/index.ts'

/** A consent as Ory lists it, cut down to what decides anything. */
export interface ListedGrant {
  readonly clientId: string
  /** The `sid`; absent where no login session is behind the consent any more. */
  readonly loginSessionId: string | undefined
  /** Milliseconds since the epoch. */
  readonly handledAt: number | undefined
  /** The longest access token lifespan the client overrides the default with, in milliseconds. */
  readonly accessTokenLifespanMs: number | undefined
}

/** Reads every page of a subject's consents. */
export async function listedGrants(
  subject: string,
  { ory, signal }: Reading,
): Promise<readonly ListedGrant[]> {
  const sessions = ory.listOAuth2ConsentSessions(
    { subject, page_size: 500 },
    signal === undefined ? {} : { signal },
  )
  const grants: ListedGrant[] = []
  for await (const { consent_request, handled_at } of sessions) {
    const client = consent_request?.client
    grants.push({
      clientId: client?.client_id ?? '',
      loginSessionId: consent_request?.login_session_id || undefined,
      handledAt: handled_at ? Date.parse(handled_at) : undefined,
      accessTokenLifespanMs: client && longestAccessTokenLifespanMs(client),
    })
  }
  return grants
}
