import { expect, test } from 'vitest'
import { passedOverSource, passedOverUpdate } from './passed-over.ts'
import { checkPublished } from './published.ts'
import { parseUserDeleted } from './user-deleted.ts'
import { parseUserSignedOut } from './user-signed-out.ts'
import { parseUserSuspended } from './user-suspended.ts'

const suspended = {
  specversion: '1.0',
  id: 'e-1',
  source: 'https://accounts.example',
  type: 'user.suspended',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
}

const updated = (attributes: object) => ({
  name: 'IdentityUpdated',
  version: '1',
  timestamp: '2026-01-02T03:04:05Z',
  projectId: 'p-1',
  eventAttributes: { IdentityID: 'alice', ...attributes },
})

const body = (content: unknown) => JSON.stringify(content)

test('reads a suspension and a sign-out, each under its own type alone', () => {
  const signedOut = { ...suspended, type: 'user.signed-out' }

  expect(parseUserSuspended(body(suspended))).toEqual({
    type: 'user.suspended',
    id: 'e-1',
    source: 'https://accounts.example',
    time: '2026-01-02T03:04:05Z',
    data: { subject: 'alice' },
    subject: 'alice',
  })
  expect(parseUserSignedOut(body(signedOut))).toMatchObject({ type: 'user.signed-out' })
  expect(() => parseUserSuspended(body(signedOut))).toThrow(
    'unexpected-type: this queue takes user.suspended',
  )
  expect(() => parseUserSignedOut(body(suspended))).toThrow(
    'unexpected-type: this queue takes user.signed-out',
  )
  expect(() => parseUserDeleted(body(suspended))).toThrow('unexpected-type')
})

test.each([false, 'false'])(
  'reads an identity whose IdentityActive is %j as suspended',
  (active) => {
    const event = body(updated({ IdentityActive: active }))

    expect(parseUserSuspended(event)).toMatchObject({
      type: 'user.suspended',
      source: 'ory:p-1',
      subject: 'alice',
    })
    expect(passedOverUpdate(event)).toBeUndefined()
    expect(passedOverSource(event)).toBe('ory')
  },
)

test.each([{}, { IdentityActive: true }, { IdentityActive: 'true' }, { IdentityActive: null }])(
  'passes over an update that deactivates nobody: %j',
  (attributes) => {
    const event = body(updated(attributes))

    expect(passedOverUpdate(event)).toBe('ory')
    expect(() => parseUserSuspended(event)).toThrow('unexpected-type')
  },
)

test('passes over nothing else on the queue of suspensions', () => {
  expect(passedOverUpdate(body(suspended))).toBeUndefined()
  expect(passedOverUpdate(body({ ...updated({}), name: 'IdentityDeleted' }))).toBeUndefined()
})

test('takes the subject from the member that the settings name', () => {
  const fields = { userDeleted: 'user.id', identityDeleted: 'ExternalID' }
  const named = { ...suspended, data: { user: { id: 'bob' } } }

  expect(parseUserSuspended(body(named), fields)).toMatchObject({ subject: 'bob' })
  expect(
    parseUserSuspended(body(updated({ IdentityActive: false, ExternalID: 'x-1' })), fields),
  ).toMatchObject({ subject: 'x-1' })
})

test('takes what is about a user whatever its time', () => {
  const ahead = { ...suspended, time: '2126-01-02T03:04:05Z' }

  expect(() => checkPublished(parseUserSuspended(body(ahead)), 0)).not.toThrow()
})
