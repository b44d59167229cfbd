/** A function, the queue it serves, and the mapping between them. */
export interface QueueFunction {
  /** Names the function and its queue; the DLQ is `<stem>-dlq`. */
  readonly stem: string
  /** URL of the module that exports `handler`. */
  readonly module: string
  /** After this an invocation is killed. */
  readonly timeoutSeconds: number
  readonly memorySizeMb: number
  readonly batchSize: number
  readonly maximumBatchingWindowSeconds: number
  readonly maximumConcurrency: number
  /** How long a received message is hidden; whole seconds, six times the timeout as AWS advises. */
  readonly visibilityTimeoutSeconds: number
  /** After this many receives SQS moves a message to the DLQ. */
  readonly maxReceiveCount: number
}

/** Every function that serves a queue: one line each. */
export const QUEUE_FUNCTIONS: readonly QueueFunction[] = [queueFunction('user-deleted')]

function queueFunction(stem: string): QueueFunction {
  return {
    stem,
    module: new URL(`../../../../functions/${stem}.ts`, import.meta.url).href,
    timeoutSeconds: 60,
    memorySizeMb: 256,
    batchSize: 10,
    maximumBatchingWindowSeconds: 0,
    maximumConcurrency: 2,
    visibilityTimeoutSeconds: 360,
    maxReceiveCount: 5,
  }
}
