import { operation, type Page, type Refusal, type UncheckedParameters } from '../operation.ts'
import type { ApiKey, ApiKeyStatus, RevokeApiKeyBody } from '../types/api-key.ts'

/** Whose API keys to list. */
export interface ListApiKeysParameters {
  /**
   * Who a key speaks for: the OAuth2 subject only where whoever issues keys made it so. One with a
   * quotation mark or a backslash cannot be asked for; Ory refuses one of more than 256 bytes.
   */
  readonly actor_id: string
  /** Only keys that stand so; all of them where it is left out. */
  readonly status?: Exclude<ApiKeyStatus, 'KEY_STATUS_UNSPECIFIED'>
  /** At most 1000; 50 where it is left out. */
  readonly page_size?: number
  readonly page_token?: string
}

const list = {
  method: 'GET',
  port: 'api-keys',
  filter: { actor_id: 'actor', status: 'constant' },
  query: { page_size: 'count', page_token: 'page-token' },
  required: ['actor_id'],
  success: [200],
  answer: 'page',
  exact: ['actor_id'],
  repeatable: true,
  bucket: 'unpublished',
} as const

/**
 * Lists the API keys that Ory issued for an actor; those that were revoked or have expired included,
 * unless a status is asked for.
 *
 * operationId `adminListIssuedApiKeys`; repeatable. Await it for the first page, iterate it for all.
 */
export const adminListIssuedApiKeys = operation<ListApiKeysParameters, Page<ApiKey>>({
  ...list,
  path: '/v2alpha1/admin/issuedApiKeys',
  items: 'issued_api_keys',
})

/**
 * Lists the API keys of an actor that were issued elsewhere and imported; otherwise as
 * `adminListIssuedApiKeys`.
 *
 * operationId `adminListImportedApiKeys`; repeatable. Await it for the first page, iterate it for all.
 */
export const adminListImportedApiKeys = operation<ListApiKeysParameters, Page<ApiKey>>({
  ...list,
  path: '/v2alpha1/admin/importedApiKeys',
  items: 'imported_api_keys',
})

/** Which API key to revoke, by its `key_id`, and why. */
export interface RevokeApiKeyParameters {
  readonly id: string
  readonly body: RevokeApiKeyBody
}

/** Ory refuses a revocation without a reason, and a description where the reason does not take one. */
const refuseUnclearReason = ({ body }: UncheckedParameters): Refusal | undefined => {
  const { reason, description } = body as Partial<Record<string, unknown>>
  if (typeof reason !== 'string' || reason === 'REVOCATION_REASON_UNSPECIFIED')
    return { parameter: 'body.reason', problem: 'must say why' }
  const takesDescription = reason === 'REVOCATION_REASON_PRIVILEGE_WITHDRAWN'

  return description === undefined || takesDescription
    ? undefined
    : { parameter: 'body.description', problem: 'is not taken with this reason' }
}

const revoke = {
  method: 'POST',
  port: 'api-keys',
  body: 'object',
  check: refuseUnclearReason,
  success: [204],
  answer: 'nothing',
  repeatable: true,
  bucket: 'unpublished',
  // A key that is revoked is a conflict.
  already: [404, 409],
} as const

/**
 * Revokes an API key that Ory issued, for good; it stays listed as revoked. Tokens derived from it are
 * checked offline and work until they expire.
 *
 * operationId `adminRevokeIssuedApiKey`; repeatable.
 */
export const adminRevokeIssuedApiKey = operation<RevokeApiKeyParameters, void>({
  ...revoke,
  path: '/v2alpha1/admin/issuedApiKeys/{id}:revoke',
})

/**
 * Revokes an API key that was imported; otherwise as `adminRevokeIssuedApiKey`.
 *
 * operationId `adminRevokeImportedApiKey`; repeatable.
 */
export const adminRevokeImportedApiKey = operation<RevokeApiKeyParameters, void>({
  ...revoke,
  path: '/v2alpha1/admin/importedApiKeys/{id}:revoke',
})
