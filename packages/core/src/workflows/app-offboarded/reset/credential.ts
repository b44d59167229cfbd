import { randomBytes } from 'node:crypto'
import { OryApiError, RefusedError } from '../../../errors.ts'
import type { OAuth2Client, Ory } from '../../../ory/index.ts'
import type { SecretDescription, SecretVersions } from '../../../ports/index.ts'
import { membersOf } from '../../../run/index.ts'

/** How a client authenticates where it has a secret; `undefined` where it has none. */
export function secretMethodOf({
  token_endpoint_auth_method: method = 'client_secret_basic',
}: OAuth2Client): 'client_secret_basic' | 'client_secret_post' | undefined {
  return method === 'client_secret_basic' || method === 'client_secret_post' ? method : undefined
}

/** Whether AWSCURRENT of a secret holds a credential of this client, by which it could be replaced. */
export async function isSecretOf(
  clientId: string,
  { arn }: SecretDescription,
  secrets: SecretVersions,
): Promise<boolean> {
  const { client_id } = membersOf(await secrets.value(arn, { stage: 'AWSCURRENT' }))
  return client_id === clientId
}

/** Whom to ask, and until when. */
interface Asked {
  readonly ory: Ory
  readonly signal: AbortSignal | undefined
}

interface Tried {
  readonly client: OAuth2Client
  readonly client_secret: string
}

/**
 * Whether a secret authenticates a client, asked by revoking a token that never was (RFC 7009).
 * @throws RefusedError (`canary-blind`) where a wrong secret is accepted as well
 */
export async function authenticates(tried: Tried, asked: Asked): Promise<boolean> {
  if (!(await isAccepted(tried, asked))) return false
  const wrong = randomBytes(24).toString('base64url')
  if (await isAccepted({ ...tried, client_secret: wrong }, asked))
    throw new RefusedError('canary-blind')
  return true
}

async function isAccepted(
  { client, client_secret }: Tried,
  { ory, signal }: Asked,
): Promise<boolean> {
  const { client_id } = client
  const credentials = { client_id, client_secret }
  const token = `lapse-canary-${randomBytes(24).toString('base64url')}`
  try {
    await ory.revokeOAuth2Token(
      secretMethodOf(client) === 'client_secret_post'
        ? { token, ...credentials }
        : { token, basic: credentials },
      { signal },
    )
    return true
  } catch (error) {
    if (error instanceof OryApiError && error.status === 401) return false
    throw error
  }
}
