import { expect, test } from 'vitest'
import { inLane } from './in-lane.ts'

const event = ' {"specversion": "1.0",\t"data": {"subject": "{alice}"}}\r\n'

test('puts a lane into an event, and changes no other byte of it', () => {
  const body = inLane(event, 'incident')

  expect(body).toBe(event.replace('{', '{"lane":"incident",'))
  expect(JSON.parse(body)).toEqual({ ...JSON.parse(event), lane: 'incident' })
})

test('leaves an event as it is that says the lane already, or is asked for none', () => {
  const body = inLane(event, 'hygiene')

  expect(inLane(body, 'hygiene')).toBe(body)
  expect(inLane(event, undefined)).toBe(event)
})
