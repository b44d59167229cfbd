import { expect, test } from 'vitest'
import {
  appReceipt,
  keyReceipt,
  rotationReceipt,
  userReceipt,
} from '../testing/example-receipts.ts'
import { ocsfEvent } from './ocsf.ts'
import type { SomeReceipt } from './some-receipt.ts'

const suspended = appReceipt({ after: { clients: 1, suspended_clients: 1 } })
const restored = appReceipt({
  after: { clients: 1, suspended_clients: 0 },
  steps: [
    {
      op: 'patchOAuth2Client',
      by: 'id',
      status: 'acknowledged',
      ends: [{ what: 'the suspension', status: 'acknowledged' }],
      calls: 1,
    },
  ],
})
const ofOwner = () => {
  const { client_id: _, ...receipt } = appReceipt({ after: {} })
  return { ...receipt, owner: 'acme' }
}
const typed = (type: string) => userReceipt({ event: { ...userReceipt().event, type } })

const cases: readonly (readonly [string, SomeReceipt, number])[] = [
  ['a user who is deleted', userReceipt(), 300106],
  ['a user who is suspended', typed('user.suspended'), 300105],
  ['a user who is signed out', typed('user.signed-out'), 300199],
  ['a client that is deleted', appReceipt(), 300404],
  ['a client that is suspended', suspended, 300412],
  ['a client that is restored', restored, 300413],
  ['a client that is there as before', appReceipt({ after: { clients: 1 } }), 300403],
  ['everything of an owner', ofOwner(), 300404],
  ['an issuer’s key', keyReceipt(), 300403],
  ['an issuer’s key for one subject', keyReceipt({ subject: 'cd'.repeat(32) }), 300403],
  ['a secret', rotationReceipt('rotate'), 300403],
]

test.each(cases)('%s has the type that OCSF 1.8.0 gives it', (_of, receipt, type) => {
  const event = ocsfEvent('r-1', receipt)

  expect(event.type_uid).toBe(type)
  expect(event.class_uid * 100 + event.activity_id).toBe(type)
  expect(event).toMatchObject({
    category_uid: 3,
    severity_id: 1,
    status_id: 1,
    time: Date.parse(receipt.closed_at),
    duration: 1000,
    metadata: { version: '1.8.0', product: { name: 'lapse' }, uid: 'r-1' },
  })
})

test('a user is known by a pseudonym alone, and never by a name or an id', () => {
  const event = ocsfEvent('r-1', userReceipt())

  expect(event).toMatchObject({
    user: {
      uid_alt: 'cd'.repeat(32),
      account: { uid: 'cd'.repeat(32), type_id: 99, type: 'OAuth 2.0 subject (pseudonym)' },
    },
  })
  expect(event).not.toHaveProperty('user.name')
  expect(event).not.toHaveProperty('user.uid')
})

test.each([
  ['OAuth 2.0 client', 'notes', appReceipt()],
  ['Owner of OAuth 2.0 clients', 'acme', ofOwner()],
  ['Trusted JWT issuer', 'https://partner.example', keyReceipt()],
  [
    'Client secret',
    'arn:aws:secretsmanager:eu-central-1:1:secret:app/notes-AbCdEf',
    rotationReceipt('rotate'),
  ],
])('%s is an entity of its own type', (type, uid, receipt) => {
  expect(ocsfEvent('r-1', receipt)).toMatchObject({ entity: { uid, type_id: 99, type } })
})

test('both passes of an event are told to belong together, and apart', () => {
  const [first, second] = ['first', 'follow-up'].map((pass) =>
    ocsfEvent(pass, userReceipt({ pass })),
  )

  expect(first?.metadata['correlation_uid']).toBe(second?.metadata['correlation_uid'])
  expect(first?.metadata['uid']).not.toBe(second?.metadata['uid'])
})

test('what could not be looked at is told beside what was', () => {
  const unseen_after = ['consent_sessions']
  const partly = userReceipt({ after: { identity_sessions: 0 }, unseen_after })

  expect(ocsfEvent('r-1', partly).unmapped).toMatchObject({ unseen_after })
  expect(ocsfEvent('r-1', userReceipt()).unmapped).not.toHaveProperty('unseen_after')
})

test('an event that was superseded did not succeed', () => {
  const superseded = userReceipt({ result: 'superseded', after: {} })

  expect(ocsfEvent('r-1', superseded)).toMatchObject({ status_id: 99, status: 'Superseded' })
})
