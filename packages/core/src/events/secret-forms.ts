import { lastGroup, type Part, replaced } from './secret-parts.ts'
import { markOfName, privateKeyMark, secretMark } from './secret-words.ts'

/** Blanks as they are, escaped, encoded, or as a form has them. */
const blank = '(?:[\\s+_]|\\\\{1,24}[nrt]|%20){1,4}'
const dashes = '(?:-{4,5})'
const pemBegin = new RegExp(
  `${dashes}\\s?BEGIN(?:${blank}[A-Z0-9]{1,20}){0,4}?${blank}PRIVATE${blank}KEY(?:${blank}BLOCK)?\\s?${dashes}`,
  'g',
)
const pemEnd = `${dashes}\\s?END(?:${blank}[A-Z0-9]{1,20}){0,6}\\s?${dashes}`
/** The rest of a PEM block, up to its end or to a quotation mark. */
const pemRest = new RegExp(`[^"]*?(?:(${pemEnd})|(?=\\\\{0,24}")|$)`, 'y')
/** From one text of a list, or of a sum, to the next. */
const pemSeam = '\\\\{0,24}"(?:[\\s,+]|\\\\{1,24}[nrt]){0,40}\\\\{0,24}"'
const base64Character = '(?:[\\w+/=]|\\\\{1,24}u[0-9a-fA-F]{4})'
const lineEnd = '(?:\\\\{1,24}[nr]){0,2}'
/** What follows there where the block goes on: a line of base64, of a header, or the end. */
const pemLine = new RegExp(
  `${pemSeam}(?=${base64Character}{16}|${base64Character}{0,15}${lineEnd}${pemSeam}${dashes}|(?:Proc-Type|DEK-Info):|${dashes}\\s?END)`,
  'y',
)

/** A text without the private keys that stand in it as PEM, in one text or in a list of lines. */
export function withoutPem(text: string): string {
  const blockAt = (match: RegExpExecArray): Part => {
    const start = match.index
    return { start, end: endOfPem(text, start + match[0].length), mark: privateKeyMark }
  }
  return replaced(text, pemBegin, blockAt, 'BEGIN')
}

function endOfPem(text: string, from: number): number {
  let at = from
  for (;;) {
    pemRest.lastIndex = at
    const rest = pemRest.exec(text)
    const end = at + (rest?.[0].length ?? 0)
    pemLine.lastIndex = end
    const seam = rest?.[1] === undefined ? pemLine.exec(text) : null
    if (seam === null) return end
    at = end + seam[0].length
  }
}

/** The password of `https://user:password@host`, also where it is in a URL's own parameter. */
const userInfo = /(?:\\{0,24}\/){2}[^\s/?#"'<>\\@:]{0,200}:([^\s/?#"'<>\\]{1,500})@/g

/** The rest of a header that authenticates: `Authorization: Basic YTpi`, `Cookie: a=b; c=d`. */
const header =
  /(?<![\w-])(?:(?:proxy-|x-)?authorization['"]?\s{0,3}[:=]\s{0,3}['"]?(?=[A-Za-z][\w-]{0,30}[ +])|(?:set-)?cookie['"]?\s{0,3}:\s{0,3}['"]?(?=[^\s=]{1,100}=))([^\r\n"'\\<>]+)/gi

/** What curl is told by `-u`. */
const commandLine = /(?<![\w-])(?:-u|--user)[ =]\s{0,3}['"]?[^\s:'"]{1,200}:([^\s'"\\]+)/g

/** A text of YAML that begins on the next line. */
const block = /(?<![\w-])([A-Za-z][\w-]{0,60}):[ \t]{0,9}[|>][-+]?\r?\n((?:[ \t]+[^\n]*(?:\n|$))+)/g

/** `user:password` in base64, however short. */
const basic = /(?<![\w-])Basic\s{1,3}([\w+/-]{4,}={0,2})/gi

