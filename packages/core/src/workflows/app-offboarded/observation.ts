import { randomUUID } from 'node:crypto'
import { inLanes } from '../../concurrency.ts'
import { ConfigError, RefusedError } from '../../errors.ts'
import type { AppOffboarded } from '../../events/index.ts'
import { type IssuerTrust, issuerTrusts } from '../../issuers/index.ts'
import { findClient, type OAuth2Client } from '../../ory/index.ts'
import type { SecretDescription } from '../../ports/index.ts'
import type { KeptCredential, Reading } from '../../run/index.ts'
import { isNewerThanEvent } from './newer-client.ts'
import { isSecretOf, secretMethodOf } from './reset/credential.ts'
import { isRegisteredAlike } from './reset/registration.ts'
import { isClosedBy, isOpen, isResetFor, type ResetRow, readReset } from './reset/row.ts'
import { ownSecrets as ownSecretsOf } from './secret-tag.ts'
import type { OffboardingServices } from './services.ts'
import type { OffboardingSettings } from './settings.ts'

/** What is looked at first: the client alone. */
export interface SeenClient {
  /** `undefined` where Ory has no such client. */
  readonly client: OAuth2Client | undefined
  /** The latest reset of the client; absent where it never had one, or no ledger was asked. */
  readonly reset?: ResetRow
  /** Of a reset: the client's secrets that were found; absent where nobody could look. */
  readonly ownSecrets?: readonly OwnSecret[]
  /** Of a reset: where the new secret is kept, or will be. */
  readonly credential?: KeptCredential
}

/** A secret that says of itself that it is the client's, and whether its value says so too. */
export interface OwnSecret {
  readonly arn: string
  readonly isItsValue: boolean
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

/** Reads the client and its latest reset; where it is to be reset, the secret it authenticates by too. */
export async function observeClient(
  event: AppOffboarded,
  reading: Reading<OffboardingServices>,
  settings: OwnSecrets,
): Promise<SeenClient> {
  const client = await findClient(event.clientId, reading)
  const stored = reading.services && (await readReset(event.clientId, reading.services.resets))
  const reset = isPassed(stored?.row, event, client) ? undefined : stored?.row
  const seen = { client, ...(reset && { reset }) }
  if (event.mode !== 'reset' || isClosedBy(reset, event)) return seen
  if (isOpen(reset)) return { ...seen, ...withKept(reset.credential) }
  if (client === undefined || secretMethodOf(client) === undefined) return seen
  return { ...seen, ...(await findOwnSecrets(event, reading, settings)) }
}

/**
 * Whether another reset is asked for of a client that is not the one that was captured: it is taken
 * as it is by now. So is the same one where it was made again before the event's time, as it may have
 * been granted something since.
 */
function isPassed(
  reset: ResetRow | undefined,
  asked: AppOffboarded,
  client: OAuth2Client | undefined,
): boolean {
  if (asked.mode !== 'reset' || client === undefined || !isOpen(reset)) return false
  if (isResetFor(reset, asked) || reset.goneAt === undefined) return false
  return !isRegisteredAlike(client, reset.client) || !isNewerThanEvent(client, asked)
}

function withKept(credential: KeptCredential | undefined): Pick<SeenClient, 'credential'> {
  return credential === undefined ? {} : { credential }
}

/** Those that the event names, or else those of this deployment that are the client's. */
async function findOwnSecrets(
  event: AppOffboarded,
  reading: Reading<OffboardingServices>,
  settings: OwnSecrets,
): Promise<Pick<SeenClient, 'ownSecrets' | 'credential'>> {
  if (reading.secrets === undefined) return {}
  const named = event.secretIds.length > 0 ? event.secretIds : (settings.ownSecretIds ?? [])
  const { secrets, unread } = await readSecrets(named, reading, settings)
  const own = ownSecretsOf(event, secrets)
  if (own.length === 0 && unread.length > 0) throw unread[0]
  const ownSecrets: OwnSecret[] = []
  for (const secret of own)
    ownSecrets.push({
      arn: secret.arn,
      isItsValue: await isSecretOf(event.clientId, secret, reading.secrets),
    })
  const [first] = ownSecrets
  return { ownSecrets, ...(first && { credential: { arn: first.arn, versionId: randomUUID() } }) }
}

/** Reads the client, every grant of the issuers named, and every secret named. */
export async function observeApp(
  event: AppOffboarded,
  reading: Reading<OffboardingServices>,
  settings: OwnSecrets,
): Promise<AppParts> {
  const { mode, clientId } = event
  // A deletion has ended every reset by now.
  const seen =
    mode === 'delete'
      ? { client: await findClient(clientId, reading) }
      : await observeClient(event, reading, settings)
  if (mode === 'reset') return { ...seen, issuers: [], secrets: [], unread: [] }
  return { ...seen, ...(await observeParts(event, reading, settings)) }
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
