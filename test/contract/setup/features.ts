import { OryApiError, OryConfigurationError } from '@lapse/core/errors'
import type { Ory } from '@lapse/core/ory'
import { callsBack } from './calls-back.ts'

/** What servers differ in, found out by asking them and never by their version. */
export interface Features {
  /** The route that rotates client secrets is there. */
  readonly secretRotation: boolean
  /** Logout requests are sealed into their challenges; older servers keep them as rows. */
  readonly statelessLogout: boolean
  /** It reaches listeners on this machine's loopback, as a back-channel logout has to. */
  readonly callsBack: boolean
}

const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

/** A server with the route looks for the client, one without it knows no such route. */
const rotatesSecrets = async (ory: Ory): Promise<boolean> => {
  const error = await errorOf(ory.rotateOAuth2ClientSecret({ id: crypto.randomUUID() }))
  if (error instanceof OryApiError && error.rowMissing) return true
  if (error instanceof OryConfigurationError && error.reason === 'route-not-found') return false

  throw new Error('cannot tell whether this server rotates client secrets', { cause: error })
}

/** A UUID is a challenge of the old kind: expired where logout is stateless, unknown where it is not. */
const hasStatelessLogout = async (ory: Ory): Promise<boolean> => {
  const error = await errorOf(ory.getOAuth2LogoutRequest({ logout_challenge: crypto.randomUUID() }))
  if (error instanceof OryApiError && error.status === 401) return true
  if (error instanceof OryApiError && error.rowMissing) return false

  throw new Error('cannot tell whether logout is stateless at this server', { cause: error })
}

/** Asks a server which of the features it has. */
export const probeFeatures = async (ory: Ory): Promise<Features> => ({
  secretRotation: await rotatesSecrets(ory),
  statelessLogout: await hasStatelessLogout(ory),
  callsBack: await callsBack(ory),
})
