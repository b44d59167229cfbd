/** A browser's way from the verification page to the login app, sealed as every flow is. */
export interface DeviceFlow {
  /** The verification endpoint with the query it was asked with, the user code masked. */
  readonly requestUrl: string
  readonly requestedAt: number
  readonly csrf: string
}

/** The same once the user has told which device it is for. */
export interface VerifiedDeviceFlow extends DeviceFlow {
  readonly deviceRequestId: string
  readonly requestedScope: readonly string[]
  readonly requestedAudience: readonly string[]
}
