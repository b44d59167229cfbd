import type { RawAnswer, RawRequest } from './raw.ts'

/** What is a server's own, and has to be left out before two servers are compared. */
export interface Own {
  readonly adminUrl: string
  readonly publicUrl: string
  /** What begins every name that this run made up. */
  readonly prefix: string
}

/** An answer with everything taken out that is different each time. */
export interface Normalised {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Rows that are listed by a random id come in any order. */
const inOrder = (body: string): string => {
  if (!/^\[\{"(id|consent_request_id)":/.test(body)) return body
  const rows = JSON.parse(body) as readonly unknown[]

  return `[${rows.map((row) => JSON.stringify(row)).sort()}]\n`
}

/** Framing, and what depends on the moment. */
const dropped = new Set(['date', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'])

export const normalisedAnswer = (answer: RawAnswer, own: Own, at: number): Normalised => {
  const headers: Record<string, string> = {}
  for (const [name, value] of answer.headers) {
    if (dropped.has(name)) continue
    const text = normalised(name === 'set-cookie' ? cookie(value) : value, own, at)
    headers[name] = name in headers ? `${headers[name]}\n${text}` : text
  }

  return { status: answer.status, headers, body: inOrder(normalised(answer.body, own, at)) }
}

/** A request as one reads it, for the report. */
export const normalisedRequest = (
  port: string,
  request: RawRequest,
  own: Own,
  at: number,
): string => {
  const headers = request.headers
    .filter(([name]) => !['Host', 'Connection'].includes(name))
    .map(([name, value]) => `\n  ${name}: ${credentialsShown(name, value)}`)
    .join('')
  const body = request.body === undefined ? '' : `\n  ${request.body}`

  return normalised(`${port} ${request.method} ${request.target}${headers}${body}`, own, at)
}

const credentialsShown = (name: string, value: string): string => {
  if (name === 'Cookie') return value.replace(/=[^;]+/g, '=<sealed>')
  const pair = /^basic +([A-Za-z0-9+/=]{8,})$/i.exec(value)?.[1]
  if (name.toLowerCase() !== 'authorization' || pair === undefined) return value

  return value.replace(pair, `base64(${Buffer.from(pair, 'base64').toString()})`)
}

const cookie = (value: string): string =>
  value.replace(/^([^=]*)=[^;]+/, '$1=<sealed>').replace(/Expires=[^;]*/, 'Expires=<time>')

/** A text without what differs between two runs: addresses, ids, tokens, times. */
export const normalised = (text: string, own: Own, at: number): string =>
  replacements(own, at).reduce(
    (rest, [pattern, replacement]) => rest.replace(pattern, replacement as () => string),
    text.replace(/(?<![\w-])eyJ[\w-]+(?:\.[\w-]*)*|\.eyJ[\w-]+\.[\w-]*/g, readable),
  )

type Replacement = readonly [
  pattern: RegExp | string,
  replacement: string | ((...found: string[]) => string),
]

const replacements = ({ adminUrl, publicUrl, prefix }: Own, at: number): readonly Replacement[] => [
  [new RegExp(hostOf(adminUrl), 'g'), '<admin>'],
  [new RegExp(hostOf(publicUrl), 'g'), '<public>'],
  [/127\.0\.0\.1(:|%3A)\d{5}/g, '<receiver>'],
  [new RegExp(prefix, 'g'), '<run>'],
  [/ory_(at|rt|ac|dc)_[\w-]{20,}(?:\.|%2E)[\w-]{20,}/g, '<ory_$1>'],
  [/\b[\w-]{43}\.[\w-]{43}\b/g, '<token>'],
  [/((?:login|consent|logout|device)_(?:challenge|verifier)=)[\w.%=-]{16,}/g, '$1<sealed>'],
  [/("challenge":")[\w.=-]{16,}/g, '$1<sealed>'],
  [/([?&]csrf=)[\w.%=-]{16,}/g, '$1<sealed>'],
  [/("user_code":"|user_code=)\w{8}\b/g, '$1<user code>'],
  [/("client_secret":")[\w.~-]{26}"/g, '$1<made by the server>"'],
  [/page_token=[\w%=-]{16,}/g, 'page_token=<sealed>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<uuid>'],
  [/\b[0-9a-f]{32}\b/g, '<id>'],
  [/"(n|x|y)":"[\w-]{40,}"/g, '"$1":"<key>"'],
  [/(_hash":")[\w-]{22}"/g, '$1<hash>"'],
  [/\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)/g, '<time>'],
  [/\b[1-9]\d{9}\b/g, (seconds) => `<now${apart(Number(seconds), at)}>`],
  [
    /("expires_in":|expires_in=)(-?\d+)/g,
    (_all, name, seconds) => `${name}<${rough(Number(seconds))}>`,
  ],
]

const hostOf = (url: string): string => {
  const { hostname, port } = new URL(url)

  return `${hostname.replaceAll('.', '\\.')}(?::|%3A)${port}`
}

/** To half a minute: two servers are not asked in the same instant. */
const rough = (seconds: number): number => Math.round(seconds / 30) * 30

const apart = (seconds: number, at: number): string => {
  const rounded = rough(seconds - at / 1000)

  return rounded === 0 ? '' : `${rounded > 0 ? '+' : ''}${rounded}`
}

const isPrintable = (text: string): boolean => /^[\u0020-\u007e]*$/.test(text)

/** A JWT by its header and claims; what is not JSON in it, by its place. */
const readable = (jwt: string): string =>
  `jwt(${jwt
    .split('.')
    .map((part) => {
      const text = Buffer.from(part, 'base64url').toString()
      return isPrintable(text) ? text : '<bytes>'
    })
    .join('.')})`
