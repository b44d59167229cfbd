import { attributesOf } from '../delivery/index.ts'
import type { Attributes } from '../ports/index.ts'
import type { Derivation } from '../run/index.ts'

/** The attributes of a message that lapse derived from another, as if it had sent it itself. */
export function derivedAttributes(
  body: string,
  derived: Derivation,
  ledgerKey: Uint8Array = new Uint8Array(32).fill(1),
): Attributes {
  return attributesOf({ pass: 'first', derived, copies: 1 }, { body, ledgerKey, now: 0 })
}
