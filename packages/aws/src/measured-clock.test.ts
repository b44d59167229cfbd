import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '@lapse/core/ports'
import { manualClock } from '@lapse/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dynamoDb } from './dynamodb.ts'
import { measuredClock } from './measured-clock.ts'

const minute = 60_000

/** A clock that is off by so much, and an AWS that says in whole seconds what time it is. */
function clockThatIsOffBy(offMs: number) {
  const aws = manualClock('2026-01-02T03:04:05.300Z')
  const set = { offMs }
  const told: number[] = []
  const local = { now: () => aws.now() + set.offMs }
  const clock = measuredClock(local, (aheadMs) => told.push(aheadMs))
  const hear = (tripMs = 10) => {
    const sentAt = local.now()
    aws.advance(tripMs)
    clock.hear({ date: new Date(aws.now()).toUTCString(), sentAt, receivedAt: local.now() })
  }
  return { aws, set, told, clock, hear }
}

test.each([5, -5, 60])('goes by AWS where it is %d minutes off, and says so once', (minutes) => {
  const { aws, clock, hear, told } = clockThatIsOffBy(minutes * minute)
  expect(clock.isMeasured()).toBe(false)
  for (let answers = 0; answers < 40; answers += 1) {
    hear()
    aws.advance(137)
  }

  expect(clock.isMeasured()).toBe(true)
  expect(told).toHaveLength(1)
  expect(Math.abs(clock.offMs() - minutes * minute)).toBeLessThan(100)
  expect(Math.abs(clock.now() - aws.now())).toBeLessThan(100)
})

test('leaves a clock alone that is right as far as whole seconds can tell', () => {
  for (const offMs of [0, 40, -40, 900, -900]) {
    const { aws, clock, hear, told } = clockThatIsOffBy(offMs)
    for (let answers = 0; answers < 20; answers += 1) hear()

    expect([clock.now() - aws.now(), clock.offMs(), told]).toEqual([offMs, 0, []])
  }
})

test('follows a clock that is set meanwhile', () => {
  const { aws, set, clock, hear } = clockThatIsOffBy(3 * minute)
  hear()
  set.offMs = 0
  hear()

  expect(clock.now()).toBe(aws.now())
})

test('makes nothing of an answer without a date, or with one that is none', () => {
  const { aws, clock } = clockThatIsOffBy(minute)
  for (const date of [undefined, '', 'yesterday']) clock.hear({ date, sentAt: 0, receivedAt: 0 })

  expect([clock.isMeasured(), clock.now() - aws.now()]).toEqual([false, minute])
})

test('is never further off than a second and what an answer took, whatever the clock shows', () => {
  const trips = fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.integer({ min: -60 * minute, max: 60 * minute }), trips, (offMs, tripsMs) => {
      const { aws, clock, hear } = clockThatIsOffBy(offMs)
      for (const tripMs of tripsMs) {
        hear(tripMs)
        aws.advance(61)
      }
      const mostMs = Math.max(2000, (1000 + Math.min(...tripsMs)) / 2)

      expect(Math.abs(clock.now() - aws.now())).toBeLessThanOrEqual(mostMs + 1000)
    }),
  )
})

test('is right to a tenth of a second after many answers, and after each to what one allows', () => {
  const offs = fc.oneof(
    fc.integer({ min: 3100, max: 60 * minute }),
    fc.integer({ min: -60 * minute, max: -3100 }),
  )
  fc.assert(
    fc.property(offs, fc.nat({ max: 999 }), (offMs, phaseMs) => {
      const { aws, clock, hear, told } = clockThatIsOffBy(offMs)
      aws.advance(phaseMs)
      const errors = Array.from({ length: 40 }, () => {
        hear()
        aws.advance(137)
        return Math.abs(clock.now() - aws.now())
      })

      expect(Math.max(...errors)).toBeLessThanOrEqual(510)
      expect(errors.at(-1)).toBeLessThan(100)
      expect(told).toHaveLength(1)
    }),
  )
})

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

test.each([
  ['requests signed here', credentials],
  ["AWS's own client", async () => credentials],
])('hears what time it is from whatever DynamoDB answers to %s', async (_by, given) => {
  const server = createServer((_request, response) => {
    response.setHeader('date', new Date(systemClock.now() + 5 * minute).toUTCString())
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clock = measuredClock()
  const db = dynamoDb({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: given,
    hear: clock.hear,
  })
  await db.getItem({ TableName: 't', Key: { pk: { S: 'p' } } })
  server.close()
  server.closeAllConnections()

  expect(clock.now() - systemClock.now()).toBeGreaterThan(4 * minute)
})
