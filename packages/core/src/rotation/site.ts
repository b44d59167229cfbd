import { RotationError } from '../errors.ts'
import { withClientLease } from '../leases/index.ts'
import { findClient, type OAuth2Client } from '../ory/index.ts'
import type { SecretDescription, Stage } from '../ports/index.ts'
import { type Protection, protectionOf, type Touched } from '../protection/index.ts'
import { type CanaryTerms, wrongSecretOf } from './canary.ts'
import { type Credential, parseCredential } from './credential.ts'
import { absenceText, findSecret } from './find-secret.ts'
import { guardedServices } from './guarded.ts'
import { isEnded, type OpenRow, openRow } from './row.ts'
import type { Allowance, RotationServices } from './services.ts'
import { entryOf, type RotationEntry } from './settings.ts'

/** A version of a secret that has a value. */
export interface Held {
  readonly versionId: string
  readonly credential: Credential
}

/** A secret and everything around it, read while nobody else may write to its client. */
export interface Site {
  readonly services: RotationServices
  readonly signal: AbortSignal | undefined
  readonly secret: SecretDescription
  readonly entry: RotationEntry
  /** The version that has AWSCURRENT. */
  readonly current: Held
  /**
   * The client as Ory shows it, read once; `undefined` where Ory has none. Nothing is written before.
   * @throws RotationError where it is protected, or its owner is
   */
  readonly client: () => Promise<OAuth2Client | undefined>
  /** The latest rotation; `undefined` where there never was one. */
  readonly row: OpenRow | undefined
}

/** A site with a rotation to work on. */
export interface RotationSite extends Site {
  readonly row: OpenRow
}

/**
 * Works on a secret under the lease of its client. What is handed over was read under that lease.
 *
 * @throws RotationError where the secret is missing, not configured or of another shape, or its
 * client or that client's owner is protected; LeaseHeldError while somebody else works on the
 * client; OryMismatchError where Ory shows another one
 */
export function withSite<T>(
  secretId: string,
  allowance: Allowance,
  services: RotationServices,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  return withLease(readSecret, secretId, allowance, services, work)
}

/**
 * The same for a secret whose value at AWSCURRENT may be unreadable: a secret that nobody has then
 * stands in for it, and the client is the one that the secret is known to belong to.
 */
export function withBrokenSite<T>(
  secretId: string,
  allowance: Allowance,
  services: RotationServices,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  return withLease(readBroken, secretId, allowance, services, work)
}

/** A site to look at only: without the lease, so that nobody who works on its client is held up. */
export function lookAt(
  secretId: string,
  services: RotationServices,
  signal?: AbortSignal,
): Promise<Site> {
  return open(readSecret, secretId, services, signal)
}

/** The same where the value at AWSCURRENT may be unreadable. */
export function lookAtBroken(
  secretId: string,
  services: RotationServices,
  signal?: AbortSignal,
): Promise<Site> {
  return open(readBroken, secretId, services, signal)
}

type Read = (secretId: string, services: RotationServices) => ReturnType<typeof readSecret>

async function withLease<T>(
  read: Read,
  secretId: string,
  allowance: Allowance,
  services: RotationServices,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const { leases, clock, settings } = services
  const found = await read(secretId, services)
  const { client_id } = found.current.credential
  refuseProtected({ clientIds: [client_id] }, client_id, settings)

  const lease = { ledger: leases, clock }
  return withClientLease(client_id, lease, allowance.deadline, async () => {
    const site = await open(read, found.secret.arn, services, allowance.signal)
    if (site.current.credential.client_id !== client_id) throw namesAnother()
    return work(site)
  })
}

async function open(
  read: Read,
  secretId: string,
  services: RotationServices,
  signal: AbortSignal | undefined,
): Promise<Site> {
  const site = await read(secretId, services)
  const { client_id } = site.current.credential
  refuseProtected({ clientIds: [client_id] }, client_id, services.settings)
  const row = await openRow(services.ledger, site.secret.arn)
  if (row !== undefined && !isEnded(row.row) && row.row.clientId !== client_id) throw namesAnother()
  const client = guardedClient(client_id, services, signal)
  return { ...site, client, row, services: guardedServices(services, client), signal }
}

/** The lease is one client's: a value that names another one meanwhile is nothing to work on. */
function namesAnother(): RotationError {
  return new RotationError(
    'secret-of-another-client',
    'AWSCURRENT names another client than before',
  )
}

/** Reads a client, once, and judges what Ory answers. */
function guardedClient(
  id: string,
  { ory, settings }: RotationServices,
  signal: AbortSignal | undefined,
): Site['client'] {
  const read = async () => {
    const client = await findClient(id, { ory, signal })
    refuseProtected({ clientIds: [client?.client_id], owners: [client?.owner] }, id, settings)
    return client
  }
  const state: { read?: ReturnType<typeof read> } = {}
  return () => {
    state.read ??= read()
    return state.read
  }
}