/** PKCS #8 and SEC 1 in base64, by how they begin; no public key does. */
const der =
  /(?<![\w+/])(?:MII[\w+/]{2}[AQgw]IBA[AD]|MI[GH][\w+/]AgE(?:AM|BB)|M[A-H][\w+/]CAQ(?:AwB|EE))[\w+/=\s]{16,}/g

/** A text without what stands there as a header, in a URL, or as a key in base64. */
export function withoutCredentials(text: string): string {
  const inHeaders = replaced(text, header, (match) => lastGroup(match, secretMark))
  const inUrls = replaced(inHeaders, userInfo, (match) => passwordIn(match), '@')
  const inCommands = replaced(inUrls, commandLine, (match) => lastGroup(match, secretMark), '-u')
  const blockIn = (match: RegExpExecArray) => {
    const mark = markOfName(match[1] ?? '')
    return mark && lastGroup(match, mark)
  }
  const inBlocks = replaced(inCommands, block, blockIn, '\n')
  const inBasic = replaced(inBlocks, basic, (match) =>
    isUserAndPassword(match[1] ?? '') ? lastGroup(match, secretMark) : undefined,
  )
  return replaced(inBasic, der, ({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
    mark: privateKeyMark,
  }))
}

function passwordIn(match: RegExpExecArray): Part {
  const end = match.index + match[0].length - 1
  return { start: end - (match[1]?.length ?? 0), end, mark: secretMark }
}

function isUserAndPassword(base64: string): boolean {
  return /^[\x20-\x39\x3b-\x7e]*:[\x20-\x7e]*$/.test(
    Buffer.from(base64, 'base64').toString('latin1'),
  )
}

/** A field of a form or of a URL's query, with its name as it is sent. */
const field = /(?<![\w.%[\]-])([\w.%[\]+-]{1,100})=([^&\s"'<>\\]+)/g

/** A form without the values of fields that are called secrets, whatever these hold. */
export function withoutSecretFields(text: string): string {
  return replaced(text, field, (match) => {
    const mark = markOfName(decoded(match[1] ?? ''))
    return mark !== undefined && isInForm(text, match) ? lastGroup(match, mark) : undefined
  })
}

function isInForm(text: string, { index, 0: { length } }: RegExpExecArray): boolean {
  const isWhole = index === 0 && length === text.length
  return isWhole || /[?&#]/.test(text[index - 1] ?? '') || text[index + length] === '&'
}

const run = /[^\s"'&=<>\\]+/g

/**
 * A text in which what is percent-encoded has been through `redact`. It is encoded anew only where
 * something was taken out.
 */
export function withinPercentEncoding(text: string, redact: (text: string) => string): string {
  if (!encoded.test(text)) return text
  return text.replaceAll(run, (whole) => {
    if (!encoded.test(whole)) return whole
    const open = decoded(whole)
    const clean = redact(open)
    return clean === open ? whole : encodeURIComponent(clean.toWellFormed())
  })
}

const encoded = /%[0-9A-Fa-f]{2}/

/** What begins in base64 as JSON or PEM does, and is not a part of a JWT. */
const base64 = /(?<![\w+/.-])(?:eyJ|W3si|LS0tLS1CRUdJT)[\w+/-]{12,}={0,2}(?![\w+/.-])/g

/** The same for base64 that stands in a text. */
export function withinBase64(text: string, redact: (text: string) => string): string {
  return text.replaceAll(base64, (whole) => behindBase64(whole, redact))
}

/** Base64 of a text that has been through `redact`; the very same where nothing was taken out. */
export function behindBase64(base64: string, redact: (text: string) => string): string {
  const open = Buffer.from(base64, 'base64').toString()
  const clean = redact(open)
  return clean === open ? base64 : Buffer.from(clean).toString('base64')
}

/** Never throws: what is not encoded as it should be stays. */
function decoded(text: string): string {
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  )
}
