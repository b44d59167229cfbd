import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { mostReceives } from '@lapse/core/delivery'
import { expect, test } from 'vitest'

const textOf = (file: string) => readFileSync(resolve(import.meta.dirname, '..', file), 'utf8')

test.each([
  ['infra/event-queue.ts', /dlq: \{ queue: dlq\.arn, retry: (\d+) \}/],
  ['packages/local/src/system/queue-functions.ts', /maxReceiveCount: (\d+)/],
])('the queues of %s hand a message out as often as its worker believes', (file, pattern) => {
  expect(Number(pattern.exec(textOf(file))?.[1])).toBe(mostReceives)
})
