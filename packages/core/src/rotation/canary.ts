import { randomBytes } from 'node:crypto'
import { OryApiError, RotationError } from '../errors.ts'
import type { ClientAuthentication, TokenEndpointAuthMethod } from '../ory/index.ts'
import { forged, signAssertion } from './assertion.ts'
import { refuseOtherAudience } from './audience.ts'
import type { Credential } from './credential.ts'
import type { RotationServices } from './services.ts'

/** How a credential is tried: by the client's registration. */
export interface CanaryTerms {
  readonly authMethod: TokenEndpointAuthMethod
  readonly algorithm: string
  readonly signal?: AbortSignal | undefined
}

/** What a refusal of AWSCURRENT says at its end. */
export const howToRepair = 'lapse rotate <secret> --repair sets it right'

const told = {
  'current-refused': `the credential at AWSCURRENT: something else changed the client, or the value; ${howToRepair}`,
  'pending-refused': 'the credential at AWSPENDING; rotate anew by hand',
  'previous-refused': 'the credential at AWSPREVIOUS any more',
} as const

type Services = Pick<RotationServices, 'ory' | 'clock' | 'settings'>

/**
 * Whether a credential authenticates its client: asked by the revocation (RFC 7009) of a token
 * that never was, which changes nothing. A key that cannot sign authenticates nobody.
 * @throws ConfigError where it is for their audience that Ory refuses our assertions
 */
export async function authenticates(
  credential: Credential,
  terms: CanaryTerms,
  services: Services,
): Promise<boolean> {
  try {
    const credentials = await authentication(credential, terms, services)
    if ((await statusOf(credentials, terms, services)) === 200) return true
    if (credential.private_jwk !== undefined) await refuseOtherAudience(credential, terms, services)
    return false
  } catch (error) {
    if (error instanceof RotationError && error.reason === 'key-unusable') return false
    throw error
  }
}

/**
 * Proves that a credential authenticates, and in the same run that a wrong one does not: a server
 * that accepts everything, or knows nothing, proves nothing.
 * @returns when it was proven, in milliseconds since the epoch
 * @throws RotationError with `refusal` if it does not authenticate, `canary-blind` if a wrong one does
 */
export async function proveCredential(
  refusal: keyof typeof told,
  credential: Credential,
  terms: CanaryTerms,
  services: Services,
): Promise<number> {
  const provenAt = await tryCredential(credential, terms, services)
  if (provenAt !== undefined) return provenAt
  throw new RotationError(refusal, `Ory does not accept ${told[refusal]}`)
}

/**
 * The same where nothing is amiss if a credential does not authenticate.
 * @returns `undefined` if it does not
 * @throws RotationError (`canary-blind`) if a wrong one does as well
 */
export async function tryCredential(
  credential: Credential,
  terms: CanaryTerms,
  services: Services,
): Promise<number | undefined> {
  if (!(await authenticates(credential, terms, services))) return undefined

  const wrong = wrongOf(await authentication(credential, terms, services))
  checkControl(await statusOf(wrong, terms, services))
  return services.clock.now()
}

/**
 * Proves that a credential does not authenticate, and in the same run that a wrong secret is told
 * as such: a server that fails otherwise, or knows nothing, proves nothing.
 * @throws RotationError with `current-accepted` if it authenticates, `canary-blind`
 */
export async function proveRefused(
  credential: Credential,
  terms: CanaryTerms,
  services: Services,
): Promise<void> {
  if (await authenticates(credential, terms, services))
    throw new RotationError('current-accepted', 'the credential at AWSCURRENT authenticates')

  const wrong = await authentication(wrongSecretOf(credential.client_id), terms, services)
  checkControl(await statusOf(wrong, terms, services))
}

/** A secret that nobody has: in place of a value that cannot be read, and as a control. */
export function wrongSecretOf(client_id: string): Credential {
  return { client_id, client_secret: randomBytes(24).toString('base64url') }
}

function checkControl(status: number): void {
  if (status === 401) return
  throw new RotationError('canary-blind', `Ory answers a wrong credential with ${status}, not 401`)
}

/** 401 for a wrong secret or signature, 400 where the client has no key of that name. */
async function statusOf(
  credentials: ClientAuthentication,
  { signal }: CanaryTerms,
  { ory }: Services,
): Promise<number> {
  const token = `lapse-canary-${randomBytes(24).toString('base64url')}`
  try {
    await ory.revokeOAuth2Token({ token, ...credentials }, { signal })
    return 200
  } catch (error) {
    if (error instanceof OryApiError && [400, 401].includes(error.status)) return error.status
    throw error
  }
}

async function authentication(
  credential: Credential,
  { authMethod, algorithm }: CanaryTerms,
  { clock, settings }: Services,
): Promise<ClientAuthentication> {
  if (credential.private_jwk !== undefined) {
    const terms = { algorithm, audience: settings.tokenEndpoint, now: clock.now() }
    return { client_assertion: await signAssertion(credential, terms) }
  }
  const { client_id, client_secret } = credential
  return authMethod === 'client_secret_post'
    ? { client_id, client_secret }
    : { basic: { client_id, client_secret } }
}

function wrongOf(right: ClientAuthentication): ClientAuthentication {
  const client_secret = randomBytes(24).toString('base64url')
  if (right.client_assertion !== undefined)
    return { client_assertion: forged(right.client_assertion) }
  if (right.basic !== undefined) return { basic: { ...right.basic, client_secret } }
  return { client_id: right.client_id, client_secret }
}
