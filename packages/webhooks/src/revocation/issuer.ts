/** Somebody who may sign users out by JWTs, and which users. */
export interface RevocationIssuer {
  /** The `iss` of its JWTs, as `https://acme.okta.com`. */
  readonly issuer: string
  /** Where the keys are that it signs them with. */
  readonly jwksUri: string
  /** The `iss` of subjects in the format `iss_sub` that it may speak for. */
  readonly subjectIssuers?: readonly string[]
  /** The domains of addresses in the format `email` that it may speak for; none below them. */
  readonly emailDomains?: readonly string[]
  /** Whether it may speak for ids in the format `opaque`, which say nothing of whose they are. */
  readonly opaqueIds?: boolean
}
