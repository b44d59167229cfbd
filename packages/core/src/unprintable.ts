/**
 * What nobody sees, or moves a terminal's cursor, or turns its text around: C0 with ESC, DEL, C1,
 * marks of direction and other format characters, separators of lines and paragraphs, and what
 * Unicode keeps for more of the invisible (fillers, tags, ranges not assigned yet). Variation
 * selectors are left: they belong to the character before them.
 */
export const unprintable = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]--\p{Variation_Selector}]/gv

/**
 * A text in which each of these characters is seen, as JSON writes it: `\u202e`, and an astral one as
 * the two code units that it is.
 * @param kept characters that stay as they are
 */
export function escapeUnprintable(text: string, kept = ''): string {
  return text.replace(unprintable, (character) =>
    kept.includes(character) ? character : unicodeEscapes(character),
  )
}

function unicodeEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const hex = character.charCodeAt(index).toString(16)
    return `\\u${hex.padStart(4, '0')}`
  }).join('')
}
