import { expect, test } from 'vitest'
import { isQueue } from './queue-urls.ts'

const url = 'https://sqs.eu-west-1.amazonaws.com/111111111111/lapse-users-incident'

test.each([
  ['arn:aws:sqs:eu-west-1:111111111111:lapse-users-incident', true],
  ['arn:aws:sqs:eu-west-1:111111111111:lapse-users', false],
  ['arn:aws:sqs:eu-west-1:111111111111:users-incident', false],
  ['', false],
])('%j is the queue of that name: %j', (arn, is) => {
  expect(isQueue(arn, url)).toBe(is)
})
