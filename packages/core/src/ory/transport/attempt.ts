import type { Dispatcher } from 'undici'
import type { OryClock } from './clock.ts'

/** Header names are in lower case; a repeated one is an array. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** A whole answer. */
export interface Answer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly text: string
}

/** Why there is no answer, and whether any byte of the request may have been written. */
export interface NoAnswer {
  readonly lost: 'timeout' | 'aborted' | 'failed'
  readonly started: boolean
  readonly error?: unknown
}

/** What bounds one attempt. */
export interface Bounds {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  readonly clock: OryClock
}

/** Whether an outcome is an answer. */
export const isAnswer = (outcome: Answer | NoAnswer): outcome is Answer => 'status' in outcome

const textOf = (chunks: readonly Buffer[]): string => {
  const [only] = chunks
  if (only === undefined) return ''

  return chunks.length === 1 ? only.toString() : Buffer.concat(chunks).toString()
}

/**
 * Sends a request once and reads its answer to the end. Never rejects: an answer and its absence
 * are both outcomes. Redirects are answers.
 */
export const attempt = (
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { timeoutMs, signal, clock }: Bounds,
): Promise<Answer | NoAnswer> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve({ lost: 'aborted', started: false })
    if (timeoutMs <= 0) return resolve({ lost: 'timeout', started: false })

    const chunks: Buffer[] = []
    let settled = false
    let status = 0
    let headers: AnswerHeaders = {}
    let controller: Dispatcher.DispatchController | undefined

    const settle = (outcome: Answer | NoAnswer) => {
      if (settled) return
      settled = true
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      resolve(outcome)
    }
    const giveUp = (lost: 'timeout' | 'aborted') => {
      settle({ lost, started: controller !== undefined })
      controller?.abort(new Error(lost))
    }
    const onAbort = () => giveUp('aborted')
    const timer = clock.setTimeout(() => giveUp('timeout'), timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })

    const fail = (error: unknown) =>
      settle({ lost: 'failed', started: controller !== undefined, error })

    try {
      dispatcher.dispatch(request, {
        // Called just before the first byte is written, and not at all where no connection came about.
        onRequestStart(started) {
          if (settled) return started.abort(new Error('no longer wanted'))
          controller = started
        },
        onResponseStart(_controller, received, receivedHeaders) {
          status = received
          headers = receivedHeaders
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          settle({ status, headers, text: textOf(chunks) })
        },
        onResponseError(_controller, error) {
          fail(error)
        },
      })
    } catch (error) {
      fail(error)
    }
  })
