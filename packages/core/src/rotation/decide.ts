import { RotationError } from '../errors.ts'
import {
  findClient,
  type OAuth2Client,
  type Ory,
  type TokenEndpointAuthMethod,
} from '../ory/index.ts'
import { isSameKey, publicJwk, signingAlgorithm } from './client-key.ts'
import type { Credential, KeyCredential } from './credential.ts'
import { hasRotateEndpoint } from './rotate-endpoint.ts'
import type { RotationRow, StrategyName } from './row.ts'
import type { RotationServices } from './services.ts'
import type { RotationEntry } from './settings.ts'

/** What follows from a client's registration. */
export type Decision = Pick<RotationRow, 'strategy' | 'authMethod' | 'algorithm' | 'kids'>

type At = { readonly services: RotationServices; readonly signal: AbortSignal | undefined }
type Call = { readonly ory: Ory; readonly signal: AbortSignal | undefined }

/** @throws RotationError (`client-missing`) where the client is gone */
export async function readClient(id: string, call: Call): Promise<OAuth2Client> {
  return requireClient(id, await findClient(id, call))
}

/** @throws RotationError (`client-missing`) where the client is gone */
export function requireClient(id: string, client: OAuth2Client | undefined): OAuth2Client {
  if (client !== undefined) return client
  throw new RotationError('client-missing', `Ory has no client ${id}`)
}

/**
 * Decides how a client gets its new credential, from the way it authenticates: lapse never changes
 * that way.
 * @throws RotationError with the reason where there is none
 */
export async function decide(
  client: OAuth2Client,
  credential: Credential,
  entry: RotationEntry,
  at: At,
): Promise<Decision> {
  const authMethod = authMethodOf(client)
  if (authMethod === 'private_key_jwt') {
    const { kid } = await registeredKey(client, credential)
    const algorithm = signingAlgorithm(client)
    return { strategy: 'key-pair', authMethod, algorithm, kids: [kid] }
  }
  if (credential.client_secret === undefined)
    throw new RotationError('secret-shape', `${authMethod} needs a secret with a client_secret`)

  return { strategy: await slotsOf(entry, at), authMethod, algorithm: '', kids: [] }
}

/**
 * Decides how a client gets a credential where the one at AWSCURRENT is of no use.
 * @throws RotationError with the reason where there is none; `new-key-unasked` for a client that
 * authenticates by a key, unless a new one is asked for
 */
export async function decideAnew(
  client: OAuth2Client,
  entry: RotationEntry,
  { newKey }: { readonly newKey?: boolean },
  at: At,
): Promise<Decision> {
  const authMethod = authMethodOf(client)
  if (authMethod !== 'private_key_jwt')
    return { strategy: await slotsOf(entry, at), authMethod, algorithm: '', kids: [] }

  refuseJwksUri(client)
  const algorithm = signingAlgorithm(client)
  if (newKey) return { strategy: 'key-pair', authMethod, algorithm, kids: [] }
  throw new RotationError(
    'new-key-unasked',
    'the client authenticates by a key, and gets a new one only with --new-key',
  )
}

/** How Ory has a client authenticate. */
export function registeredMethod({
  token_endpoint_auth_method,
}: OAuth2Client): TokenEndpointAuthMethod {
  return token_endpoint_auth_method ?? 'client_secret_basic'
}

type RotatedAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

/** @throws RotationError (`authentication-method`) where there is no credential to rotate */
function authMethodOf(client: OAuth2Client): RotatedAuthMethod {
  const authMethod = registeredMethod(client)
  if (authMethod === 'private_key_jwt') return authMethod
  if (authMethod === 'client_secret_basic' || authMethod === 'client_secret_post') return authMethod
  throw new RotationError(
    'authentication-method',
    `a client that authenticates by ${authMethod} has no credential to rotate`,
  )
}

function refuseJwksUri({ jwks_uri }: OAuth2Client): void {
  if (!jwks_uri) return
  const problem = 'the client keeps its keys at its jwks_uri, where lapse cannot put one'
  throw new RotationError('jwks-uri', problem)
}

/** Checks that the secret's key is the client's, and is found by its kid alone. */
async function registeredKey(
  client: OAuth2Client,
  credential: Credential,
): Promise<KeyCredential['private_jwk']> {
  refuseJwksUri(client)
  if (credential.private_jwk === undefined)
    throw new RotationError('secret-shape', 'private_key_jwt needs a secret with a private_jwk')

  const { private_jwk } = credential
  const [registered, ...others] =
    client.jwks?.keys?.filter(({ kid }) => kid === private_jwk.kid) ?? []
  if (registered !== undefined && others.length === 0) {
    if (await isSameKey(registered, publicJwk(private_jwk))) return private_jwk
  }
  throw new RotationError('key-unusable', "the secret's key is not the client's one of its kid")
}

async function slotsOf(
  { secretId, allowHardCut }: RotationEntry,
  { services, signal }: At,
): Promise<StrategyName> {
  if (await hasRotateEndpoint(services, signal)) return 'native'
  if (allowHardCut) return 'replace'

  throw new RotationError(
    'no-rotate-endpoint',
    `this Ory has no endpoint that rotates a secret, and the entry of ${secretId} does not say allowHardCut`,
  )
}
