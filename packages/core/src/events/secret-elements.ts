import { type Part, withParts } from './secret-parts.ts'
import { looksLikeKey, type Mark, markOfName, privateKeyMark } from './secret-words.ts'

/** A tag, also where it is escaped. */
const tag = /(?:<|&lt;)(\/?)([A-Za-z_][\w.:-]{0,80})((?:\s[^<>]{0,300}?)?)(?:>|&gt;)/g
/** What names the content, or the value, of an element that is called otherwise. */
const nameAttribute =
  /\b(?:key|name|field|id|property|param|parameter)\s{0,3}=\s{0,3}\\{0,24}["']([\w.:-]{1,80})/i
const valueAttribute = /\bvalue\s{0,3}=\s{0,3}\\{0,24}(?:"([^"\\]+)|'([^'\\]+))/i
/** Elements that name the one after them. */
const naming = /^(?:key|name|field|property|param|parameter)$/i

interface Tag {
  readonly isClosing: boolean
  readonly isEmpty: boolean
  readonly name: string
  readonly attributes: string
  /** Where its attributes begin. */
  readonly inside: number
  readonly start: number
  readonly end: number
}

/**
 * XML, or what looks like it, without the content of elements that are called secrets, and of those
 * that an attribute, or the element before them, calls so.
 */
export function withoutSecretElements(text: string): string {
  if (!text.includes('>') && !text.includes('&gt;')) return text
  const tags = [...text.matchAll(tag)].map(tagOf)
  return tags.length === 0 ? text : withParts(text, secretsIn(text, tags))
}

function tagOf(match: RegExpExecArray): Tag {
  const { 0: whole, 1: slash, 2: name = '', 3: attributes = '', index: start } = match
  const isEmpty = attributes.endsWith('/')
  const inside = start + whole.indexOf(name) + name.length
  const end = start + whole.length
  return { isClosing: slash === '/', isEmpty, name, attributes, inside, start, end }
}

function secretsIn(text: string, tags: readonly Tag[]): readonly Part[] {
  const lastClosings = new Map(
    tags.flatMap(({ isClosing, name }, n) => (isClosing ? [[name, n] as const] : [])),
  )
  const parts: Part[] = []
  const state: { named?: Mark | undefined; at: number } = { at: 0 }
  tags.forEach((opened, n) => {
    if (opened.isClosing || opened.start < state.at) return
    const byAttribute = markOf(nameAttribute.exec(opened.attributes)?.[1])
    const content = text.slice(opened.end, tags[n + 1]?.start)
    const mark = state.named ?? markOf(opened.name) ?? byAttribute ?? markOfKey(opened, content)
    state.named = undefined
    if (byAttribute !== undefined) parts.push(...valueIn(opened, byAttribute))
    if (opened.isEmpty) return
    if (mark === undefined) {
      if (naming.test(opened.name)) state.named = markOf(content.slice(0, 100))
      return
    }
    const last = lastClosings.get(opened.name) ?? 0
    state.at = last > n ? (closingOf(tags, n, last)?.start ?? 0) : endOfText(text, opened.end)
    parts.push({ start: opened.end, end: state.at, mark })
  })
  return parts
}

/** By a name without its namespace. */
function markOf(name = ''): Mark | undefined {
  return markOfName(name.replace(/^[^:]*:/, ''))
}

/** By the names that XML has for parts of an RSA key, where they hold what looks like one. */
function markOfKey({ name }: Tag, content: string): Mark | undefined {
  const isPart = /^(?:[^:]*:)?(?:D|P|Q|DP|DQ|InverseQ)$/.test(name)
  return isPart && looksLikeKey(content.trim()) ? privateKeyMark : undefined
}

function valueIn({ attributes, inside }: Tag, mark: Mark): readonly Part[] {
  const match = valueAttribute.exec(attributes)
  if (match === null) return []
  const { length } = match[1] ?? match[2] ?? ''
  const end = inside + match.index + match[0].length
  return [{ start: end - length, end, mark }]
}

/** The tag that closes another one, or else the last of its name. */
function closingOf(tags: readonly Tag[], opened: number, last: number): Tag | undefined {
  const { name } = tags[opened] as Tag
  let depth = 0
  for (let n = opened; n < last; n += 1) {
    const { name: other, isClosing, isEmpty } = tags[n] as Tag
    if (other !== name || isEmpty) continue
    depth += isClosing ? -1 : 1
    if (depth === 0) return tags[n]
  }
  return tags[last]
}

/** Where an element that is never closed may end: a tag, or the text that it stands in. */
function endOfText(text: string, start: number): number {
  const end = /[<"\\]|&lt;|$/g
  end.lastIndex = start
  return end.exec(text)?.index ?? text.length
}
