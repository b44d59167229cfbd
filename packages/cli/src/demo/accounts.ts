import type { OryAccounts } from '@lapse/core/ory'
import type { Stage } from './stage.ts'

/** What a user has at Ory besides OAuth2, in numbers. */
export interface AccountCounts {
  /** At the identity provider. */
  readonly identitySessions: number
  /** Issued and imported ones that work. */
  readonly apiKeys: number
}

/** Gives a user a session at the identity provider and two API keys, one of them imported. */
export async function openAccount({ local }: Stage, subject: string): Promise<void> {
  await local.emulator?.seed({
    identities: [{ id: subject, sessions: 1 }],
    api_keys: [{ actor_id: subject }, { actor_id: subject, imported: true }],
  })
}

/** Asks Ory what the user has now. */
export async function countAccount(
  { accounts }: Pick<Stage, 'accounts'>,
  subject: string,
): Promise<AccountCounts> {
  const [identitySessions, ...apiKeys] = await Promise.all([
    sessionsOf(subject, accounts),
    working(accounts.adminListIssuedApiKeys({ actor_id: subject })),
    working(accounts.adminListImportedApiKeys({ actor_id: subject })),
  ])
  return { identitySessions, apiKeys: apiKeys.reduce((sum, count) => sum + count, 0) }
}

async function sessionsOf(id: string, accounts: OryAccounts): Promise<number> {
  return (await Array.fromAsync(accounts.listIdentitySessions({ id, active: true }))).length
}

/** Revoked keys stay listed. */
async function working(keys: AsyncIterable<{ readonly status?: string }>): Promise<number> {
  const listed = await Array.fromAsync(keys)
  return listed.filter(({ status }) => status === 'KEY_STATUS_ACTIVE').length
}
