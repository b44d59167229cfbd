import type { List } from './list.ts'
import type { Page, ParametersIn, ResultIn } from './operation.ts'
import type { operations } from './operations/index.ts'
import type { CallOptions } from './options.ts'

/** The name of every operation, as Ory's specification has it. */
export type OperationId = keyof typeof operations

/** The wire-named parameters of an operation. */
export type ParametersOf<Id extends OperationId> = ParametersIn<(typeof operations)[Id]>

/** What an operation answers with; of a list, one page. */
export type ResultOf<Id extends OperationId> = ResultIn<(typeof operations)[Id]>

/** A call still to be made, as data: an operation and its parameters. */
export type OryCall = {
  readonly [Id in OperationId]: { readonly op: Id; readonly params: ParametersOf<Id> }
}[OperationId]

type Returned<Result> = Result extends Page<infer Item> ? List<Item> : Promise<Result>

/** The method of an operation; its parameters may be left out where none is required. */
export type MethodOf<Op> =
  Record<never, never> extends ParametersIn<Op>
    ? (parameters?: ParametersIn<Op>, options?: CallOptions) => Returned<ResultIn<Op>>
    : (parameters: ParametersIn<Op>, options?: CallOptions) => Returned<ResultIn<Op>>

/** The method of one of the operations by its name. */
export type Method<Id extends OperationId> = MethodOf<(typeof operations)[Id]>

/**
 * Ory's OAuth2 API: one method for each operation, named by its operationId. The whole contract of
 * each, its traps included, stands at the operation of that name.
 *
 * Every method rejects with a `LapseError` of `@lapse/core/errors`: `OryArgumentError` before any
 * request, `OryApiError`, `OryConfigurationError`, `OryTransportError`, `OryAbortedError`,
 * `OryResponseError`, `OryMismatchError`, or `ConfigError` for a public operation without a `publicUrl`.
 */
export interface Ory extends AsyncDisposable {
  /** Lists clients, exactly filtered; await it for a page, iterate it for all. */
  readonly listOAuth2Clients: Method<'listOAuth2Clients'>
  /** Creates a client; not repeatable. Bring an id and a secret of your own. */
  readonly createOAuth2Client: Method<'createOAuth2Client'>
  /** Reads a client, without its secret. */
  readonly getOAuth2Client: Method<'getOAuth2Client'>
  /** Replaces a client: what the body leaves out is reset, but for the secret. */
  readonly setOAuth2Client: Method<'setOAuth2Client'>
  /** Changes parts of a client by JSON Patch, never its id; repeatable where it only sets members. */
  readonly patchOAuth2Client: Method<'patchOAuth2Client'>
  /** Deletes a client, its consents and its tokens; a second time is a row-level 404. */
  readonly deleteOAuth2Client: Method<'deleteOAuth2Client'>
  /** Replaces all lifespans of a client: what is left out becomes the default. */
  readonly setOAuth2ClientLifespans: Method<'setOAuth2ClientLifespans'>
  /** Reads a login request, or where to send the browser if it was used (410). */
  readonly getOAuth2LoginRequest: Method<'getOAuth2LoginRequest'>
  /** Says who logged in; nothing exists until the browser brings the verifier back. */
  readonly acceptOAuth2LoginRequest: Method<'acceptOAuth2LoginRequest'>
  /** Refuses a login. */
  readonly rejectOAuth2LoginRequest: Method<'rejectOAuth2LoginRequest'>
  /** Reads a consent request, or where to send the browser if it was used (410). */
  readonly getOAuth2ConsentRequest: Method<'getOAuth2ConsentRequest'>
  /** Grants a consent request; nothing exists until the browser brings the verifier back. */
  readonly acceptOAuth2ConsentRequest: Method<'acceptOAuth2ConsentRequest'>
  /** Refuses a consent. */
  readonly rejectOAuth2ConsentRequest: Method<'rejectOAuth2ConsentRequest'>
  /** Reads a logout request, or where to send the browser if it was completed (410). */
  readonly getOAuth2LogoutRequest: Method<'getOAuth2LogoutRequest'>
  /** Accepts a logout; no token is revoked by it. */
  readonly acceptOAuth2LogoutRequest: Method<'acceptOAuth2LogoutRequest'>
  /** Refuses a logout. */
  readonly rejectOAuth2LogoutRequest: Method<'rejectOAuth2LogoutRequest'>
  /** Lists a subject's consent sessions, and fewer than there are; await it for a page, iterate it for all. */
  readonly listOAuth2ConsentSessions: Method<'listOAuth2ConsentSessions'>
  /** Revokes consent sessions and the tokens issued on them: all of a subject, those at one client, or one. */
  readonly revokeOAuth2ConsentSessions: Method<'revokeOAuth2ConsentSessions'>
  /** Revokes login sessions, and no token: one by `sid` with back-channel logout, or all of a subject. */
  readonly revokeOAuth2LoginSessions: Method<'revokeOAuth2LoginSessions'>
  /** Says whether a token is active; an unknown one is not an error. */
  readonly introspectOAuth2Token: Method<'introspectOAuth2Token'>
  /** Deletes the access tokens of a client; refresh tokens survive. */
  readonly deleteOAuth2Token: Method<'deleteOAuth2Token'>
  /** Lists trusted issuers, expired ones included; await it for a page, iterate it for all. */
  readonly listTrustedOAuth2JwtGrantIssuers: Method<'listTrustedOAuth2JwtGrantIssuers'>
  /** Trusts an issuer's key, under a `kid` that is new; not repeatable. */
  readonly trustOAuth2JwtGrantIssuer: Method<'trustOAuth2JwtGrantIssuer'>
  /** Reads a trusted issuer. */
  readonly getTrustedOAuth2JwtGrantIssuer: Method<'getTrustedOAuth2JwtGrantIssuer'>
  /** Stops trusting a key, in every grant of its issuer and `kid`; a second time is a row-level 404. */
  readonly deleteTrustedOAuth2JwtGrantIssuer: Method<'deleteTrustedOAuth2JwtGrantIssuer'>
  /** Begins or continues an authorization; the redirect is returned, not followed. Public, not repeatable. */
  readonly oAuth2Authorize: Method<'oAuth2Authorize'>
  /** Exchanges a grant for tokens. Public, not repeatable. */
  readonly oauth2TokenExchange: Method<'oauth2TokenExchange'>
  /** Revokes a token of the calling client; 200 is no proof. Public. */
  readonly revokeOAuth2Token: Method<'revokeOAuth2Token'>
  /** Gives a client one more secret, chosen where the server takes one, the old one staying valid; not repeatable. */
  readonly rotateOAuth2ClientSecret: Method<'rotateOAuth2ClientSecret'>
  /** Ends every old secret of a client. */
  readonly deleteRotatedOAuth2ClientSecrets: Method<'deleteRotatedOAuth2ClientSecrets'>
  /** Begins a device authorization. Public, not repeatable. */
  readonly oAuth2DeviceFlow: Method<'oAuth2DeviceFlow'>
  /** Opens the page where a user types a device's code; the redirect is returned, not followed. Public, not repeatable. */
  readonly performOAuth2DeviceVerificationFlow: Method<'performOAuth2DeviceVerificationFlow'>
  /** Says which code the user typed. */
  readonly acceptUserCodeRequest: Method<'acceptUserCodeRequest'>
  /** Reads what the server says of itself. */
  readonly discoverOidcConfiguration: Method<'discoverOidcConfiguration'>
}
