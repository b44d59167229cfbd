import { type Environment, optional, required } from './texts.ts'

/** Where the receipts log is, what it is called, and what it is signed with. */
export interface ReceiptsLogSettings {
  readonly bucket: string
  /** `lapse/<stage>/<project of Ory>`: the log's name, and where its objects are in the bucket. */
  readonly origin: string
  /** A key in KMS, or, where there is no KMS, a secret that holds a private key. */
  readonly signedBy: { readonly keyId: string } | { readonly secretId: string }
}

/** @throws ConfigError naming what is missing */
export function receiptsLogSettings(environment: Environment): ReceiptsLogSettings {
  const secretId = optional(environment, 'RECEIPTS_LOG_KEY_SECRET_ID')
  return {
    bucket: required(environment, 'RECEIPTS_LOG_BUCKET'),
    origin: required(environment, 'RECEIPTS_LOG_ORIGIN'),
    signedBy:
      secretId === undefined
        ? { keyId: required(environment, 'RECEIPTS_LOG_KEY_ID') }
        : { secretId },
  }
}
