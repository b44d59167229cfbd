import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { hmacSha256 } from '../hmac.ts'

const cipher = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/**
 * A text that the ledger may keep although nobody may read it there: AES-256-GCM under a key that is
 * made of the ledger key and of what the text is for, as base64url.
 * @param use what it is for; nothing else opens it
 */
export function sealText(text: string, use: string, ledgerKey: Uint8Array): string {
  const iv = randomBytes(ivBytes)
  const sealing = createCipheriv(cipher, keyFor(use, ledgerKey), iv)
  const sealed = Buffer.concat([sealing.update(text), sealing.final()])
  return Buffer.concat([iv, sealed, sealing.getAuthTag()]).toString('base64url')
}

/** What was sealed for this use, under any of these keys; `undefined` where none of them opens it. */
export function openText(
  sealed: string,
  use: string,
  ledgerKeys: readonly Uint8Array[],
): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  for (const ledgerKey of ledgerKeys) {
    try {
      const iv = bytes.subarray(0, ivBytes)
      const options = { authTagLength: tagBytes }
      const opening = createDecipheriv(cipher, keyFor(use, ledgerKey), iv, options)
      opening.setAuthTag(bytes.subarray(-tagBytes))
      const text = opening.update(bytes.subarray(ivBytes, -tagBytes))
      return Buffer.concat([text, opening.final()]).toString()
    } catch {
      // It was sealed under another key, or by nobody.
    }
  }
  return undefined
}

/** The purpose is a part of the input, so that no other use of the ledger key makes the same. */
function keyFor(use: string, ledgerKey: Uint8Array): Buffer {
  return hmacSha256(ledgerKey, `sealed text\0${use}`).digest()
}
