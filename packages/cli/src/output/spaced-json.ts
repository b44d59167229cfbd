/** JSON in one line that has room for the end of a line between its members. */
export function spacedJson(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/\n */g, ' ')
}
