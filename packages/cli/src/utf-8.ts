const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Bytes as text, with a byte order mark if there is one.
 * @returns `undefined` where they are not UTF-8: put right silently, a subject would be another
 */
export function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
