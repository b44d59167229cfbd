/** Urlencoded pairs as Go reads them: one with a broken escape or a semicolon is left out, the others stay. */
export function parsePairs(text: string): URLSearchParams {
  const pairs = text.split('&').filter((pair) => !/;|%(?![0-9a-fA-F]{2})/.test(pair))
  return new URLSearchParams(pairs.join('&'))
}
