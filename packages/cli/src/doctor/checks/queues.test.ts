import { expect, test } from 'vitest'
import { judged } from '../../testing/judged-outcome.ts'
import { dlqs } from './dlqs.ts'
import { type QueueSeen, queues } from './queues.ts'

const days = (count: number) => String(count * 86_400)
const seen = (
  queue: object = {},
  dlq: object = {},
  change: Partial<QueueSeen> = {},
): QueueSeen => ({
  name: 'key-rotated',
  queueVariable: 'KEY_ROTATED_QUEUE_URL',
  dlqVariable: 'KEY_ROTATED_DLQ_URL',
  queueUrl: 'https://sqs.example/1/q',
  dlqUrl: 'https://sqs.example/1/d',
  queue: {
    VisibilityTimeout: '360',
    MessageRetentionPeriod: days(14),
    RedrivePolicy: '{"deadLetterTargetArn":"arn:d","maxReceiveCount":5}',
    ...queue,
  },
  dlq: {
    QueueArn: 'arn:d',
    MessageRetentionPeriod: days(14),
    ApproximateNumberOfMessages: '0',
    ...dlq,
  },
  isQueueGone: false,
  isDlqGone: false,
  ...change,
})
const unset = { queueUrl: undefined, queue: undefined, dlqUrl: undefined, dlq: undefined }

test('queues are well as the stack makes them', () => {
  expect(judged(queues.judge([seen()]))).toBe('well: all 1 are as they should be')
  expect(judged(dlqs.judge([seen()]))).toMatch(/^well: .* and nothing is there$/)
  const waiting = [seen({}, { ApproximateNumberOfMessages: '1' })]
  expect(judged(dlqs.judge(waiting, { stage: 'x' }))).toMatch(
    /: lapse dead-letters list --stage x$/,
  )
  expect(judged(dlqs.judge(waiting))).toMatch(/1 message is there/)
})

test.each([
  [{ RedrivePolicy: '' }, {}, /has no DLQ/],
  [{}, { QueueArn: 'arn:other' }, /another queue than the DLQ/],
  [
    { RedrivePolicy: '{"deadLetterTargetArn":"arn:d","maxReceiveCount":"2"}' },
    {},
    /after 2 receives/,
  ],
  [{ VisibilityTimeout: '359' }, {}, /for 359 s/],
  [{ MessageRetentionPeriod: days(3.5) }, {}, /for 3\.5 days/],
  [{ MessageRetentionPeriod: '3600' }, {}, /for 1 h,/],
  [{ FifoQueue: 'true' }, {}, /FIFO/],
])('finds a queue that is otherwise: %j %j', (queue, dlq, says) => {
  expect(judged(queues.judge([seen(), seen(queue, dlq)]))).toMatch(/^wrong: key-rotated /)
  expect(judged(queues.judge([seen(queue, dlq)]))).toMatch(says)
})

test('finds a queue, and a DLQ, that SQS does not have', () => {
  const queue = seen({}, {}, { queue: undefined, isQueueGone: true })
  expect(judged(queues.judge([seen(), queue]))).toBe(
    'wrong: key-rotated: there is no queue https://sqs.example/1/q, do deploy, or set KEY_ROTATED_QUEUE_URL to the right one',
  )
  expect(judged(dlqs.judge([queue]))).toMatch(/^well/)
  const dlq = seen({}, {}, { dlq: undefined, isDlqGone: true })
  expect(judged(dlqs.judge([seen(), dlq]))).toMatch(
    /^wrong: key-rotated: there is no DLQ .*, do deploy, or set KEY_ROTATED_DLQ_URL/,
  )
})

test('finds a queue that is its own DLQ', () => {
  const dlqUrl = 'https://sqs.example/1/q'
  expect(judged(queues.judge([seen({}, {}, { dlqUrl })]))).toMatch(/are the same/)
})

test('finds a DLQ that moves messages on, or forgets them', () => {
  expect(judged(dlqs.judge([seen({}, { RedrivePolicy: '{}' })]))).toMatch(
    /a redrive policy of its own/,
  )
  expect(judged(dlqs.judge([seen({}, { MessageRetentionPeriod: days(13) })]))).toMatch(
    /for 13 days/,
  )
})

test('cannot tell of what no variable names, unless something known is wrong', () => {
  expect(judged(queues.judge([seen(), seen({}, {}, unset)]))).toMatch(
    /^cannot tell: 1 of 2 .*KEY_ROTATED_QUEUE_URL/,
  )
  expect(judged(dlqs.judge([seen(), seen({}, {}, unset)]))).toMatch(
    /^cannot tell: KEY_ROTATED_DLQ_URL/,
  )
  expect(judged(queues.judge([seen({ FifoQueue: 'true' }), seen({}, {}, unset)]))).toMatch(/^wrong/)
})
