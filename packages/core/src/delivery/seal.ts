import { hash, timingSafeEqual } from 'node:crypto'
import { hmacSha256 } from '../hmac.ts'

/**
 * What lapse says of a message, with a MAC that only who knows the ledger key can make: JSON as
 * base64url, a full stop, and the HMAC-SHA-256 over it and the SHA-256 of the body. None of it counts
 * beside another body, and nobody else can say it.
 */
export function seal(content: unknown, body: string, ledgerKey: Uint8Array): string {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${text}.${macOf(text, body, ledgerKey)}`
}

/** What was sealed with this body, under any of these keys; `undefined` where that cannot be told. */
export function unseal(
  sealed: string,
  body: string,
  ledgerKeys: readonly Uint8Array[],
): unknown | undefined {
  const [, text = '', mac = ''] = /^([\w-]+)\.([\w-]{43})$/.exec(sealed) ?? []
  if (text === '') return undefined

  // As it is written: the last character has two bits that count for no byte.
  const given = Buffer.from(mac)
  const isOurs = ledgerKeys.some((key) =>
    timingSafeEqual(given, Buffer.from(macOf(text, body, key))),
  )
  return isOurs ? JSON.parse(Buffer.from(text, 'base64url').toString()) : undefined
}

/** What was sealed with a body, by the message's own word: anybody could have written it. */
export function unverified(sealed: string): unknown | undefined {
  const [text = ''] = sealed.split('.')
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** SHA-256, as 64 hex digits. */
export function digestOf(body: string): string {
  return hash('sha256', body)
}

/** The purpose is a part of the input, so that no other use of the key can make the same. */
function macOf(text: string, body: string, ledgerKey: Uint8Array): string {
  return hmacSha256(ledgerKey, `envelope\0${text}\0${digestOf(body)}`).digest('base64url')
}
