/** What must never be stored: private and symmetric members of a JWK (RFC 7518 section 6). */
const privateMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])

const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const redacted = '[a private key was here]'

/** Deeper than any envelope and any JWK; what nests further is cut off whole. */
const maxDepth = 32

interface Cleaned {
  readonly value: unknown
  /** Whether anything was taken out. */
  readonly found: boolean
}

/**
 * A message body without the private key material it holds: members of a JWK that are private, and
 * PEM. Envelopes are looked into, JSON in strings as well. The very same text where there is none.
 *
 * Of a body that is no JSON only PEM can be told apart from the rest.
 */
export function withoutPrivateKeys(body: string): string {
  const { value, found } = cleanText(body, 0)
  return found ? String(value) : body
}

/** Whether a message body holds private key material. */
export function holdsPrivateKey(body: string): boolean {
  return withoutPrivateKeys(body) !== body
}

function clean(value: unknown, depth: number, name: string): Cleaned {
  if (depth > maxDepth) return { value: redacted, found: true }
  if (typeof value === 'string') return cleanText(value, depth)
  if (typeof value !== 'object' || value === null) return { value, found: false }
  if (Array.isArray(value)) return cleanArray(value, depth, name)
  return cleanMembers(value, depth, name)
}

function cleanText(text: string, depth: number): Cleaned {
  const parsed = parse(text)
  if (parsed !== undefined) {
    const { value, found } = clean(parsed, depth + 1, '')
    return { value: found ? JSON.stringify(value) : text, found }
  }
  const value = text.replace(pem, redacted)
  return { value, found: value !== text }
}

/** Keys stand in lists in a JWK set; a list is called what its items are. */
function cleanArray(items: readonly unknown[], depth: number, name: string): Cleaned {
  const cleaned = items.map((item) => clean(item, depth + 1, name))
  return { value: cleaned.map(({ value }) => value), found: cleaned.some(({ found }) => found) }
}

function cleanMembers(members: object, depth: number, name: string): Cleaned {
  const isKey = 'kty' in members || name === 'jwk' || name === 'keys'
  const entries = Object.entries(members)
  const kept = isKey ? entries.filter(([member]) => !privateMembers.has(member)) : entries
  const cleaned = kept.map(([member, value]) => [member, clean(value, depth + 1, member)] as const)
  return {
    value: Object.fromEntries(cleaned.map(([member, { value }]) => [member, value])),
    found: kept.length < entries.length || cleaned.some(([, { found }]) => found),
  }
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
