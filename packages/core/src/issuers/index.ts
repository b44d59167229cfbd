export {
  covers,
  type GrantTerms,
  holds,
  type IssuerGrant,
  isNewerThan,
  issuerGrants,
  sameTerms,
} from './issuer-grants.ts'
export {
  type BroughtAt,
  broughtAt,
  isBroughtLater,
  type KnownKey,
  knownKey,
  olderKeys,
  rememberKey,
  type TrustedKeyRow,
} from './trusted-key.ts'
