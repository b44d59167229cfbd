import type { Dispatcher } from 'undici'
import type { Answer } from './memory-answers.ts'

/** One request on its way to the server. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly headers: readonly string[]
  /** To be called once the first byte is written; an answer implies it. */
  readonly begin: () => void
  /** Aborted where nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** Why there is no answer, as Node has it: `ECONNREFUSED`, `ECONNRESET`. */
export class NoAnswer extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** An undici dispatcher without a network: what a request comes to is for `serve` to say. */
export function memoryDispatcher(serve: (sent: Sent) => Promise<Answer>): Dispatcher {
  const dispatch: Dispatcher['dispatch'] = (options, handler) => {
    const abandoned = new AbortController()
    const controller = {
      abort: (reason: Error) => abandoned.abort(reason),
    } as unknown as Dispatcher.DispatchController
    const { method, path, body, headers } = options
    const state = { begun: false }
    const begin = () => {
      if (!state.begun) handler.onRequestStart?.(controller, undefined)
      state.begun = true
    }
    const sent = {
      method,
      path,
      body: typeof body === 'string' && /^[[{]/.test(body) ? JSON.parse(body) : undefined,
      headers: headers as readonly string[],
      begin,
      signal: abandoned.signal,
    }
    serve(sent).then(
      ({ status, headers = {}, json, text }) => {
        begin()
        handler.onResponseStart?.(controller, status, headers, '')
        const written = text ?? (json === undefined ? '' : JSON.stringify(json))
        if (written !== '') handler.onResponseData?.(controller, Buffer.from(written))
        handler.onResponseEnd?.(controller, {})
      },
      (error: Error) => handler.onResponseError?.(controller, error),
    )
    return true
  }
  return { dispatch } as unknown as Dispatcher
}
