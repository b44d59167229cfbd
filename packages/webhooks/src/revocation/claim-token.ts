import { createHash } from 'node:crypto'
import { LedgerConflictError } from '@lapse/core/errors'
import type { Ledger } from '@lapse/core/ports'
import type { JwtProof } from '../schemes/signed-jwt.ts'

/** What the door keeps of a JWT: the body that it was for, as a digest. */
export interface TokenRow {
  readonly body: string
}

/** In seconds: for ever, to a JWT that is taken for some minutes. */
const keptSeconds = 3600

/**
 * Keeps that a JWT is for this body, unless it was for another: it covers none itself, so that
 * whoever got hold of one could end anybody's sessions with it.
 *
 * @param now milliseconds since the epoch
 * @returns whether it is for this body
 */
export async function claimToken(
  ledger: Ledger<TokenRow>,
  proof: JwtProof,
  body: Uint8Array,
  now: number,
): Promise<boolean> {
  const key = { workflow: 'door', event: tokenId(proof), pass: 'token' }
  const row = { body: createHash('sha256').update(body).digest('hex') }
  try {
    await ledger.write(key, row, 0, Math.floor(now / 1000) + keptSeconds)
    return true
  } catch (error) {
    if (!(error instanceof LedgerConflictError)) throw error
    return (await ledger.read(key))?.row.body === row.body
  }
}

/** One for each JWT, and the same whenever it comes again. */
export function tokenId({ issuer, id }: JwtProof): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, id]))
    .digest('hex')
}
