import { type FunctionDefinition, moduleOf } from './function-definition.ts'

/**
 * A function, the queues it serves, and the mappings between them: `<stem>` and, for incidents,
 * `<stem>-incident`, each with a DLQ that has `-dlq` behind its name.
 */
export interface QueueFunction extends FunctionDefinition {
  readonly batchSize: number
  readonly maximumBatchingWindowSeconds: number
  readonly maximumConcurrency: number
  /** How long a received message is hidden; whole seconds, six times the timeout as AWS advises. */
  readonly visibilityTimeoutSeconds: number
  /** After this many receives SQS moves a message to the DLQ. */
  readonly maxReceiveCount: number
}

/** Every function that serves a queue: one line each. */
export const QUEUE_FUNCTIONS: readonly QueueFunction[] = [
  queueFunction('user-deleted'),
  queueFunction('user-suspended'),
  queueFunction('user-signed-out'),
  queueFunction('app-offboarded'),
  queueFunction('key-rotated'),
]

function queueFunction(stem: string): QueueFunction {
  return {
    stem,
    module: moduleOf(stem),
    timeoutSeconds: 60,
    memorySizeMb: 256,
    batchSize: 10,
    maximumBatchingWindowSeconds: 0,
    maximumConcurrency: 2,
    visibilityTimeoutSeconds: 360,
    maxReceiveCount: 5,
  }
}
