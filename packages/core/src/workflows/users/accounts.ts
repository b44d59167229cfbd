import { OryApiError } from '../../errors.ts'
import type { ApiKey, IdentitySession, List, OryAccounts } from '../../ory/index.ts'
import type { Counts, Reading } from '../../run/index.ts'

/** What could not be read, and why. */
export interface Unread {
  readonly unread: unknown
}

/** A user at the identity provider, whose identity has the subject for its id. */
export interface IdentitySeen {
  /** Whether there is such an identity. */
  readonly isKnown: boolean
  readonly sessions: number
}

/** The ids of API keys that work, by where they come from. */
export interface ApiKeysSeen {
  readonly issued: readonly string[]
  readonly imported: readonly string[]
}

/** What a user has at Ory besides OAuth2. What was not to be looked at is absent. */
export interface AccountsSeen {
  readonly identity?: IdentitySeen | Unread
  readonly apiKeys?: ApiKeysSeen | Unread
}

/** Which of it is looked at, and ends. */
export interface AccountScope {
  readonly identitySessions: boolean
  readonly apiKeys: boolean
}

/** So long one look may take: tokens do not wait for it. */
const patienceMs = 10_000

/** Reads what is in scope. Never rejects: what could not be read is told as such. */
export async function lookAtAccounts(
  subject: string,
  { accounts, signal }: Reading,
  scope: AccountScope,
): Promise<AccountsSeen> {
  if (accounts === undefined) return {}
  const options = { timeoutMs: patienceMs, ...(signal && { signal }) }
  const [identity, apiKeys] = await Promise.all([
    scope.identitySessions ? orUnread(readIdentity(subject, accounts, options)) : undefined,
    scope.apiKeys ? orUnread(readApiKeys(subject, accounts, options)) : undefined,
  ])
  return { ...(identity && { identity }), ...(apiKeys && { apiKeys }) }
}

export function isRead<Seen extends object>(seen: Seen | Unread | undefined): seen is Seen {
  return seen !== undefined && !isUnread(seen)
}

export function isUnread(seen: object | undefined): seen is Unread {
  return seen !== undefined && 'unread' in seen
}

/** What was read, in numbers. */
export function countAccounts({ identity, apiKeys }: AccountsSeen): Counts {
  return {
    ...(isRead(identity) && {
      identities: identity.isKnown ? 1 : 0,
      identity_sessions: identity.sessions,
    }),
    ...(isRead(apiKeys) && {
      issued_api_keys: apiKeys.issued.length,
      imported_api_keys: apiKeys.imported.length,
    }),
  }
}

type Options = Parameters<OryAccounts['getIdentity']>[1]

function orUnread<Seen>(reading: Promise<Seen>): Promise<Seen | Unread> {
  return reading.catch((unread: unknown) => ({ unread }))
}

async function readIdentity(
  id: string,
  accounts: OryAccounts,
  options: Options,
): Promise<IdentitySeen> {
  const listed = accounts.listIdentitySessions({ id, active: true, page_size: 500 }, options)
  const sessions = await unlessMissing(counted(listed), 0)
  if (sessions > 0) return { isKnown: true, sessions }
  // Whether there are no sessions, or no such identity, is not told apart by their list.
  const found = await unlessMissing(accounts.getIdentity({ id }, options), undefined)
  return { isKnown: found !== undefined, sessions }
}

/** Of several pages Kratos gives the first twice, and the last never: it says itself how many there are. */
async function counted(list: List<IdentitySession>): Promise<number> {
  const { total } = await list
  return total ?? new Set(await Array.fromAsync(list, ({ id }) => id)).size
}

async function unlessMissing<Found, Otherwise>(
  reading: Promise<Found>,
  otherwise: Otherwise,
): Promise<Found | Otherwise> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof OryApiError && error.rowMissing) return otherwise
    throw error
  }
}

async function readApiKeys(
  actor: string,
  accounts: OryAccounts,
  options: Options,
): Promise<ApiKeysSeen> {
  const asked = { actor_id: actor, page_size: 1000 }
  const [issued, imported] = await Promise.all([
    workingKeys(accounts.adminListIssuedApiKeys(asked, options)),
    workingKeys(accounts.adminListImportedApiKeys(asked, options)),
  ])
  return { issued, imported }
}

/** Revoked keys stay listed. What has no status works, as far as anybody can tell. */
async function workingKeys(list: List<ApiKey>): Promise<readonly string[]> {
  const keys = await Array.fromAsync(list)
  return keys.filter(({ status }) => !isOver(status)).map(({ key_id }) => key_id)
}

function isOver(status: ApiKey['status']): boolean {
  return status === 'KEY_STATUS_REVOKED' || status === 'KEY_STATUS_EXPIRED'
}
