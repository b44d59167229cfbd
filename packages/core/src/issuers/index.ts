export {
  covers,
  type GrantTerms,
  holds,
  type IssuerGrant,
  isNewerThan,
  issuerGrants,
  sameTerms,
} from './issuer-grants.ts'
export { type IssuerTrust, issuerTrusts, oneOfEachKey } from './issuer-trust.ts'
export { rememberRemoval, removalSince } from './removed-issuer.ts'
export type { BroughtKey, RemovedIssuer, TrustedKeyRow } from './rows.ts'
export {
  type BroughtAt,
  broughtAt,
  isBroughtLater,
  type KnownKey,
  knownKey,
  olderKeys,
  rememberKey,
} from './trusted-key.ts'
