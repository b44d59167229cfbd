import { queueJson } from './queue-json.ts'
import { withoutSecretElements } from './secret-elements.ts'
import {
  behindBase64,
  withinBase64,
  withinPercentEncoding,
  withoutCredentials,
  withoutPem,
  withoutSecretFields,
} from './secret-forms.ts'
import {
  holdsMark,
  holdsPrivateKeyMark,
  isAddress,
  isHarmless,
  isPrivateMember,
  looksLikeKey,
  type Mark,
  markOfAssigned,
  markOfName,
  markOfPrivateMember,
  tellsOfJwk,
  withoutQuotedSecrets,
  withoutSecretWords,
} from './secret-words.ts'

/** Nobody wraps JSON in JSON as often; each time takes twice as many backslashes. */
const mostWrappings = 24

/** What stands in a list is looked at twice where lines of it are taken out, and so on within it. */
const mostWrappingsOfLines = 4

/** A part of a text, and what stands there afterwards. */
interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** An object or a list that is open at some place of a text. */
interface Open {
  readonly start: number
  /** What it is called; items of a list are called as the list is. */
  readonly name: string
  readonly isList: boolean
  /** Whether it has held nothing but texts so far. */
  holdsTexts: boolean
  /** Whether it is a JWK. */
  isKey: boolean
  /** The name of the member that comes next. */
  next: string
  /** Members that are private where this is a JWK, or where they look like a key. */
  readonly private: (Change & { readonly looks: boolean })[]
  /** What `values` are, where another member says so: `{ "name": "client_secret", "value": "…" }`. */
  named: Mark | undefined
  readonly values: Pick<Change, 'start' | 'end'>[]
}

/** Members that name what stands in another one, and those where it stands. */
const naming =
  /^(?:\w*(?:name|key|field)|label|id|type|property|attribute|param|parameter|header|variable|path)$/i
const valued = /^(?:\w*values?|val|content|text)$/i

/**
 * A text without the secrets it holds: private keys (JWK, PEM), client secrets, tokens, passwords. By
 * their names, whatever they are, and by their looks, whatever they are called. The very same text
 * where there is none, and what is left of any other is as it was, character by character.
 *
 * It goes by the text and not by what a parser makes of it, so that nothing has to be readable: a
 * member that occurs twice, JSON that breaks off, text within text. Takes time in proportion to the
 * text.
 * @param name what the text is called where it stands
 */
export function withoutSecrets(text: string, name = ''): string {
  const mark = markOfName(name)
  if (mark !== undefined && !isHarmless(text)) return mark
  return redact(text, mostWrappings, nothingSeen())
}

/** Whether a text holds private key material, or did before it was redacted. */
export function holdsPrivateKey(text: string): boolean {
  return seenIn(text).privateKey
}

/** Whether a text holds a secret, or did before it was redacted. */
export function holdsRedaction(text: string): boolean {
  return seenIn(text).any
}

/** What was found, also where an encoding hides its mark. */
interface Seen {
  privateKey: boolean
  any: boolean
}

function nothingSeen(): Seen {
  return { privateKey: false, any: false }
}

function seenIn(text: string): Seen {
  const seen = nothingSeen()
  redact(text, mostWrappings, seen)
  return seen
}

function redact(text: string, wrappings: number, seen: Seen): string {
  if (wrappings === 0) return markOfPrivateMember
  if (isAddress(text)) return text
  if (isBase64OfText(text)) return behindBase64(text, (open) => redact(open, wrappings - 1, seen))
  const clean = isJson(text)
    ? withoutMembers(text, wrappings, seen)
    : withoutQuotedSecrets(withoutMembers(unformed(text, wrappings, seen), wrappings, seen))
  seen.privateKey ||= holdsPrivateKeyMark(clean)
  seen.any ||= holdsMark(clean)
  return clean
}

/**
 * Whether a text is JSON as it stands. Then what takes no notice of where strings begin and end is
 * for each string by itself: `<token>` in one text and `</token>` in a later one, which may be the
 * names that a user chose, must not take with them what stands in between.
 */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function withoutMembers(text: string, wrappings: number, seen: Seen): string {
  const changes = new Scanner(text, wrappings, seen).changes()
  return changes.length === 0 ? text : changed(text, changes)
}

