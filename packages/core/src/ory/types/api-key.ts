/** How an API key stands. What is unspecified works; the server never says it, nor takes it for a filter. */
export type ApiKeyStatus =
  | 'KEY_STATUS_UNSPECIFIED'
  | 'KEY_STATUS_ACTIVE'
  | 'KEY_STATUS_REVOKED'
  | 'KEY_STATUS_EXPIRED'

/** An API key as it is listed: never the key itself. */
export interface ApiKey {
  readonly key_id: string
  readonly actor_id?: string
  readonly status?: ApiKeyStatus
  readonly scopes?: readonly string[]
  /** RFC 3339, by the server's clock; of an imported key when it was imported. */
  readonly create_time?: string
  /** RFC 3339. */
  readonly expire_time?: string
  /** RFC 3339. */
  readonly last_used_time?: string
  readonly [member: string]: unknown
}

/** Why an API key is revoked. */
export interface RevokeApiKeyBody {
  readonly reason:
    | 'REVOCATION_REASON_KEY_COMPROMISE'
    | 'REVOCATION_REASON_AFFILIATION_CHANGED'
    | 'REVOCATION_REASON_SUPERSEDED'
    | 'REVOCATION_REASON_PRIVILEGE_WITHDRAWN'
  /** Only where a privilege is withdrawn. */
  readonly description?: string
}
