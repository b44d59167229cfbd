/** Stands where private key material was. */
export const privateKeyMark = '[a private key was here]'

/** Stands where any other secret was. */
export const secretMark = '[a secret was here]'

/** What is left of a secret: texts without quotation marks or backslashes, the same in any JSON. */
export type Mark = typeof privateKeyMark | typeof secretMark

/** What must never be stored: private and symmetric members of a JWK (RFC 7518 section 6). */
const privateMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])

const privateKeyName = /(?:privatekey|privatejwk|privkey|pkcs8)(?:s|pem|der|value)?$/
const secretName =
  /(?:secret|password|passwd|pwd|passphrase|passcode|token|apikey|credential|assertion)(?:s|key|value|string|text|hash|old|new|current|previous)?$|secretaccesskey$|signingkey$|^(?:(?:proxy|x)?authorization|(?:set)?cookies?)$/

/** What a member of this name holds, whatever it is; `undefined` where that is not a secret. */
export function markOfName(name: string): Mark | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (privateKeyName.test(plain)) return privateKeyMark
  return secretName.test(plain) ? secretMark : undefined
}

/** Whether a member of a JWK is private. Elsewhere its name may mean anything. */
export function isPrivateMember(name: string): boolean {
  return privateMembers.has(name)
}

/** What takes the place of a private member. */
export const markOfPrivateMember = privateKeyMark

/** Whether a text is as long as a key, and looks like one: then its name is enough. */
export function looksLikeKey(text: string): boolean {
  return /^[\w+/=-]{40,}$/.test(text)
}

/** Whether a text tells of a JWK anywhere: beside it shorter texts may be parts of a key. */
export function tellsOfJwk(text: string): boolean {
  return /(?<!\w)(?:kty|crv)\\{0,24}["']?\s{0,3}[:=]/.test(text)
}

function looksLikePartOfKey(text: string): boolean {
  return /^[\w+/=-]{16,}$/.test(text)
}

// Each begins where a word does and ends with it, so that no text takes longer than it is long.
const patterns: readonly (readonly [RegExp, string])[] = [
  // Access, refresh and session tokens, codes and API keys of Ory.
  [/(?<![A-Za-z0-9])ory_(?:at|rt|ac|dc|st|lo|pat|apikey|wak)_[\w.~+/=-]{6,}/g, secretMark],
  [/(?<![\w-])eyJ[\w-]{6,}\.[\w-]{4,}\.[\w-]*(?:\.[\w-]*){0,2}/g, secretMark],
  [/(?<![\w-])(Bearer|Basic)\s{1,3}[\w.~+/=-]{12,}/gi, `$1 ${secretMark}`],
]

/** `client_secret=` in a form, `'d':'` in what is not quite JSON; `secret:` in an ARN is neither. */
const assignment =
  /(?<![\w-])([A-Za-z][\w-]{0,60})(?:['"]\s{0,3}:|['"]?\s{0,3}(?:=>?|:(?=\s)))\s{0,3}['"]?/g

/** What is assigned there. */
const assigned = /[^\s'"&,;{}[\]\\]{4,}/y

/** A text that is not JSON without what can be told apart from the rest in it. */
export function withoutSecretWords(text: string, isNearJwk: boolean): string {
  return withoutAssigned(
    patterns.reduce((rest, [pattern, mark]) => rest.replace(pattern, mark), text),
    isNearJwk,
  )
}

/** A value may hold a name itself, as a URL does, so that names are looked for from one to the next. */
function withoutAssigned(text: string, isNearJwk: boolean): string {
  const parts: string[] = []
  let at = 0
  for (const {
    0: { length },
    1: name = '',
    index,
  } of text.matchAll(assignment)) {
    assigned.lastIndex = index + length
    const [value = ''] = index < at ? [] : (assigned.exec(text) ?? [])
    const mark = markOfName(name) ?? markOfMember(name, value, isNearJwk)
    if (mark === undefined || isHarmless(value)) continue
    parts.push(text.slice(at, index + length), mark)
    at = index + length + value.length
  }
  return [...parts, text.slice(at)].join('')
}

function markOfMember(name: string, value: string, isNearJwk: boolean): Mark | undefined {
  const looks = isNearJwk ? looksLikePartOfKey : looksLikeKey
  return isPrivateMember(name) && looks(value) ? markOfPrivateMember : undefined
}

/** The name that a text ends in and that gives the next text to a secret: `client_secret="…"`. */
export function markOfAssigned(before: string): Mark | undefined {
  const [, name] =
    /(?<![\w-])([A-Za-z][\w-]{0,60})['"]?\s{0,3}(?:[:=]|=>)\s{0,3}$/.exec(before.slice(-80)) ?? []
  return name === undefined ? undefined : markOfName(name)
}

/**
 * A member and its text as they stand in JSON, or in JSON that is wrapped: `\\"client_secret\\":\\"`. It
 * takes no notice of where strings begin and end, so that one quotation mark too many hides nothing.
 */
const quotedMember =
  /(?<![\w-])([A-Za-z][\w-]{0,60})(?:\\{0,24}["'])\s{0,3}:\s{0,3}\\{0,24}["']([^"'\\]+)/g

/** The same in JSON that stands escaped in XML. */
const escapedMember =
  /(?<![\w-])([A-Za-z][\w-]{0,60})&(?:quot|#34|#39|#x22);\s{0,3}:\s{0,3}&(?:quot|#34|#39|#x22);([^"'\\&<]+)/g

/** A text without the texts of members that are called secrets, wherever they stand in it. */
export function withoutQuotedSecrets(text: string): string {
  // Both patterns need one of these, and take their time to be made ready.
  if (!/["'&]/.test(text)) return text
  const isNearJwk = tellsOfJwk(text)
  const withMark = (whole: string, name: string, value: string) => {
    const mark = markOfName(name) ?? markOfMember(name, value, isNearJwk)
    const isLeft = mark === undefined || isHarmless(value) || holdsMark(value)
    return isLeft ? whole : whole.slice(0, -value.length) + mark
  }
  return text.replaceAll(quotedMember, withMark).replaceAll(escapedMember, withMark)
}

const domain = '(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.){1,4}[a-z]{2,24}'
const words = '[a-z]{1,16}(?:[._-][a-z]{1,16}){0,2}[0-9]{0,4}'
const addressAfterToken = new RegExp(`^[a-z_-]{0,16}token=(${words})@${domain}$`)

/**
 * Whether a text is, as a whole, an e-mail address that begins as a field does: `token=abc@x.com` is
 * somebody's subject. Only where what follows the name is words, as people call themselves: a token
 * is longer, or has digits or capitals in between. A password may be anything, and so is never one.
 */
export function isAddress(text: string): boolean {
  const [, local = ''] = addressAfterToken.exec(text) ?? []
  return local !== '' && local.length <= 24
}

/** `null` and the like are nobody's secret. */
export function isHarmless(value: string): boolean {
  return ['', 'null', 'true', 'false'].includes(value)
}

/** Whether private key material is or was in a text that has been redacted. */
export function holdsPrivateKeyMark(text: string): boolean {
  return text.includes(privateKeyMark)
}

/** Whether a mark stands anywhere in a text. */
export function holdsMark(text: string): boolean {
  return text.includes(privateKeyMark) || text.includes(secretMark)
}

/** Whether a mark stands at a place of a text. */
export function isMarked(text: string, at: number): boolean {
  return text.startsWith(privateKeyMark, at) || text.startsWith(secretMark, at)
}
