import { ConfigError } from '../errors.ts'
import { newClientSecret, type OryCall } from '../ory/index.ts'
import type { SecretVersions } from '../ports/index.ts'
import type { Call, CreateClientCall, KeptCredential, NewCredentialCall } from './step.ts'

/** Puts a secret that nobody has into a version; one that has a value keeps it. */
export async function putNewCredential(
  { secret_id, version_id, client_id }: NewCredentialCall['params'],
  secrets: SecretVersions,
): Promise<'acknowledged' | 'already'> {
  if ((await secrets.value(secret_id, { versionId: version_id })) !== undefined) return 'already'
  const value = JSON.stringify({ client_id, client_secret: newClientSecret() })
  await secrets.put(secret_id, version_id, value, 'AWSPENDING')
  return 'acknowledged'
}

/** Whether a call creates a client by its id, rather than one that Ory finds an id for. */
export function isCreation(call: Call): call is CreateClientCall {
  return call.op === 'createOAuth2Client' && call.params.body.client_id !== undefined
}

/** The call with the secret that the client is to have, which is read only now. */
export async function withSecret(
  { op, params: { body }, credential }: CreateClientCall,
  secrets: SecretVersions,
): Promise<OryCall> {
  if (credential === undefined) return { op, params: { body } }
  const client_secret = await secretIn(credential, body.client_id, secrets)
  return { op, params: { body: { ...body, client_secret } } }
}

/**
 * The secret that a client was given, in a version that was made for it.
 * @throws ConfigError where the version holds none of this client
 */
export async function secretIn(
  { arn, versionId }: KeptCredential,
  clientId: string,
  secrets: Pick<SecretVersions, 'value'>,
): Promise<string> {
  const { client_id, client_secret } = membersOf(await secrets.value(arn, { versionId }))
  if (client_id === clientId && typeof client_secret === 'string') return client_secret
  throw new ConfigError(`the version of ${arn} that was made for its client holds no secret of it`)
}

/** The members of a secret's value; none where it is not a JSON object. */
export function membersOf(value: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(value ?? '')
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  } catch {
    return {}
  }
}
