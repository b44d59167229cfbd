/** Fields whose values are words of the protocol: to see them echoed helps, and gives nothing away. */
const protocolFields: ReadonlySet<string> = new Set([
  'access_token_strategy',
  'client_assertion_type',
  'grant_type',
  'grant_types',
  'op',
  'response_type',
  'response_types',
  'subject_type',
  'token_endpoint_auth_method',
  'token_type_hint',
])

function* textsIn(value: unknown, depth = 0): Generator<string> {
  if (typeof value === 'string') yield value
  if (typeof value === 'number') yield String(value)
  if (typeof value !== 'object' || value === null || depth > 8) return
  for (const [name, member] of Object.entries(value)) {
    if (!protocolFields.has(name)) yield* textsIn(member, depth + 1)
  }
}

/** A value in every spelling in which a server is likely to repeat it. */
const spellingsOf = (text: string): readonly string[] => {
  const json = JSON.stringify(text).slice(1, -1)

  return [
    text,
    text.trim(),
    json,
    // Ory turns the double quotes inside a description into single ones.
    text.replaceAll('"', "'"),
    json.replaceAll('"', "'"),
    encodeURIComponent(text.toWellFormed()),
    encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+'),
    Buffer.from(text).toString('base64'),
    Buffer.from(text).toString('base64url'),
  ]
}

const escapeRegExp = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

const wordCharacter = String.raw`[\p{L}\p{N}_]`

/** Short values are only taken where they stand alone: a subject `a` must not unmake every word. */
const patternOf = (spelling: string): string => {
  const pattern = escapeRegExp(spelling)

  return [...spelling].length > 3 ? pattern : `(?<!${wordCharacter})${pattern}(?!${wordCharacter})`
}

const mark = '[…]'
const longestText = 400
/** More than this of a text is not even looked at: what a proxy sends may be a whole page. */
const longestRead = 4000

// What looks like a credential or an address, whoever sent it.
const tokens = /ory_[a-z]+_\S+/g
const addresses = /[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g
const opaqueRuns = /(?=[\w.~+/=%-]*(?:\d|[a-z][A-Z]|[A-Z][a-z]+[A-Z]))[\w.~+/=%-]{16,}/g

/**
 * Makes a function that takes out of a server's text whatever was sent with the request, in any
 * likely spelling, and whatever looks like a token or an e-mail address. For errors only: it is
 * made once a call has failed.
 */
export const createScrub = (sent: readonly unknown[]): ((text: string) => string) => {
  const spellings = sent
    .flatMap((value) => [...textsIn(value)])
    .flatMap(spellingsOf)
    .filter((spelling) => spelling !== '')
  const longestFirst = [...new Set(spellings)].sort((one, other) => other.length - one.length)
  const echoed =
    longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(patternOf).join('|'), 'giu')

  return (given) => {
    const text = given.slice(0, longestRead)
    const clean = echoed === undefined ? text : text.replaceAll(echoed, mark)
    const cleaner = clean
      .replaceAll(tokens, mark)
      .replaceAll(addresses, mark)
      .replaceAll(opaqueRuns, mark)

    return cleaner.length > longestText ? `${cleaner.slice(0, longestText)}…` : cleaner
  }
}
