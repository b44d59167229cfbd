import { GoError } from './go-error.ts'

/**
 * Decodes padded base64url as Go's `URLEncoding` does.
 *
 * @throws GoError naming the byte where Go gives up.
 */
export function decodeBase64Url(text: string): Buffer {
  const padding = text.search(/[^A-Za-z0-9_-]/)
  const digits = padding < 0 ? text.length : padding
  const place = digits % 4
  if (padding < 0 && place !== 0) throw corrupt(digits - place)
  if (padding >= 0) checkPadding(text, padding, place)
  return Buffer.from(text, 'base64url')
}

/**
 * Decodes padded base64 as Go's `StdEncoding` does, which passes over line breaks.
 *
 * @throws GoError naming the byte where Go gives up.
 */
export function decodeBase64(text: string): Buffer {
  const urlsOwn = text.search(/[-_]/)
  if (urlsOwn >= 0) throw corrupt(urlsOwn)
  return decodeBase64Url(
    text
      .replace(/[\r\n]/g, '')
      .replaceAll('+', '-')
      .replaceAll('/', '_'),
  )
}

/** `=` may stand in the third and fourth place of the last four bytes, and nothing after it. */
function checkPadding(text: string, at: number, place: number): void {
  if (text[at] !== '=' || place < 2) throw corrupt(at)
  const needed = 4 - place
  if (needed === 2 && at + 1 === text.length) throw corrupt(text.length)
  if (needed === 2 && text[at + 1] !== '=') throw corrupt(at)
  if (at + needed < text.length) throw corrupt(at + needed)
}

function corrupt(at: number): GoError {
  return new GoError(`illegal base64 data at input byte ${at}`)
}
