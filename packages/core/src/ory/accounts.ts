import { ConfigError } from '../errors.ts'
import { methodsOf } from './derived.ts'
import type { MethodOf } from './methods.ts'
import type { OperationData, ParametersIn } from './operation.ts'
import { accountOperations } from './operations/accounts.ts'
import { type ApiKeys, type CallOptions, type OryOptions, readSettings } from './options.ts'
import { openPart, type Side } from './side.ts'

/** The name of an operation on what a user has at Ory besides OAuth2. */
export type AccountOperationId = keyof typeof accountOperations

/** A call still to be made, as data: an operation and its parameters. */
export type AccountCall = {
  readonly [Id in AccountOperationId]: {
    readonly op: Id
    readonly params: ParametersIn<(typeof accountOperations)[Id]>
  }
}[AccountOperationId]

type Method<Id extends AccountOperationId> = MethodOf<(typeof accountOperations)[Id]>

/**
 * What a user has at Ory besides OAuth2, at base URLs of its own. Each method rejects as those of
 * `Ory` do, and with a `ConfigError` where it was not said where its part is.
 */
export interface OryAccounts extends AsyncDisposable {
  /** Reads an identity. */
  readonly getIdentity: Method<'getIdentity'>
  /** Reads the identity with an external id. */
  readonly getIdentityByExternalID: Method<'getIdentityByExternalID'>
  /** Lists the identities that are signed in to with an identifier; await it for a page, iterate it for all. */
  readonly listIdentities: Method<'listIdentities'>
  /** Lists the sessions of an identity; await it for a page, iterate it for all. */
  readonly listIdentitySessions: Method<'listIdentitySessions'>
  /** Ends every session of an identity; a row-level 404 where there is none. */
  readonly deleteIdentitySessions: Method<'deleteIdentitySessions'>
  /** Lists an actor's issued API keys, revoked ones included; await it for a page, iterate it for all. */
  readonly adminListIssuedApiKeys: Method<'adminListIssuedApiKeys'>
  /** Lists an actor's imported API keys; likewise. */
  readonly adminListImportedApiKeys: Method<'adminListImportedApiKeys'>
  /** Revokes an issued API key, for good. */
  readonly adminRevokeIssuedApiKey: Method<'adminRevokeIssuedApiKey'>
  /** Revokes an imported API key, for good. */
  readonly adminRevokeImportedApiKey: Method<'adminRevokeImportedApiKey'>
}

/** Where one part is, and the key that it takes; a self-hosted one has none. */
export interface OryPart {
  readonly url: string | URL
  readonly apiKey?: string | ApiKeys | undefined
}

/** How to reach them. There is no default host, and no key goes anywhere else than it is given for. */
export interface OryAccountsOptions
  extends Omit<OryOptions, 'adminUrl' | 'publicUrl' | 'apiKey' | 'pace'> {
  /** The admin side of the identity provider (Kratos). */
  readonly identities?: OryPart | undefined
  /** The admin side of the API keys (Talos). */
  readonly apiKeys?: OryPart | undefined
}

/** Makes a client for what a user has at Ory besides OAuth2. @throws ConfigError as `createOry` does */
export const createOryAccounts = (options: OryAccountsOptions): OryAccounts => {
  const settings = readSettings({ ...options, adminUrl: '' })
  const open = (name: string, part: OryPart | undefined) =>
    part && openPart(name, part, options.dispatcher, settings)
  const parts: Partial<Record<OperationData['port'], Side | undefined>> = {
    identities: open('identities.url', options.identities),
    'api-keys': open('apiKeys.url', options.apiKeys),
  }
  const sideOf = (id: string, { port }: OperationData): Side => {
    const side = parts[port]
    if (side !== undefined) return side
    const name = port === 'identities' ? 'identities' : 'apiKeys'
    throw new ConfigError(`${name} is missing: ${id} needs it`)
  }
  const prefixOf = ({ port }: OperationData) => parts[port]?.prefix ?? ''
  const accounts: unknown = methodsOf(accountOperations, { settings, sideOf, prefixOf })
  const dispose = async () => {
    await Promise.all(Object.values(parts).map((side) => side?.close()))
  }

  return Object.defineProperty(accounts as OryAccounts, Symbol.asyncDispose, { value: dispose })
}

/** Makes a call that was kept as data. */
export const performOn = (
  accounts: OryAccounts,
  call: AccountCall,
  options?: CallOptions,
): Promise<unknown> => {
  const method = accounts[call.op] as (
    parameters: AccountCall['params'],
    options?: CallOptions,
  ) => Promise<unknown>

  return method(call.params, options)
}
