/** An OAuth 2.0 client whose credential lapse rotates. */
export interface RotatedClient {
  /** Names its secret and its resources; letters and digits, starting with a capital. */
  readonly name: string
  /** Its id at Ory, exactly. */
  readonly clientId: string
  /** How often it is rotated. */
  readonly everyDays: number
  /** How long old and new credential work side by side: as long as consumers keep what they read. */
  readonly overlap: string
  /** For an Ory that cannot have two secrets at a time: consumers fail until they read the new one. */
  readonly allowHardCut?: boolean
}

/**
 * Every client that is rotated, one line each:
 * `{ name: 'Mail', clientId: '…', everyDays: 30, overlap: 'PT1H' }`
 */
export const rotatedClients: readonly RotatedClient[] = []
