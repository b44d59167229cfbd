import { GoError } from './go-error.ts'

const canonical = /^.{8}-.{4}-.{4}-.{4}-.{12}$/

/**
 * A UUID in its canonical form; with braces, as a URN and without hyphens it is taken as well.
 *
 * @throws GoError in the words of the library Ory parses UUIDs with.
 */
export function parseUuid(text: string): string {
  const digits = digitsOf(text)
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new GoError('uuid: invalid UUID format')
  return digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function digitsOf(text: string): string {
  const length = Buffer.byteLength(text)
  if (length === 32) return text
  if (length === 36) return withoutHyphens(text)
  if (length === 38 && /^\{.*\}$/.test(text)) return withoutHyphens(text.slice(1, -1))
  if (length === 38) throw malformed(text)
  if (length !== 41 && length !== 45) {
    throw new GoError(`uuid: incorrect UUID length ${length} in string ${JSON.stringify(text)}`)
  }
  if (!text.startsWith('urn:uuid:')) throw malformed(text.slice(0, 9))
  return length === 41 ? text.slice(9) : withoutHyphens(text.slice(9))
}

function withoutHyphens(text: string): string {
  if (!canonical.test(text)) throw malformed(text)
  return text.replaceAll('-', '')
}

function malformed(text: string): GoError {
  return new GoError(`uuid: incorrect UUID format in string ${JSON.stringify(text)}`)
}
