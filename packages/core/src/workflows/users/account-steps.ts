import type { RevokeApiKeyBody } from '../../ory/index.ts'
import type { Step } from '../../run/index.ts'
import { type AccountsSeen, type ApiKeysSeen, isRead } from './accounts.ts'

type Count = 'identity_sessions' | 'issued_api_keys' | 'imported_api_keys'

const forWhoLeaves: RevokeApiKeyBody = { reason: 'REVOCATION_REASON_AFFILIATION_CHANGED' }

/** So long one call may take; what ends tokens waits for no more of it. */
const asideMs = 10_000

/**
 * Ends the user's sessions at the identity provider, where one that lives logs in again without a
 * word. Made also where none was seen, or nobody could look.
 */
export function identitySteps(
  id: string,
  { identity }: AccountsSeen,
): readonly Step<'identity_sessions'>[] {
  if (identity === undefined) return []
  return [
    {
      key: 'identity-sessions',
      call: { op: 'deleteIdentitySessions', params: { id } },
      by: 'id',
      ends: [
        {
          what: 'every session at the identity provider',
          evidence: { seenIn: 'identity_sessions' },
        },
      ],
      bestEffort: true,
      asideMs,
    },
  ]
}

/** Revokes every API key that was seen to work, each by its id. */
export function apiKeySteps({ apiKeys }: AccountsSeen): readonly Step<Count>[] {
  if (!isRead<ApiKeysSeen>(apiKeys)) return []
  return [
    {
      key: 'issued-api-keys',
      calls: apiKeys.issued.map((id) => ({
        op: 'adminRevokeIssuedApiKey',
        params: { id, body: forWhoLeaves },
      })),
      by: 'key_id',
      ends: [{ what: 'API keys that Ory issued', evidence: { seenIn: 'issued_api_keys' } }],
    },
    {
      key: 'imported-api-keys',
      calls: apiKeys.imported.map((id) => ({
        op: 'adminRevokeImportedApiKey',
        params: { id, body: forWhoLeaves },
      })),
      by: 'key_id',
      ends: [{ what: 'API keys that were imported', evidence: { seenIn: 'imported_api_keys' } }],
    },
  ]
}
