import { setTimeout } from 'node:timers/promises'
import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import type { Invocation, LocalFunction } from '../lambda/function.ts'
import type { Queue } from '../sqs/queues.ts'
import { gather } from './gather.ts'
import { createQueueReader, type QueueReader } from './queue-reader.ts'
import { toRecord } from './record.ts'
import { judge, type Verdict } from './verdict.ts'

/** From which queue to which function, and how. Names and defaults are Lambda's. */
export interface EventSourceMappingOptions {
  readonly sqs: SQSClient
  readonly queue: Queue
  readonly function: LocalFunction
  /** The most messages one invocation gets; defaults to 10, more need a batching window. */
  readonly batchSize?: number
  /** How long to go on gathering after the first message; defaults to 0. */
  readonly maximumBatchingWindowSeconds?: number
  /** How many invocations may run at once; defaults to 2. */
  readonly maximumConcurrency?: number
  /** Told of every batch once it is settled: its invocation is over, and what succeeded is deleted. */
  readonly onBatch?: ((batch: SettledBatch) => void) | undefined
  /** Told when the queue could not be read or written. The mapping goes on. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A batch whose invocation is over. */
export interface SettledBatch extends Verdict {
  readonly functionName: string
  readonly queueName: string
  readonly records: readonly SQSRecord[]
  readonly invocation: Invocation
}

/** A running mapping. */
export interface EventSourceMapping {
  /** Stops polling, and kills what is still running after `graceMs`. Resolves when all is quiet. */
  stop(graceMs: number): Promise<void>
}

const PAUSE_AFTER_ERROR_MS = 1_000

/**
 * Polls a queue and invokes a function with batches of its messages, as Lambda does. What succeeded
 * is deleted. What failed is left alone: its visibility timeout runs out, and after
 * `maxReceiveCount` receives SQS moves it to the DLQ.
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const stopping = new AbortController()
  const killing = new AbortController()
  const lanes = Array.from({ length: options.maximumConcurrency ?? 2 }, () =>
    runLane(options, stopping.signal, killing.signal),
  )

  return {
    stop: async (graceMs) => {
      stopping.abort()
      const graceOver = globalThis.setTimeout(() => killing.abort(), graceMs)
      await Promise.all(lanes)
      clearTimeout(graceOver)
    },
  }
}

async function runLane(
  options: EventSourceMappingOptions,
  stopping: AbortSignal,
  killing: AbortSignal,
): Promise<void> {
  const queue = createQueueReader(options.sqs, options.queue.url)
  const batching = {
    batchSize: options.batchSize ?? 10,
    windowMs: (options.maximumBatchingWindowSeconds ?? 0) * 1000,
  }
  while (!stopping.aborted) {
    try {
      const messages = await gather(queue, batching, stopping)
      if (messages.length > 0) await settle(options, queue, messages, killing)
    } catch (error) {
      if (stopping.aborted) return
      options.onError?.(error)
      await setTimeout(PAUSE_AFTER_ERROR_MS, undefined, { signal: stopping }).catch(() => undefined)
    }
  }
}

async function settle(
  options: EventSourceMappingOptions,
  queue: QueueReader,
  messages: readonly Message[],
  killing: AbortSignal,
): Promise<void> {
  const records = messages.map((message) => toRecord(message, options.queue.arn))
  const invocation = await options.function.invoke({ Records: records }, killing)
  const verdict = judge(
    invocation.payload,
    records.map(({ messageId }) => messageId),
  )
  await queue.remove(messages.filter(({ MessageId = '' }) => !verdict.failed.has(MessageId)))
  options.onBatch?.({
    ...verdict,
    functionName: options.function.name,
    queueName: options.queue.name,
    records,
    invocation,
  })
}
