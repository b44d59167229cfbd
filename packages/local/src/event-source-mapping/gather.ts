import { setTimeout } from 'node:timers/promises'
import type { Message } from '@aws-sdk/client-sqs'
import type { QueueReader } from './queue-reader.ts'

/** How a batch is put together. */
export interface Batching {
  /** The most messages one invocation gets; more than 10 need a window. */
  readonly batchSize: number
  /** How long to go on gathering after the first message, in milliseconds. */
  readonly windowMs: number
}

const LONG_POLL_MS = 20_000

/**
 * Waits for messages and gathers a batch: until it is full, or until its window closes. Empty when
 * none came. Rejects when aborted or when the queue cannot be read.
 */
export async function gather(
  queue: QueueReader,
  { batchSize, windowMs }: Batching,
  signal: AbortSignal,
): Promise<readonly Message[]> {
  const batch = [...(await queue.receive(batchSize, LONG_POLL_MS, signal))]
  const closesAt = Date.now() + windowMs
  while (batch.length > 0 && batch.length < batchSize && Date.now() < closesAt) {
    const left = closesAt - Date.now()
    // SQS waits whole seconds only: the rest of the window is sat out, and then looked at once, also
    // where the timer is a millisecond early.
    const isLast = left < 1000
    if (isLast) await setTimeout(left, undefined, { signal })
    batch.push(...(await queue.receive(batchSize - batch.length, left, signal)))
    if (isLast) break
  }
  return batch
}
