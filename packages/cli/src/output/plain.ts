import { escapeUnprintable, unprintable } from '@lapse/core/unprintable'

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
  return escapeUnprintable(json, '\n')
}
