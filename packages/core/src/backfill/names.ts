import { hmacSha256 } from '../hmac.ts'
import type { Lane } from '../lane.ts'
import { ledgerKeysOf, type Services } from '../run/index.ts'

type Keys = Pick<Services, 'ledgerKey' | 'previousLedgerKeys'>

/** What makes two runs the same: the same users, read in the same way, for the same Ory. */
export interface BackfillIdentity {
  /** SHA-256 of the file's bytes, in hex. */
  readonly digest: string
  /** How a subject is read out of a line, and written into an event. */
  readonly mapping: readonly string[]
  /** Where Ory is: its admin URL. */
  readonly ory: string
}

/** What somebody approves of. */
export interface Approved extends BackfillIdentity {
  /** How many events. */
  readonly count: number
  readonly max: number | undefined
  readonly lane: Lane
}

/**
 * A run's names in the ledger, under each of its keys, the one in use first. Keyed: from the digest
 * of a short file its subjects could be guessed.
 */
export function backfillNames(
  { digest, mapping, ory }: BackfillIdentity,
  keys: Keys,
): readonly [string, ...string[]] {
  const [current, ...previous] = ledgerKeysOf(keys)
  const name = (key: Uint8Array) => hmac(key, 'backfill', [digest, mapping, ory])
  return [name(current), ...previous.map(name)]
}

/** The text by which a run is approved of before it begins, keyed as well. */
export function approvalOf(approved: Approved, { ledgerKey }: Pick<Keys, 'ledgerKey'>): string {
  const { digest, mapping, ory, count, max = null, lane } = approved
  return hmac(ledgerKey, 'approval', [digest, mapping, ory, count, max, lane]).slice(0, 32)
}

function hmac(key: Uint8Array, purpose: string, value: unknown): string {
  return hmacSha256(key, `${purpose}\0${JSON.stringify(value)}`).digest('hex')
}
