import type { Own } from './normalise.ts'
import { exchange, type RawAnswer, type RawRequest } from './raw.ts'

export type Port = 'admin' | 'public'

/** A request in the making: what is left out is filled in. */
export interface Request {
  readonly method?: string
  readonly target: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string | undefined
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent urlencoded. */
  readonly form?: Readonly<Record<string, string>> | undefined
}

/** One question and its answer; or, without a question, what was seen besides. */
export interface Exchange {
  readonly port: Port
  readonly request: RawRequest | undefined
  readonly answer: RawAnswer
  /** When it was asked and when it had answered, in milliseconds since the epoch. */
  readonly askedAt: number
  readonly answeredAt: number
}

/** A server under comparison, with what it was asked in one case. */
export interface Server extends Own {
  readonly name: string
  readonly exchanges: readonly Exchange[]
  readonly send: (port: Port, request: Request) => Promise<Answer>
  /** Something seen elsewhere than in an answer, to be compared as well. */
  readonly observe: (what: string) => void
}

export interface Answer extends RawAnswer {
  /** The body as JSON; an empty object where it is none. */
  readonly json: Readonly<Record<string, unknown>>
  readonly location: string
}

export const newServer = (name: string, own: Own): Server => {
  const exchanges: Exchange[] = []

  return {
    ...own,
    name,
    exchanges,
    observe(body) {
      const now = Date.now()
      const answer = { status: 0, headers: [], body }
      exchanges.push({ port: 'admin', request: undefined, answer, askedAt: now, answeredAt: now })
    },
    async send(port, request) {
      const base = port === 'admin' ? own.adminUrl : own.publicUrl
      const raw = completed(base, request)
      const askedAt = Date.now()
      const answer = await exchange(base, raw)
      exchanges.push({ port, request: raw, answer, askedAt, answeredAt: Date.now() })
      const location = answer.headers.find(([header]) => header === 'location')?.[1] ?? ''

      return { ...answer, json: jsonOf(answer.body), location }
    },
  }
}

const completed = (base: string, request: Request): RawRequest => {
  const { method = 'GET', target, headers = [], form, json, body } = request
  const typed = form
    ? String(new URLSearchParams(form))
    : json === undefined
      ? undefined
      : JSON.stringify(json)
  const sent = body ?? typed
  const type = typeFor(request)
  const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type')

  return {
    method,
    target,
    headers: [
      ['Host', new URL(base).host],
      ['Connection', 'close'],
      ...(type && !isTyped ? [['Content-Type', type] as const] : []),
      ...headers,
    ],
    body: sent ?? (['POST', 'PUT', 'PATCH'].includes(method) ? '' : undefined),
  }
}

const typeFor = ({ form, json }: Request): string | undefined => {
  if (form) return 'application/x-www-form-urlencoded'

  return json === undefined ? undefined : 'application/json'
}

const jsonOf = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
