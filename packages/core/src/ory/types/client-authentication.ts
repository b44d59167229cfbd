/**
 * How an OAuth 2.0 client authenticates at a public endpoint, exactly one way a call:
 *
 * - `{ basic: { client_id, client_secret } }` — `client_secret_basic`: the Authorization header,
 *   both parts form-urlencoded before base64, as RFC 6749 section 2.3.1 asks;
 * - `{ client_id, client_secret }` — `client_secret_post`: in the form;
 * - `{ client_assertion }` — `private_key_jwt`: a signed JWT, RFC 7523; `client_assertion_type` is filled in;
 * - `{ client_id }` — `none`: a public client.
 *
 * It is never Ory's API key: that one is for the admin side alone.
 */
export type ClientAuthentication =
  | ClientSecretBasic
  | ClientSecretPost
  | PrivateKeyJwt
  | PublicClient

/** The id and secret of an OAuth 2.0 client. */
export interface ClientCredentials {
  readonly client_id: string
  readonly client_secret: string
}

/** `client_secret_basic`. */
export interface ClientSecretBasic {
  readonly basic: ClientCredentials
  readonly client_id?: never
  readonly client_secret?: never
  readonly client_assertion?: never
  readonly client_assertion_type?: never
}

/** `client_secret_post`. */
export interface ClientSecretPost extends ClientCredentials {
  readonly basic?: never
  readonly client_assertion?: never
  readonly client_assertion_type?: never
}

/** `private_key_jwt`: an assertion is good for one request. */
export interface PrivateKeyJwt {
  readonly client_assertion: string
  readonly client_assertion_type?: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  readonly client_id?: string
  readonly client_secret?: never
  readonly basic?: never
}

/** `none`. */
export interface PublicClient {
  readonly client_id: string
  readonly client_secret?: never
  readonly client_assertion?: never
  readonly client_assertion_type?: never
  readonly basic?: never
}

/** No client authentication at all; only the jwt-bearer grant may be configured to need none. */
export interface NoClientAuthentication {
  readonly client_id?: never
  readonly client_secret?: never
  readonly client_assertion?: never
  readonly client_assertion_type?: never
  readonly basic?: never
}
