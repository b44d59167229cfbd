import type { Ledger } from '@lapse/core/ports'
import type { JSONWebKeySet } from 'jose'
import type { TokenRow } from './claim-token.ts'
import type { RevocationIssuer } from './issuer.ts'

/** What Global Token Revocation takes besides what every source does. */
export interface RevocationServices {
  /** Who may sign users out. */
  readonly issuers: readonly RevocationIssuer[]
  /** The URL that issuers send to, which is their JWTs' audience; absent: the one that AWS knows. */
  readonly url?: string | undefined
  /**
   * The keys of an issuer, asked for anew where none has this id.
   * @throws UnavailableError where they cannot be had
   */
  readonly keysAt: (jwksUri: string, keyId: string) => Promise<JSONWebKeySet>
  /** Which JWT was for which body. */
  readonly ledger: Ledger<TokenRow>
}
