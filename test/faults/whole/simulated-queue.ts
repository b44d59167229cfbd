import type { Outbox, OutgoingMessage } from '@lapse/core/ports'
import type { SQSRecord } from 'aws-lambda'
import type { Random } from './random.ts'
import type { Simulation } from './simulation.ts'

const visibilityMs = 360_000
const maxReceiveCount = 5

export interface Kept extends OutgoingMessage {
  readonly messageId: string
  readonly sentAt: number
  visibleAt: number
  receives: number
  firstReceivedAt?: number
  /** Receives after which a copy could not be sent, or whose process died. */
  excused: number
}

/** A letter on the DLQ; `by` SQS where it was received too often. */
export interface Letter extends OutgoingMessage {
  readonly by: 'lapse' | 'sqs'
  /** How many of its receives were lapse's fault. */
  readonly burnt: number
}

/** A standard queue: at least once, in no order, with delays, and a DLQ behind it. */
export interface SimulatedQueue extends Outbox {
  readonly name: string
  readonly deadLetters: Letter[]
  isEmpty(): boolean
  /** Any message that can be received now. */
  receive(): Kept | undefined
  remove(message: Kept): void
  /** Moves letters on the DLQ back, as they are. @returns how many */
  redrive(chosen: (letter: Letter) => boolean): number
}

export function simulatedQueue(
  name: string,
  time: Simulation,
  random: Random,
  canBeReceived: () => void,
): SimulatedQueue {
  const kept = new Map<string, Kept>()
  const deadLetters: Letter[] = []
  const state = { sent: 0 }

  function add({ body, attributes, delaySeconds = 0 }: OutgoingMessage): void {
    if (delaySeconds > 900 || delaySeconds < 0 || !Number.isInteger(delaySeconds))
      throw new Error(`SQS delays by whole seconds up to 900: ${delaySeconds}`)
    state.sent += 1
    const messageId = `${name}-${state.sent}`
    const visibleAt = time.now() + delaySeconds * 1000
    kept.set(messageId, {
      messageId,
      body,
      attributes,
      sentAt: time.now(),
      visibleAt,
      receives: 0,
      excused: 0,
    })
    time.in(delaySeconds * 1000, canBeReceived)
  }

  function isReceivedTooOften(message: Kept): boolean {
    if (message.receives < maxReceiveCount) return false
    const { body, attributes, receives, excused } = message
    kept.delete(message.messageId)
    deadLetters.push({ body, attributes, by: 'sqs', burnt: receives - excused })
    return true
  }

  return {
    name,
    deadLetters,
    isEmpty: () => kept.size === 0,
    send: async (message) => add(message),
    deadLetter: async ({ body, attributes }) =>
      void deadLetters.push({ body, attributes, by: 'lapse', burnt: 0 }),
    receive() {
      const visible = [...kept.values()].filter(({ visibleAt }) => visibleAt <= time.now())
      const [message] = random.shuffled(visible).filter((one) => !isReceivedTooOften(one))
      if (message === undefined) return undefined
      message.receives += 1
      message.firstReceivedAt ??= time.now()
      message.visibleAt = time.now() + visibilityMs
      time.in(visibilityMs, canBeReceived)
      return message
    },
    remove: ({ messageId }) => void kept.delete(messageId),
    redrive(chosen) {
      const letters = deadLetters.splice(0)
      deadLetters.push(...letters.filter((letter) => !chosen(letter)))
      const moved = letters.filter(chosen)
      for (const { body, attributes } of moved) add({ body, attributes })
      return moved.length
    },
  }
}

/** A message as Lambda hands it over. */
export function recordOf({
  messageId,
  body,
  attributes,
  sentAt,
  receives,
  firstReceivedAt = sentAt,
}: Kept): SQSRecord {
  const messageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [
      name,
      { stringValue, dataType: 'String' as const },
    ]),
  )
  return {
    messageId,
    receiptHandle: messageId,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: 'lapse',
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    },
    messageAttributes,
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:queue',
    awsRegion: 'eu-west-1',
  }
}
