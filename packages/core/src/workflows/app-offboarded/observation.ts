import { inLanes } from '../../concurrency.ts'
import { ConfigError, RefusedError } from '../../errors.ts'
import type { AppOffboarded } from '../../events/index.ts'
import { type IssuerTrust, issuerTrusts } from '../../issuers/index.ts'
import { findClient, type OAuth2Client } from '../../ory/index.ts'
import type { SecretDescription } from '../../ports/index.ts'
import type { Reading } from '../../run/index.ts'
import type { OffboardingServices } from './services.ts'
import type { OffboardingSettings } from './settings.ts'

/** What is looked at first: the client alone. */
export interface SeenClient {
  /** `undefined` where Ory has no such client. */
  readonly client: OAuth2Client | undefined
}

/** What goes besides a client. */
export interface OtherParts {
  readonly issuers: readonly IssuerTrust[]
  /** Those of the named secrets that exist and do not wait for their deletion yet. */
  readonly secrets: readonly SecretDescription[]
  /** What was thrown for those that could not be read: everything else is done before it stops. */
  readonly unread: readonly unknown[]
}

/** What can be seen of an app: its client, the trusted issuers and the secrets named with it. */
export interface AppParts extends SeenClient, OtherParts {}

/** What an event names besides clients. */
type Naming = Pick<AppOffboarded, 'issuers' | 'secretIds' | 'time'>

type OwnSecrets = Pick<OffboardingSettings, 'ownSecretIds'>

const secretsAtATime = 5

export async function observeClient(
  { clientId }: AppOffboarded,
  reading: Reading<OffboardingServices>,
): Promise<SeenClient> {
  return { client: await findClient(clientId, reading) }
}

/** Reads the client, every grant of the issuers named, and every secret named. */
export async function observeApp(
  event: AppOffboarded,
  reading: Reading<OffboardingServices>,
  settings: OwnSecrets,
): Promise<AppParts> {
  const { client } = await observeClient(event, reading)
  return { client, ...(await observeParts(event, reading, settings)) }
}

/** Reads every grant of the issuers named, and every secret named. */
export async function observeParts(
  { issuers, secretIds, time }: Naming,
  reading: Reading<OffboardingServices>,
  settings: OwnSecrets,
): Promise<OtherParts> {
  return {
    issuers: await issuerTrusts(issuers, time, reading),
    ...(await readSecrets(secretIds, reading, settings)),
  }
}

/**
 * What AWS hides from us was not the event's to name, and that is not a mistake of the deployment:
 * unless the secret is one that the deployment may delete.
 */
function judged(secretId: string, error: unknown, { ownSecretIds = [] }: OwnSecrets): unknown {
  const isHidden = error instanceof ConfigError && error.denied
  if (!isHidden || ownSecretIds.includes(nameOf(secretId))) return error
  return new RefusedError('secret-not-visible')
}

/** The name in an ARN, to which Secrets Manager adds a hyphen and six characters. */
function nameOf(secretId: string): string {
  const [, name] = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)$/.exec(secretId) ?? []
  return name?.replace(/-[A-Za-z0-9]{6}$/, '') ?? secretId
}

async function readSecrets(
  secretIds: readonly string[],
  { secrets }: Reading,
  settings: OwnSecrets,
): Promise<Pick<OtherParts, 'secrets' | 'unread'>> {
  const described = new Map<string, SecretDescription>()
  const unread: unknown[] = []
  await inLanes(secretsAtATime, [...new Set(secretIds)], async (secretId) => {
    try {
      const secret = await secrets?.describe(secretId)
      if (secret !== undefined && secret.deletedAt === undefined) described.set(secretId, secret)
    } catch (error) {
      unread.push(judged(secretId, error, settings))
    }
  })
  const inOrder = secretIds.flatMap((secretId) => described.get(secretId) ?? [])
  // A secret may be named by its name and by its ARN.
  return { secrets: [...new Map(inOrder.map((secret) => [secret.arn, secret])).values()], unread }
}
