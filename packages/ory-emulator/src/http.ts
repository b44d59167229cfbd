import type { IncomingHttpHeaders } from 'node:http'
import type { Ory, Release } from './ory.ts'

/** The two listeners of an Ory server: `admin` has no authentication of its own, `public` faces browsers. */
export type Port = 'admin' | 'public'

/** Ory Network's rate buckets. Counters are shared by every operation of a bucket. */
export type Bucket =
  | 'admin-low'
  | 'admin-medium'
  | 'admin-high'
  | 'public-low'
  | 'public-medium'
  | 'public-high'

/** A request as a route sees it: parsed as far as HTTP goes, and no further. */
export interface Request {
  readonly method: string
  /** Scheme and host where the request's target was a whole URL, `''` otherwise. */
  readonly origin: string
  /** Without the query and without a slash at its end; on the admin port always with `/admin` in front. */
  readonly path: string
  /** Path parameters by their names in the route's template, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The query as it was sent, with its `?` where there is one: a flow's `request_url` keeps it to the letter. */
  readonly search: string
  readonly headers: IncomingHttpHeaders
  readonly cookies: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What a route answers. `json` is serialised with Go's spacing: compact, and a newline at its end. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly json?: unknown
  /** A body that is not JSON; `json` wins where both are set. */
  readonly text?: string
}

/** One endpoint as data. `operation` is Ory's operationId; faults and the request log go by it. */
export interface Route {
  readonly operation: string
  readonly port: Port
  readonly method: string
  /** A template such as `/admin/clients/{id}`. */
  readonly path: string
  readonly bucket?: Bucket
  /** The profiles that have it; all of them by default. */
  readonly profiles?: readonly Release[]
  readonly handle: (request: Request, ory: Ory) => Answer | Promise<Answer>
}

/** Thrown where Hydra's own code crashes: the connection closes without an answer. */
export class ServerPanic extends Error {
  override readonly name = 'ServerPanic'
}

/** Thrown by a route to answer early with an error; see `errors.ts` for Ory's own bodies. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`answered ${answer.status}`)
    this.answer = answer
  }
}
