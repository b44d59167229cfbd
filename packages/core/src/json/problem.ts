/** What makes JSON unsafe to read, although it is JSON. */
export type JsonProblem = 'repeats' | 'nests'

/**
 * Whether an object of a JSON text holds a member twice, or the text nests deeper than a number of
 * levels; whichever comes first. Takes time in proportion to the text, and no call for a level.
 *
 * @param text JSON that `JSON.parse` has taken
 */
export function problemWithJson(text: string, levels: number): JsonProblem | undefined {
  /** The names in each open object, and `undefined` for an open array. */
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined)
      if (open.length > levels) return 'nests'
    } else if (character === '}' || character === ']') {
      open.pop()
    } else if (character === '"') {
      const end = endOfString(text, at)
      const names = isName(text, end) ? open.at(-1) : undefined
      const name = names && unescaped(text.slice(at, end))
      if (name !== undefined && names?.has(name)) return 'repeats'
      if (name !== undefined) names?.add(name)
      at = end - 1
    }
  }
  return undefined
}

/** The place after the closing quotation mark of the string that begins at a place. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** Whether a string that ends at a place is the name of a member: in JSON only those have a colon. */
function isName(text: string, end: number): boolean {
  let at = end
  while (/[ \t\n\r]/.test(text[at] ?? '')) at += 1
  return text[at] === ':'
}

/** A string as it is meant: `"\u0061"` is `"a"`. */
function unescaped(string: string): string {
  return string.includes('\\') ? (JSON.parse(string) as string) : string.slice(1, -1)
}
