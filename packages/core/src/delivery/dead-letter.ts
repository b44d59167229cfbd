import { failureOf, type OutgoingMessage } from '../ports/index.ts'
import type { CleanMessage } from './clean-message.ts'
import { messageIdName, reasonName } from './envelope.ts'
import type { Delivered, Message } from './message.ts'
import { withinLimit } from './redriven.ts'
import { digestOf } from './seal.ts'

/** How often SQS hands a message out: the queue's `maxReceiveCount`. */
export const mostReceives = 5

/** The way to the DLQ. */
export interface DeadLetters {
  readonly outbox: { deadLetter(message: OutgoingMessage): Promise<void> }
}

/**
 * Gives a message up: a copy goes to the DLQ with its reason, and only then may the original go.
 *
 * Where the DLQ does not take the copy, most likely because body and attributes together are too
 * long, it gets a stub in its place, and the original stays for SQS to move. The stub is sent when
 * the message is received for the first time, and for the last: what it ends for may be another
 * reason than what failed at first, or the first stub may not have got there. An original that held
 * a secret goes even so: it is not for a DLQ.
 * @throws whatever kept the DLQ from taking either
 */
export async function deadLetter(
  message: CleanMessage,
  reason: string,
  { outbox }: DeadLetters,
): Promise<Delivered> {
  const { body, heldSecret, receiveCount = 1 } = message
  const copy = { body, attributes: withReason(message, reason, () => true) }
  if (await isTaken(copy, outbox)) return 'acknowledge'
  const isFirstOrLast = receiveCount <= 1 || receiveCount >= mostReceives
  if (heldSecret || isFirstOrLast) await outbox.deadLetter(stubOf(message, reason))
  return heldSecret ? 'acknowledge' : 'retry'
}

/** `false` where SQS answered that it will not take this message, now or ever. */
async function isTaken(copy: OutgoingMessage, outbox: DeadLetters['outbox']): Promise<boolean> {
  try {
    await outbox.deadLetter(copy)
    return true
  } catch (error) {
    if (isRefused(error)) return false
    throw error
  }
}

/** The names under which SQS refuses a message for what it is: too long, or not printable. */
const refusals = new Set([
  'BatchRequestTooLong',
  'InvalidMessageContents',
  'InvalidParameterValue',
  'InvalidParameterValueException',
])

/** Whether SQS will take a message neither now nor later. */
export function isRefused(error: unknown): boolean {
  const { name, $metadata } = Object(error) as {
    readonly name?: string
    readonly $metadata?: { readonly httpStatusCode?: number }
  }
  if (failureOf(error) !== undefined) return false
  return refusals.has(String(name)) || [400, 413].includes($metadata?.httpStatusCode ?? 0)
}

/** Says of a message what a person needs in order to find it, and nothing of what it holds. */
export function stubOf(message: Message, reason: string): OutgoingMessage {
  const { body, messageId } = message
  const stub = {
    reason,
    message_id: messageId,
    body_sha256: digestOf(body),
    body_bytes: Buffer.byteLength(body),
  }
  return {
    body: JSON.stringify(stub),
    attributes: withReason(message, reason, (name) => name.startsWith('lapse-')),
  }
}

/** Ours come last, and go last where a message has more attributes than SQS takes. */
function withReason(
  { attributes, messageId }: Message,
  reason: string,
  keeps: (name: string) => boolean,
): Record<string, string> {
  const isOurs = (name: string) => name.startsWith('lapse-')
  const kept = Object.entries(attributes).filter(
    ([name]) => keeps(name) && name !== reasonName && name !== messageIdName,
  )
  const all = [
    ...kept.filter(([name]) => !isOurs(name)),
    ...kept.filter(([name]) => isOurs(name)),
    [reasonName, reason] as const,
    [messageIdName, messageId] as const,
  ]
  return Object.fromEntries(withinLimit(all))
}
