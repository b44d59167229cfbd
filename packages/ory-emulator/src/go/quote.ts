/** A text as Go's `time` quotes it: what is not plain ASCII, byte by byte. */
export function quoted(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      if (byte < 0x20 || byte >= 0x80) return `\\x${byte.toString(16).padStart(2, '0')}`
      const character = String.fromCharCode(byte)
      return character === '"' || character === '\\' ? `\\${character}` : character
    })
    .join('')
}