function unformed(text: string, wrappings: number, seen: Seen): string {
  const inside = (open: string) => redact(open, wrappings - 1, seen)
  return withinBase64(withinPercentEncoding(withoutForms(text), inside), inside)
}

/** A list of texts without what goes over several of them, such as the lines of a key; else as it is. */
function withoutFormsInList(list: string): string {
  const clean = withoutForms(list)
  return clean !== list && isJson(clean) ? clean : list
}

/** Whatever does not look for JSON, and knows its secrets by what stands around them. */
function withoutForms(text: string): string {
  // Most texts are ids and other words.
  if (!/\W/.test(text)) return text
  return withoutSecretFields(withoutCredentials(withoutSecretElements(withoutPem(text))))
}

/** Whether a text is, as a whole, the base64 of JSON or PEM. */
function isBase64OfText(text: string): boolean {
  if (!/^\s*[\w+/-]{16,}={0,2}\s*$/.test(text)) return false
  return /^\s*(?:[{[]|-----BEGIN)/.test(Buffer.from(text, 'base64').toString())
}

/** Where one change is within another, the outer one counts; of two in one place the later one. */
function changed(text: string, changes: readonly Change[]): string {
  const parts: string[] = []
  let at = 0
  for (const change of changes
    .toReversed()
    .sort((one, other) => one.start - other.start || other.end - one.end)) {
    if (change.start < at) continue
    parts.push(text.slice(at, change.start), change.text)
    at = change.end
  }
  return [...parts, text.slice(at)].join('')
}

const opening = new Set(['{', '['])
const closing = new Set(['}', ']'])

/** Goes through a text once, and takes it for JSON wherever it can be. */
class Scanner {
  readonly #text: string
  readonly #wrappings: number
  readonly #seen: Seen
  readonly #changes: Change[] = []
  /** What stands in no bracket, or after one too many, is in the first. */
  readonly #open: Open[] = [opened(0)]
  readonly #isNearJwk: boolean

  constructor(text: string, wrappings: number, seen: Seen) {
    this.#text = text
    this.#isNearJwk = tellsOfJwk(text)
    this.#seen = seen
    this.#wrappings = wrappings
  }

  changes(): readonly Change[] {
    const { length } = this.#text
    let at = 0
    while (at < length) at = this.#step(at)
    while (this.#open.length > 0) this.#close(length)
    return this.#changes
  }

  /** @returns the place after what begins at a place */
  #step(at: number): number {
    const character = this.#text[at] ?? ''
    if (character === '"') return this.#string(at)
    if (opening.has(character)) this.#begin(at, character === '[')
    else if (closing.has(character)) this.#closeWith(at + 1, character === ']')
    else if (character === ',') this.#nextMember()
    else return this.#word(at)
    return at + 1
  }

  #begin(start: number, isList: boolean): void {
    const name = this.#nameOfNext()
    const around = this.#open.at(-1)
    if (around !== undefined) around.holdsTexts = false
    this.#open.push(opened(start, name, isList))
  }

  /** A bracket that closes nothing of its kind is a mistake, and closes nothing. */
  #closeWith(end: number, isList: boolean): void {
    if (this.#open.length > 1 && this.#open.at(-1)?.isList === isList) this.#close(end)
  }

  #close(end: number): void {
    const closed = this.#open.pop()
    if (closed === undefined) return
    this.#changes.push(...closed.private.filter(({ looks }) => looks || closed.isKey))
    this.#markValues(closed)
    this.#markLines(closed, end)
    if (this.#open.length > 0) this.#member(closed.name, closed.start, end)
  }

  #markValues({ named, values }: Open): void {
    if (named !== undefined) for (const { start, end } of values) this.#mark(start, end, named)
  }

  /** What goes over several texts of a list; in each of them it is looked for as well. */
  #markLines({ start, isList, holdsTexts }: Open, end: number): void {
    if (!isList || !holdsTexts) return
    const list = this.#text.slice(start, end)
    const unformed = withoutFormsInList(list)
    if (unformed === list) return
    const wrappings = Math.min(this.#wrappings - 1, mostWrappingsOfLines)
    if (wrappings > 0)
      this.#changes.push({ start, end, text: redact(unformed, wrappings, this.#seen) })
  }

  #nextMember(): void {
    const last = this.#open.at(-1)
    if (last !== undefined) last.next = ''
  }

  #nameOfNext(): string {
    const last = this.#open.at(-1)
    return last?.isList ? last.name : (last?.next ?? '')
  }

  /** What is neither a string nor a bracket nor a comma, up to the next of them. */
  #word(start: number): number {
    const rest = /["{}[\],]/g
    rest.lastIndex = start
    const end = rest.exec(this.#text)?.index ?? this.#text.length
    const word = this.#text.slice(start, end)
    const clean = withoutSecretWords(word, this.#isNearJwk)
    if (clean !== word) this.#changes.push({ start, end, text: clean })
    const [, before = '', number] = /^([\s:]*)(-?\d\S*)\s*$/.exec(word) ?? []
    const from = start + before.length
    if (number !== undefined) this.#member(this.#nameOfNext(), from, from + number.length)
    return end
  }

  #string(start: number): number {
    const end = endOfString(this.#text, start)
    const string = unescaped(this.#text.slice(start + 1, end.content))
    this.#inside(start, end.at, string)
    if (isFollowedByColon(this.#text, end.at)) this.#name(string)
    else if (!isHarmless(string)) this.#member(this.#nameOfNext(), start, end.at, string)
    return end.at
  }

  #name(string: string): void {
    const last = this.#open.at(-1)
    if (last === undefined) return
    last.next = string
    if (string === 'kty' || string === 'crv') last.isKey = true
  }

  /** JSON is looked into, however often it is wrapped. */
  #inside(start: number, end: number, string: string): void {
    const redacted = (text: string) => redact(text, this.#wrappings - 1, this.#seen)
    // CloudEvents have their content there.
    const isBase64 = this.#nameOfNext() === 'data_base64'
    const clean = isBase64 ? behindBase64(string, redacted) : redacted(string)
    if (clean !== string) this.#changes.push({ start, end, text: queueJson(clean) })
    const assigned = markOfAssigned(this.#text.slice(Math.max(0, start - 80), start))
    if (assigned !== undefined && !isHarmless(string)) this.#mark(start, end, assigned)
  }

  /** A member by its name; what was marked before is marked the same. */
  #member(name: string, start: number, end: number, string = ''): void {
    const mark = markOfName(name)
    if (mark !== undefined) this.#mark(start, end, mark)
    else if (isPrivateMember(name)) this.#markIfKey(start, end, string)
    else this.#keepIfNamed(name, start, end, string)
  }

  /** Decided where the object ends: its name may stand behind its value. */
  #keepIfNamed(name: string, start: number, end: number, string: string): void {
    const last = this.#open.at(-1)
    if (last === undefined || last.isList) return
    if (valued.test(name)) last.values.push({ start, end })
    else if (naming.test(name)) last.named ??= markOfName(string.slice(-100))
  }

  /** Decided where the object ends: its type may stand behind its members. */
  #markIfKey(start: number, end: number, string: string): void {
    const text = JSON.stringify(markOfPrivateMember)
    if (this.#text.slice(start, end) === text) return
    this.#open.at(-1)?.private.push({ start, end, text, looks: looksLikeKey(string) })
  }

  #mark(start: number, end: number, mark: Mark): void {
    const text = JSON.stringify(mark)
    if (this.#text.slice(start, end) !== text) this.#changes.push({ start, end, text })
  }
}

function opened(start: number, name = '', isList = false): Open {
  const isKey = /^(?:\w*jwks?|keys)$/i.test(name)
  return {
    start,
    name,
    isList,
    holdsTexts: true,
    isKey,
    next: '',
    private: [],
    named: undefined,
    values: [],
  }
}

/** The places of a string's closing quotation mark, or of the text's end, and after it. */
function endOfString(
  text: string,
  start: number,
): { readonly content: number; readonly at: number } {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  const content = Math.min(at, text.length)
  return { content, at: Math.min(at + 1, text.length) }
}

function isFollowedByColon(text: string, at: number): boolean {
  const colon = /\s*:/y
  colon.lastIndex = at
  return colon.test(text)
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** A string as it is meant, also where `JSON.parse` would not take it. */
function unescaped(string: string): string {
  return string.includes('\\')
    ? string.replaceAll(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_whole, code, character) =>
        code === undefined
          ? (escapes[character as string] ?? (character as string))
          : String.fromCharCode(Number.parseInt(code as string, 16)),
      )
    : string
}
