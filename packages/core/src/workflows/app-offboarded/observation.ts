import { OryApiError } from '../../errors.ts'
import type { AppOffboarded } from '../../events/index.ts'
import type { OAuth2Client, TrustedOAuth2JwtGrantIssuer } from '../../ory/index.ts'
import type { SecretDescription } from '../../ports/index.ts'
import type { Reading } from '../../run/index.ts'

/** What can be seen of an app: its client, the trusted issuers and the secrets named with it. */
export interface AppParts {
  /** `undefined` where Ory has no such client. */
  readonly client: OAuth2Client | undefined
  readonly issuers: readonly TrustedOAuth2JwtGrantIssuer[]
  /** Those of the named secrets that exist and do not wait for their deletion yet. */
  readonly secrets: readonly SecretDescription[]
}

/** Reads the client, every grant of the issuers named, and every secret named. */
export async function observeApp(event: AppOffboarded, reading: Reading): Promise<AppParts> {
  return {
    client: await readClient(event.clientId, reading),
    issuers: await readIssuers(event.issuers, reading),
    secrets: await readSecrets(event.secretIds, reading),
  }
}

async function readClient(id: string, { ory, signal }: Reading): Promise<OAuth2Client | undefined> {
  try {
    return await ory.getOAuth2Client({ id }, { signal })
  } catch (error) {
    if (error instanceof OryApiError && error.rowMissing) return undefined
    throw error
  }
}

async function readIssuers(
  issuers: readonly string[],
  { ory, signal }: Reading,
): Promise<readonly TrustedOAuth2JwtGrantIssuer[]> {
  const found: TrustedOAuth2JwtGrantIssuer[] = []
  for (const issuer of new Set(issuers)) {
    const grants = ory.listTrustedOAuth2JwtGrantIssuers({ issuer, page_size: 500 }, { signal })
    // The filter is Ory's; that it did filter is ours to see before anything is deleted.
    for await (const grant of grants) if (grant.issuer === issuer) found.push(grant)
  }
  return found
}

async function readSecrets(
  secretIds: readonly string[],
  { secrets }: Reading,
): Promise<readonly SecretDescription[]> {
  const found: SecretDescription[] = []
  for (const secretId of new Set(secretIds)) {
    const secret = await secrets?.describe(secretId)
    if (secret !== undefined && secret.deletedAt === undefined) found.push(secret)
  }
  return found
}
