import { RefusedError } from '../errors.ts'

export { holdsSuspendedType, suspendedType } from './suspended-type.ts'

/** What no path of lapse ever writes to, letter by letter. */
export interface Protection {
  readonly protectedClientIds: readonly string[]
  readonly protectedOwners: readonly string[]
  readonly protectedIssuers: readonly string[]
}

/**
 * What a path is about to write to: what was asked for, and what Ory and Secrets Manager answered.
 * What is not known is left out, or `undefined`; an owner that is empty is none.
 */
export interface Touched {
  readonly clientIds?: readonly (string | undefined)[]
  readonly owners?: readonly (string | undefined)[]
  readonly issuers?: readonly (string | undefined)[]
}

/** Why a path may not write: stable, and safe to show. */
export type ProtectionReason = 'protected-client' | 'protected-owner' | 'protected-issuer'

/** In the order in which they are told. */
const rules: readonly (readonly [ProtectionReason, keyof Touched, keyof Protection])[] = [
  ['protected-client', 'clientIds', 'protectedClientIds'],
  ['protected-owner', 'owners', 'protectedOwners'],
  ['protected-issuer', 'issuers', 'protectedIssuers'],
]

/** The one judgement: the first reason why nothing of this may be touched; `undefined` where it may. */
export function protectionOf(
  touched: Touched,
  protection: Protection,
): ProtectionReason | undefined {
  const found = rules.find(([, kind, setting]) =>
    touched[kind]?.some((name) => name && protection[setting].includes(name)),
  )
  return found?.[0]
}

/** The guard of every workflow. @throws RefusedError where any of this is protected */
export function refuseProtected(touched: Touched, protection: Protection): void {
  const reason = protectionOf(touched, protection)
  if (reason !== undefined) throw new RefusedError(reason)
}
