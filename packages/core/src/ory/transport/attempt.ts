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

const textOf = (chunks: readonly Buffer[] | undefined): string => {
  if (chunks === undefined) return ''

  return chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()
}

const noHeaders: AnswerHeaders = {}

/**
 * One attempt under way, as a dispatcher wants to be told of it. A class, so that it is one object:
 * closures for each of these cost a call more than anything else that is done for it here.
 */
class AttemptHandler implements Dispatcher.DispatchHandler {
  private readonly resolve: (outcome: Answer | NoAnswer) => void
  private readonly bounds: Bounds
  private readonly timer: unknown
  private controller: Dispatcher.DispatchController | undefined
  private status = 0
  private headers = noHeaders
  private chunks: Buffer[] | undefined
  private settled = false

  constructor(resolve: (outcome: Answer | NoAnswer) => void, bounds: Bounds) {
    const { clock, timeoutMs, signal } = bounds
    this.resolve = resolve
    this.bounds = bounds
    this.timer = clock.setTimeout(() => this.giveUp('timeout'), timeoutMs)
    signal?.addEventListener('abort', this, { once: true })
  }

  /** Called just before the first byte is written, and not at all where no connection came about. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.settled) controller.abort(new Error('no longer wanted'))
    else this.controller = controller
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: AnswerHeaders,
  ): void {
    this.status = status
    this.headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.chunks === undefined) this.chunks = [chunk]
    else this.chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.settle({ status: this.status, headers: this.headers, text: textOf(this.chunks) })
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.settle({ lost: 'failed', started: this.controller !== undefined, error })
  }

  /** Of the signal. */
  handleEvent(): void {
    this.giveUp('aborted')
  }

  private giveUp(lost: 'timeout' | 'aborted'): void {
    this.settle({ lost, started: this.controller !== undefined })
    this.controller?.abort(new Error(lost))
  }

  /** Only the first outcome counts, as a promise has it: what is given up may yet fail. */
  private settle(outcome: Answer | NoAnswer): void {
    this.settled = true
    const { clock, signal } = this.bounds
    clock.clearTimeout(this.timer)
    signal?.removeEventListener('abort', this)
    this.resolve(outcome)
  }
}

/**
 * Sends a request once and reads its answer to the end. Never rejects: an answer and its absence
 * are both outcomes. Redirects are answers.
 */
export const attempt = (
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  bounds: Bounds,
): Promise<Answer | NoAnswer> =>
  new Promise((resolve) => {
    if (bounds.signal?.aborted) return resolve({ lost: 'aborted', started: false })
    if (bounds.timeoutMs <= 0) return resolve({ lost: 'timeout', started: false })

    const handler = new AttemptHandler(resolve, bounds)
    try {
      dispatcher.dispatch(request, handler)
    } catch (error) {
      handler.onResponseError(undefined, error)
    }
  })
