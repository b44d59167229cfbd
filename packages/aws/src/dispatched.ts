import type { Dispatcher } from 'undici'

/** A whole answer. */
export interface Answer {
  readonly status: number
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/**
 * Sends a request once and reads its answer to the end; undici's pool alone can do no more.
 * @throws what undici says, or the signal's reason
 */
export function dispatched(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const chunks: Buffer[] = []
  const sent: { controller?: Dispatcher.DispatchController } = {}
  let head: Pick<Answer, 'status' | 'headers'> = { status: 0, headers: {} }
  const abort = () => {
    reject(signal.reason)
    sent.controller?.abort(signal.reason)
  }
  signal.addEventListener('abort', abort, { once: true })
  dispatcher.dispatch(request, {
    onRequestStart(controller) {
      // While it waited for a connection its time may have run out.
      if (signal.aborted) controller.abort(signal.reason)
      sent.controller = controller
    },
    onResponseStart(_controller, status, headers) {
      head = { status, headers }
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd() {
      resolve({ ...head, text: Buffer.concat(chunks).toString() })
    },
    onResponseError(_controller, error) {
      reject(error)
    },
  })
  return promise.finally(() => signal.removeEventListener('abort', abort))
}
