import { inLanes } from '@lapse/core/concurrency'
import { type Delivered, deliver, type Message, postpone, type Worker } from '@lapse/core/delivery'
import { DeadlineError } from '@lapse/core/errors'
import type { Services, WorkflowEvent } from '@lapse/core/run'
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { allowanceOf, type InvocationAllowance, type Remaining } from './allowance.ts'

/** What a batch may use. */
export interface BatchOptions {
  /** How many messages are processed at the same time. */
  readonly concurrency: number
}

/**
 * A Lambda handler for the queues of one event: a batch is of one of them, and has the worker of that
 * one. Messages succeed and fail one by one; what there is no time to
 * begin is deferred, without counting towards the queue's `maxReceiveCount`.
 */
export function sqsBatch<Event extends WorkflowEvent, Observation, Needs extends Services>(
  makeWorker: (queueArn: string) => Worker<Event, Observation, Needs>,
  { concurrency }: BatchOptions,
): (event: SQSEvent, context: Remaining) => Promise<SQSBatchResponse> {
  const kept = new Map<string, Worker<Event, Observation, Needs>>()
  return async ({ Records }, context) => {
    const queueArn = Records[0]?.eventSourceARN ?? ''
    // Made at the first batch and kept, with its connections; a failure is forgotten.
    const worker = kept.get(queueArn) ?? makeWorker(queueArn)
    kept.set(queueArn, worker)
    const allowance = allowanceOf(context, worker.clock)
    const failures: SQSBatchItemFailure[] = []
    await inLanes(concurrency, Records, async (record) => {
      const delivered = await processMessage(messageOf(record), allowance, worker)
      if (delivered === 'retry') failures.push({ itemIdentifier: record.messageId })
    })
    worker.metrics.flush()
    return { batchItemFailures: failures }
  }
}

function processMessage<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  allowance: InvocationAllowance,
  worker: Worker<Event, Observation, Needs>,
): Promise<Delivered> {
  return worker.clock.now() < allowance.deadline
    ? deliver(message, allowance, worker)
    : postpone(message, new DeadlineError('no time to begin'), worker)
}

function messageOf({ messageId, body, attributes, messageAttributes }: SQSRecord): Message {
  const texts = Object.entries(messageAttributes).flatMap(([name, { stringValue }]) =>
    stringValue === undefined ? [] : [[name, stringValue] as const],
  )
  return {
    messageId,
    body,
    attributes: Object.fromEntries(texts),
    sentAt: numberOf(attributes.SentTimestamp),
    receiveCount: numberOf(attributes.ApproximateReceiveCount),
  }
}

/** What SQS says in text; `undefined` where it does not say it. */
function numberOf(text: string | undefined): number | undefined {
  return /^\d+$/.test(text ?? '') ? Number(text) : undefined
}
