/**
 * Somebody else's text (a server's, a publisher's) in one line: line breaks and escape sequences
 * are not shown to the terminal.
 */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
}
