/**
 * Percent-decodes a path, byte by byte: one character of the result is one byte, because Go's paths
 * need not be UTF-8. `undefined` where an escape is broken.
 */
export function decodePercent(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined
  const bytes = /[^\u0020-\u00ff]/.test(text) ? Buffer.from(text).toString('latin1') : text
  return bytes.replace(/%(..)/g, (_escape, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The escaped form of a path's decoded bytes; a slash stays one. */
export function encodePercent(bytes: string): string {
  return bytes.replace(
    /[^A-Za-z0-9\-_.~$&+,/:;=@]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/**
 * Decoded bytes as text. What is not UTF-8 becomes a text that no JSON can hold, so that it is
 * nobody's id: each such byte is a lone surrogate.
 */
export function textOfBytes(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buffer)
  } catch {
    return bytes.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
  }
}
