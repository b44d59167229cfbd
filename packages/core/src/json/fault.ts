/** Where a text stops being JSON, and why. */
export interface JsonFault {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units, as most editors count them. */
  readonly column: number
  /** A clause, in which nothing of the text is quoted. */
  readonly problem: string
  /** How many values stand one after the other, where that is the problem. */
  readonly values?: number
}

/** The place after a value, or why there is none. */
type Read = number | Fault

interface Fault {
  readonly at: number
  readonly problem: string
}

/** What may stand at a place, and leads to what may stand after it. */
type Expected =
  | 'value'
  | 'value or ]'
  | 'name'
  | 'name or }'
  | 'colon'
  | 'comma or }'
  | 'comma or ]'

const names: Readonly<Record<Expected, string>> = {
  value: 'a value',
  'value or ]': 'a value or ]',
  name: 'the name of a member, in double quotation marks,',
  'name or }': 'the name of a member, in double quotation marks, or }',
  colon: 'a colon',
  'comma or }': 'a comma or }',
  'comma or ]': 'a comma or ]',
}

const space = /[ \t\n\r]*/y
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON takes none of them in a string.
const characters = /[^"\\\u0000-\u001f]*/y
const escapeSequence = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y

/**
 * Where a text stops being JSON, and why; `undefined` for JSON. Of most texts `JSON.parse` does not
 * say it, and where it does it quotes them. Takes time in proportion to the text, and no call for a
 * level.
 */
export function faultInJson(text: string): JsonFault | undefined {
  if (text.startsWith('\uFEFF'))
    return { line: 1, column: 1, problem: 'it begins with a byte order mark (BOM)' }

  const end = readValue(text, 0)
  if (typeof end !== 'number') return faultAt(text, end)
  const rest = skip(space, text, end)
  if (rest === text.length) return undefined
  const values = 1 + valuesFrom(text, rest)
  if (values === 1) return faultAt(text, { at: rest, problem: 'nothing may stand after its end' })
  const problem = `another value begins here, of ${values} in all`
  return { ...faultAt(text, { at: rest, problem }), values }
}

/** How many objects and lists begin at a place, one after the other. */
function valuesFrom(text: string, from: number): number {
  let count = 0
  for (let at = from; /[[{]/.test(text[at] ?? ''); count += 1) {
    const end = readValue(text, at)
    if (typeof end !== 'number') return count + 1
    at = skip(space, text, end)
  }
  return count
}

function readValue(text: string, from: number): Read {
  /** What closes each open object or list. */
  const open: ('}' | ']')[] = []
  let expected: Expected | undefined = 'value'
  let at = from
  while (expected !== undefined) {
    at = skip(space, text, at)
    const character: string = text[at] ?? ''
    const closes: boolean = character === open.at(-1) && expected.endsWith(character)
    const end = closes ? at + 1 : endOf(text, at, expected)
    if (typeof end !== 'number') return end

    if (closes) open.pop()
    else if (isOpening(character, expected)) open.push(character === '{' ? '}' : ']')
    expected = after(character, expected, closes, open)
    at = end
  }
  return at
}

/** The place after what stands at another one, if it is what is expected there. */
function endOf(text: string, at: number, expected: Expected): Read {
  const character = text[at]
  if (expected.startsWith('comma')) return character === ',' ? at + 1 : missing(text, at, expected)
  if (expected === 'colon') return character === ':' ? at + 1 : missing(text, at, expected)
  if (character === '"') return endOfString(text, at)
  if (expected.startsWith('name')) return missing(text, at, expected)
  if (isOpening(character, expected)) return at + 1
  const end = skip(scalar, text, at)
  return end > at ? end : missing(text, at, expected)
}

function after(
  character: string,
  expected: Expected,
  closes: boolean,
  open: readonly ('}' | ']')[],
): Expected | undefined {
  const closing = open.at(-1)
  if (!closes && expected.startsWith('name')) return 'colon'
  if (!closes && expected === 'colon') return 'value'
  if (!closes && expected.startsWith('comma')) return closing === '}' ? 'name' : 'value'
  if (!closes && isOpening(character, expected))
    return character === '{' ? 'name or }' : 'value or ]'
  return closing && `comma or ${closing}`
}

function isOpening(character: string | undefined, expected: Expected): boolean {
  return expected.startsWith('value') && (character === '{' || character === '[')
}

function missing(text: string, at: number, expected: Expected): Fault {
  const problem =
    at < text.length
      ? `${names[expected]} has to stand here`
      : `it ends where ${names[expected]} has to follow`
  return { at, problem }
}

function endOfString(text: string, start: number): Read {
  let at = start + 1
  while (true) {
    at = skip(characters, text, at)
    if (text[at] === '"') return at + 1
    const end = skip(escapeSequence, text, at)
    if (end === at) return faultInString(text, start, at)
    at = end
  }
}

function faultInString(text: string, start: number, at: number): Fault {
  if (at === text.length || text[at] === '\n' || text[at] === '\r')
    return { at: start, problem: 'the string that begins here has no closing quotation mark' }
  if (text[at] === '\\')
    return { at, problem: 'only " \\ / b f n r t or u and four hexadecimal digits go with a \\' }
  return { at, problem: 'a control character stands in a string; write it like \\u0009' }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

function faultAt(text: string, { at, problem }: Fault): JsonFault {
  const lines = text.slice(0, at).split(/\r\n|\n|\r/)
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, problem }
}
