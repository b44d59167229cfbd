import { expect, test } from 'vitest'
import { publisherLanes, webhookLanes } from './lanes.ts'

test.each([
  [undefined, ['hygiene']],
  ['', ['hygiene']],
  ['none', []],
  ['incident', ['incident']],
  ['incident, hygiene', ['incident', 'hygiene']],
  ['["deletion", "hygiene"]', ['deletion', 'hygiene']],
])('lets publishers claim, of %j, %j', (PUBLISHER_LANES, lanes) => {
  expect(publisherLanes({ PUBLISHER_LANES })).toEqual(lanes)
})

test('names what is not a lane, and those that there are', () => {
  expect(() => publisherLanes({ PUBLISHER_LANES: 'incident urgent' })).toThrow(
    'PUBLISHER_LANES: urgent is not a lane; write some of incident, deletion, hygiene, or none',
  )
})

test('has a lane, or several, for each source that is named', () => {
  const WEBHOOK_LANES = '{"polis": "hygiene", "standard": ["incident"], "clerk": []}'

  expect(webhookLanes({ WEBHOOK_LANES })).toEqual(JSON.parse(WEBHOOK_LANES))
  expect(webhookLanes({})).toEqual({})
})

test.each(['[]', 'polis=hygiene', '1', 'null'])('refuses %s for all sources', (WEBHOOK_LANES) => {
  expect(() => webhookLanes({ WEBHOOK_LANES })).toThrow('WEBHOOK_LANES is not a JSON object')
})

test.each(['"urgent"', '["incident", "urgent"]', 'null', '{}'])(
  'refuses %s for a source',
  (rule) => {
    expect(() => webhookLanes({ WEBHOOK_LANES: `{"polis": ${rule}}` })).toThrow(
      'WEBHOOK_LANES: polis has neither a lane nor an array of lanes, which are incident, deletion, hygiene',
    )
  },
)
