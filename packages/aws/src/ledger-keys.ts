import { ConfigError } from '@lapse/core/errors'
import type { RotatedSecretStore } from './secrets-manager.ts'

/** Keys that every pseudonym and idempotency key hangs on. */
export interface LedgerKeys {
  readonly ledgerKey: Uint8Array
  /** What rows may still be kept under: the key before, where there was one. */
  readonly previousLedgerKeys: readonly Uint8Array[]
}

/**
 * The ledger's key and the one it replaced, out of one secret's AWSCURRENT and AWSPREVIOUS: 32
 * random bytes in base64 each. What was there before and cannot be a key has kept no row.
 * @throws ConfigError where the current one cannot be a key
 */
export async function ledgerKeys(
  secretId: string,
  secrets: RotatedSecretStore,
): Promise<LedgerKeys> {
  const [current, previous = ''] = await Promise.all([
    secrets.get(secretId),
    secrets.previous(secretId),
  ])
  const ledgerKey = ledgerKeyIn(current)
  if (ledgerKey === undefined)
    throw new ConfigError(`${secretId} must hold 32 random bytes in base64`)
  const previousKey = ledgerKeyIn(previous)
  return { ledgerKey, previousLedgerKeys: previousKey === undefined ? [] : [previousKey] }
}

/** The key that a secret holds; `undefined` where it cannot be one. */
export function ledgerKeyIn(text: string): Uint8Array | undefined {
  const key = Buffer.from(text, 'base64')
  return key.length < 32 ? undefined : key
}
