import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { checkPublished } from './published.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const event = { type: 'app.offboarded', time: '2026-01-02T03:04:05Z', data: {} }
const ahead = '2026-01-02T03:09:06Z'

test.each(['app.offboarded', 'key.rotated'])('refuses %s from the future', (type) => {
  const problem =
    "time-in-the-future: time is more than 5 minutes ahead; check the publisher's clock"

  expect(() => checkPublished({ ...event, type, time: ahead }, now)).toThrow(
    new EventError(problem),
  )
  expect(() => checkPublished({ ...event, type }, now)).not.toThrow()
})

test('takes user.deleted whatever its time', () => {
  expect(() => checkPublished({ ...event, type: 'user.deleted', time: ahead }, now)).not.toThrow()
})

test.each(['of_owner', 'after_client_id', 'parts_of_owner'])(
  'refuses data.%s, which only lapse itself sets',
  (member) => {
    const internal = { ...event, data: { [member]: 'acme' } }

    expect(() => checkPublished(internal, now)).toThrow(
      new EventError(
        `internal-event: only lapse itself sets data.${member}; send the event about the owner`,
      ),
    )
    expect(() => checkPublished({ ...internal, type: 'user.deleted' }, now)).not.toThrow()
    expect(() => checkPublished({ ...internal, type: 'key.rotated' }, now)).not.toThrow()
  },
)

test('takes a member that is null for an absent one', () => {
  expect(() => checkPublished({ ...event, data: { of_owner: null } }, now)).not.toThrow()
})