/** @throws RotationError where a client, or its owner, is protected; nothing has been touched then */
function refuseProtected(touched: Touched, clientId: string, protection: Protection): void {
  const reason = protectionOf(touched, protection)
  if (reason === undefined) return
  if (reason === 'protected-owner')
    throw new RotationError('owner-protected', `the owner of the client ${clientId} is protected`)
  throw new RotationError('client-protected', `the client ${clientId} is protected`)
}

async function readSecret(secretId: string, services: RotationServices) {
  const { secret, entry } = await findConfigured(secretId, services)
  const current = await heldAt('AWSCURRENT', secret, services)
  if (current === undefined)
    throw new RotationError('version-without-value', `${secret.name} has no value at AWSCURRENT`)
  checkTag(secret, current.credential)
  return { secret, entry, current }
}

async function readBroken(secretId: string, services: RotationServices) {
  try {
    return await readSecret(secretId, services)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    const { secret, entry } = await findConfigured(secretId, services)
    const versionId = versionAt('AWSCURRENT', secret)
    const clientId = await knownClientOf(secret, services)
    if (versionId === undefined || clientId === undefined) throw error
    return { secret, entry, current: { versionId, credential: wrongSecretOf(clientId) } }
  }
}

/** Whose a secret is, where its value does not say: by its tag, its last rotation, AWSPREVIOUS. */
async function knownClientOf(
  secret: SecretDescription,
  services: RotationServices,
): Promise<string | undefined> {
  const known = secret.tags[clientTag] ?? (await openRow(services.ledger, secret.arn))?.row.clientId
  if (known !== undefined) return known
  const versionId = versionAt('AWSPREVIOUS', secret)
  return versionId && (await readableCredentialOf(versionId, secret, services))?.client_id
}

async function findConfigured(secretId: string, services: RotationServices) {
  const secret = await describeSecret(secretId, services)
  const entry = entryOf(services.settings, secret)
  if (entry !== undefined) return { secret, entry }
  throw new RotationError('secret-not-configured', `${secret.name} is not configured for rotation`)
}

function checkTag({ tags }: SecretDescription, { client_id }: Credential): void {
  const tagged = tags[clientTag]
  if (tagged !== undefined && tagged !== client_id)
    throw new RotationError('secret-of-another-client', `the tag ${clientTag} names another client`)
}

/** The tag that says whose a secret is. */
const clientTag = 'lapse:client_id'

/** @throws RotationError (`secret-missing`), also where the secret waits for its deletion */
export async function describeSecret(
  secretId: string,
  services: Pick<RotationServices, 'secrets'>,
): Promise<SecretDescription> {
  const found = await findSecret(secretId, services)
  if (found.absence === undefined) return found.secret
  throw new RotationError('secret-missing', absenceText(secretId, found.absence))
}

/** The version that has a stage. */
export function versionAt(stage: Stage, { versions }: SecretDescription): string | undefined {
  return Object.keys(versions).find((versionId) => versions[versionId]?.includes(stage))
}

/** The credential at a stage; `undefined` where there is none, or none yet. */
export async function heldAt(
  stage: Stage,
  secret: SecretDescription,
  services: Pick<RotationServices, 'secrets'>,
): Promise<Held | undefined> {
  const versionId = versionAt(stage, secret)
  const credential = versionId && (await credentialOf(versionId, secret, services))
  return versionId && credential ? { versionId, credential } : undefined
}

/** The credential of a version; `undefined` where there is none, or none yet. */
export async function credentialOf(
  versionId: string,
  { arn }: SecretDescription,
  { secrets }: Pick<RotationServices, 'secrets'>,
): Promise<Credential | undefined> {
  const value = await secrets.value(arn, { versionId })
  return value === undefined ? undefined : parseCredential(value)
}

/** How a credential of this rotation is tried. */
export function canaryTerms({ row: { row }, signal }: RotationSite): CanaryTerms {
  return { authMethod: row.authMethod, algorithm: row.algorithm, signal }
}

/** The same; `undefined` as well where the value is none of a credential. */
export async function readableCredentialOf(
  versionId: string,
  secret: SecretDescription,
  services: Pick<RotationServices, 'secrets'>,
): Promise<Credential | undefined> {
  try {
    return await credentialOf(versionId, secret, services)
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}

/** Whether a value was there, or should have been, and nobody can authenticate with it. */
export function isUnreadable(error: unknown): boolean {
  if (!(error instanceof RotationError)) return false
  return error.reason === 'secret-shape' || error.reason === 'version-without-value'
}
