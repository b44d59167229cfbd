import { mostLevels, problemWithJson } from './json.ts'

/** What must never be stored: private and symmetric members of a JWK (RFC 7518 section 6). */
const privateMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])

const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const redacted = '[a private key was here]'
const unread = '[what was here nests too deeply to be looked into]'

/** Deeper than an event in all that may wrap it; what nests further is cut off whole. */
const maxDepth = 5 * mostLevels

interface Cleaned {
  readonly value: unknown
  /** Whether private key material was taken out. */
  readonly found: boolean
  /** Whether anything was: private key material, or what could not be looked into. */
  readonly changed: boolean
}

/**
 * A message body without the private key material it holds: members of a JWK that are private, and
 * PEM. Envelopes are looked into, JSON in strings and in `data_base64` as well. The very same text where there is none.
 *
 * What cannot be looked into is not kept either: all but the last of a member that occurs twice, and
 * what nests too deeply. Of a body that is not JSON only PEM can be told apart from the rest.
 */
export function withoutPrivateKeys(body: string): string {
  return String(cleanText(body, 0).value)
}

/** Whether a message body holds private key material. */
export function holdsPrivateKey(body: string): boolean {
  return cleanText(body, 0).found
}

function clean(value: unknown, depth: number, name: string): Cleaned {
  if (depth > maxDepth) return { value: unread, found: false, changed: true }
  if (typeof value === 'string')
    return name === 'data_base64' ? cleanBase64(value, depth) : cleanText(value, depth)
  if (typeof value !== 'object' || value === null) return { value, found: false, changed: false }
  if (Array.isArray(value)) return cleanArray(value, depth, name)
  return cleanMembers(value, depth, name)
}

function cleanText(text: string, depth: number): Cleaned {
  const parsed = parse(text)
  if (parsed !== undefined) {
    const { value, found, ...cleaned } = clean(parsed, depth + 1, '')
    const changed = cleaned.changed || problemWithJson(text) !== undefined
    return { value: changed ? JSON.stringify(value) : text, found, changed }
  }
  const value = text.replace(pem, redacted)
  return { value, found: value !== text, changed: value !== text }
}

/** A text behind base64, which is written anew only where something was taken out of it. */
function cleanBase64(base64: string, depth: number): Cleaned {
  const cleaned = cleanText(Buffer.from(base64, 'base64').toString(), depth + 1)
  const value = cleaned.changed ? Buffer.from(String(cleaned.value)).toString('base64') : base64
  return { ...cleaned, value }
}

/** Keys stand in lists in a JWK set; a list is called what its items are. */
function cleanArray(items: readonly unknown[], depth: number, name: string): Cleaned {
  const cleaned = items.map((item) => clean(item, depth + 1, name))
  return {
    value: cleaned.map(({ value }) => value),
    found: cleaned.some(({ found }) => found),
    changed: cleaned.some(({ changed }) => changed),
  }
}

function cleanMembers(members: object, depth: number, name: string): Cleaned {
  const isKey = 'kty' in members || name === 'jwk' || name === 'keys'
  const entries = Object.entries(members)
  const kept = isKey ? entries.filter((entry) => !isPrivate(entry)) : entries
  const cleaned = kept.map(([member, value]) => [member, clean(value, depth + 1, member)] as const)
  const isShorter = kept.length < entries.length
  return {
    value: Object.fromEntries(cleaned.map(([member, { value }]) => [member, value])),
    found: isShorter || cleaned.some(([, { found }]) => found),
    changed: isShorter || cleaned.some(([, { changed }]) => changed),
  }
}

/** A member that is null is an absent one. */
function isPrivate([member, value]: readonly [string, unknown]): boolean {
  return privateMembers.has(member) && value !== null
}

/** The object or array that a text is, if it is one. */
function parse(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}
