import { unprintable } from '@lapse/core/unprintable'

/**
 * Somebody else's text (a server's, a publisher's) in one line: line breaks and escape sequences
 * are not shown to the terminal.
 */
export function plain(text: string): string {
  return withoutControls(text).replace(/ {2,}/g, ' ').trim()
}

/** The same, with a blank for each character that is not shown. */
export function withoutControls(text: string): string {
  return text.replace(unprintable, ' ')
}

/** JSON that reads the same and is safe to look at: those characters as `\u009b`, its own line breaks as they are. */
export function escapedJson(json: string): string {
  return json.replace(unprintable, (character) =>
    character === '\n' ? character : unicodeEscapes(character),
  )
}

/** An astral character is two code units, and so two escapes. */
function unicodeEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const hex = character.charCodeAt(index).toString(16)
    return `\\u${hex.padStart(4, '0')}`
  }).join('')
}
