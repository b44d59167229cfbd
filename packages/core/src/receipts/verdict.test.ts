import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  appReceipt,
  keyReceipt,
  rotationReceipt,
  userReceipt,
} from '../testing/example-receipts.ts'
import type { SomeReceipt } from './some-receipt.ts'
import { verdictOf } from './verdict.ts'

const at = (time: string) => Date.parse(`2026-01-02T${time}Z`)
const alone = (receipt: SomeReceipt, now = at('12:04:31')) => verdictOf([receipt], now, false)

test('says since when everything is gone, what may still work until when, and who was not told', () => {
  const receipt = userReceipt({
    steps: [
      {
        op: 'revokeOAuth2LoginSessions',
        by: 'sid',
        status: 'acknowledged',
        ends: [],
        calls: 4,
        accepted: 1,
      },
      ...userReceipt().steps,
    ],
    before: { ...userReceipt().before, login_sessions: 4 },
  })

  expect(verdictOf([receipt], at('12:05:00'), true)).toBe(
    'gone since 2026-01-02 12:04:31Z, but JWT access tokens until 13:04:31Z, 2 trusted issuers for any subject until somebody ends them, logins in flight until 12:35:31Z; relying parties of 3 sessions not told; the second pass is due 12:35:31Z',
  )
})

test('does not tell of what was over by then, nor of what there is none of', () => {
  const receipt = userReceipt({
    may_still_work: [
      { what: 'JWT access tokens', until: '2026-01-02T13:04:31.000Z', why: '' },
      { what: 'trusted issuers', until: null, why: '', count: 0 },
    ],
  })

  expect(alone(receipt, at('13:04:30'))).toContain('JWT access tokens until 13:04:31Z')
  expect(alone(receipt, at('13:04:31'))).toBe('gone since 2026-01-02 12:04:31Z')
})

test('goes by the second pass where that found something, and by what it says may still work', () => {
  const second = userReceipt({
    pass: 'follow-up',
    opened_at: '2026-01-02T12:35:40.000Z',
    closed_at: '2026-01-02T12:35:41.000Z',
    may_still_work: [{ what: 'JWT access tokens', until: '2026-01-02T13:35:41.000Z', why: '' }],
    follow_up_not_before: null,
  })
  const first = userReceipt({
    may_still_work: [{ what: 'JWT access tokens', until: '2026-01-02T13:04:31.000Z', why: '' }],
  })

  expect(verdictOf([second, first], at('12:40:00'), true)).toBe(
    'gone since 2026-01-02 12:35:41Z, after more had been granted in between, but JWT access tokens until 13:35:41Z',
  )
})

test('stays with the first pass where the second found nothing', () => {
  const second = userReceipt({
    pass: 'follow-up',
    closed_at: '2026-01-02T12:35:41.000Z',
    before: { consent_sessions: 0, login_sessions: 0 },
    steps: [
      {
        op: 'revokeOAuth2ConsentSessions',
        by: 'subject',
        status: 'acknowledged',
        ends: [],
        calls: 1,
        accepted: 1,
      },
    ],
    may_still_work: [],
    follow_up_not_before: null,
  })

  expect(verdictOf([userReceipt({ may_still_work: [] }), second], at('14:00:00'), true)).toBe(
    'gone since 2026-01-02 12:04:31Z',
  )
})

test('tells a second pass that is late, and says nothing of one where nobody looked for it', () => {
  const receipt = userReceipt({ may_still_work: [] })

  expect(verdictOf([receipt], at('14:35:31'), true)).toMatch(/the second pass is due 12:35:31Z$/)
  expect(verdictOf([receipt], at('14:35:32'), true)).toMatch(/is overdue since 12:35:31Z$/)
  expect(verdictOf([receipt], at('14:35:32'), false)).not.toContain('second pass')
})

test('claims no more than was seen', () => {
  const nothingListed = userReceipt({
    before: { consent_sessions: 0, login_sessions: 0 },
    steps: [
      {
        op: 'revokeOAuth2ConsentSessions',
        by: 'subject',
        status: 'acknowledged',
        ends: [],
        calls: 1,
        accepted: 1,
      },
    ],
    may_still_work: [],
  })

  expect(alone(nothingListed)).toMatch(
    /^nothing was known of this subject, and all was revoked all the same at /,
  )
  expect(alone({ ...nothingListed, before: { ...nothingListed.before, identities: 1 } })).toMatch(
    /^nothing was listed, and all was revoked all the same at /,
  )
  expect(alone({ ...nothingListed, before: {} })).toMatch(
    /^all was revoked, and nothing is listed, since /,
  )
  expect(alone({ ...nothingListed, after: { consent_sessions: 1 } })).toMatch(
    /^all was revoked, and what was granted since is listed, at /,
  )
  expect(alone({ ...nothingListed, after: {} })).toMatch(
    /^done, but nobody could look at what is left/,
  )
  expect(alone({ ...nothingListed, result: 'superseded' })).toMatch(
    /^superseded at .* by a later event: nothing more was done$/,
  )
})

test('calls nothing gone that could not be looked at, in either pass, whatever else was seen to go', () => {
  const partly = { after: { identity_sessions: 0 }, unseen_after: ['consent_sessions'] }
  const second = userReceipt({
    ...partly,
    pass: 'follow-up',
    closed_at: '2026-01-02T13:00:00.000Z',
  })
  const head = /^done, but nobody could look at what is left: Ory’s list could not be read at /

  expect(alone(userReceipt(partly))).toMatch(head)
  expect(verdictOf([userReceipt(), second], Date.parse(second.closed_at), true)).toMatch(head)
})

test('tells grants that are newer than the event', () => {
  const receipt = userReceipt({ before: { consent_sessions: 2, grants_newer_than_event: 1 } })

  expect(alone(receipt)).toContain('; 1 grant was newer than the event, and went too')
})

test('tells API keys that are newer than the event', () => {
  const receipt = userReceipt({ before: { consent_sessions: 2, api_keys_newer_than_event: 3 } })

  expect(alone(receipt)).toContain('; 3 API keys were newer than the event, and went too')
})

test('tells grants of an app’s issuers that were left', () => {
  const of = (issuers_spared: number) =>
    alone(appReceipt({ after: { clients: 0, issuers_spared }, may_still_work: [] }))

  expect(of(1)).toBe(
    'gone since 2026-01-02 12:04:31Z; 1 grant of its issuers is newer than the event, and still trusted',
  )
  expect(of(2)).toMatch(/; 2 grants of its issuers are newer than the event, and still trusted$/)
  expect(of(0)).not.toContain('trusted')
})

test.each([
  [{ 'failed: ERR_ORY_API': 2 }, '; refused: a thing'],
  [{ 'failed: ERR_ORY_API': 1, 'failed: ERR_CIRCUIT_OPEN': 1 }, '; refused: a thing'],
  [{ 'failed: ERR_CIRCUIT_OPEN': 1 }, '; not done, as nobody answered: a thing'],
  [{ 'failed: ERR_ORY_TRANSPORT': 2 }, '; not done, as nobody answered: a thing'],
])('tells what Ory refused, and what nobody answered: %o', (outcomes, text) => {
  const [step] = userReceipt().steps
  const refused = {
    ...step,
    by: 'client',
    status: 'refused',
    ends: [{ what: 'a thing', status: 'refused' }],
    attempts: [{ attempt: 1, outcomes }],
  } as const
  const receipt = userReceipt({
    steps: [...userReceipt().steps, { ...refused, op: 'x', calls: 1 }],
  })

  expect(alone(receipt)).toContain(text)
})

test.each([
  ['gone since', appReceipt({})],
  ['the client was gone already at', appReceipt({ steps: [] })],
  [
    'it was not suspended, and nothing was done, at',
    appReceipt({ after: { clients: 1, suspended_clients: 0 }, steps: [] }),
  ],
  ['suspended since', appReceipt({ after: { clients: 1, suspended_clients: 1 }, steps: [] })],
  [
    'works again since',
    appReceipt({
      after: { clients: 1, suspended_clients: 0 },
      steps: [
        {
          op: 'patchOAuth2Client',
          by: 'id',
          status: 'observed',
          ends: [{ what: 'the suspension', status: 'observed', seen: { before: 1, after: 0 } }],
          calls: 1,
        },
      ],
    }),
  ],
  [
    'reset, and there again, since',
    appReceipt({
      after: { clients: 1 },
      steps: [
        {
          op: 'createOAuth2Client',
          by: 'client_id',
          status: 'acknowledged',
          ends: [{ what: 'the absence of the client', status: 'acknowledged' }],
          calls: 1,
        },
      ],
    }),
  ],
  ['the new key is trusted since', keyReceipt({})],
  ['the old keys are gone since', keyReceipt({ pass: 'follow-up' })],
  ['the new credential is in use since', rotationReceipt('rotate')],
  [
    'the credential before is in use again since',
    rotationReceipt('rollback', { before: {}, after: {} }),
  ],
  ['a credential that works is in use since', rotationReceipt('repair')],
  ['one credential is left since', rotationReceipt('retire')],
])('begins with %s', (words, receipt) => {
  expect(alone(receipt)).toMatch(new RegExp(`^${words} 2026-01-02 12:04:31Z`))
})

test('says what retires old keys and credentials', () => {
  expect(verdictOf([keyReceipt({})], at('12:05:00'), true)).toMatch(
    /; retiring the old keys is due 12:35:31Z$/,
  )
  expect(verdictOf([rotationReceipt('rotate')], at('12:05:00'), true)).toMatch(
    /; retiring the old credential is due 12:35:31Z$/,
  )
})

test('does not wait for a pass of a repair’s own, which never comes', () => {
  expect(verdictOf([rotationReceipt('repair')], at('20:00:00'), true)).not.toContain('overdue')
})

test('is the same in whichever order the receipts come', () => {
  const passes = [
    userReceipt({}),
    userReceipt({ pass: 'follow-up', closed_at: '2026-01-02T12:36:00.000Z' }),
  ] as const
  const now = fc.integer({ min: at('12:00:00'), max: at('23:00:00') })

  fc.assert(
    fc.property(now, fc.boolean(), (time, isAll) => {
      const [first, second] = passes
      expect(verdictOf([first, second], time, isAll)).toBe(verdictOf([second, first], time, isAll))
    }),
  )
})

test('of a dead letter that was closed it says no more than that', () => {
  const receipt = userReceipt({ workflow: 'dead-letter', steps: [], after: {}, may_still_work: [] })

  expect(alone({ ...receipt, pass: 'close', result: 'moot', follow_up_not_before: null })).toBe(
    'a dead letter was closed at 2026-01-02 12:04:31Z: nothing was left to do for its event, and nothing was done',
  )
})

test('tells dead letters that were closed beside what was done for their event, which counts', () => {
  const passes = [
    userReceipt({ may_still_work: [] }),
    userReceipt({
      pass: 'follow-up',
      closed_at: '2026-01-02T12:36:00.000Z',
      steps: [],
      may_still_work: [],
      follow_up_not_before: null,
    }),
  ] as const
  const letter = {
    queue: 'user-deleted',
    message_id: 'm-1',
    reason: 'max-receives',
    event_key: 'k',
  }
  const closed = (closed_at: string): SomeReceipt => ({
    ...userReceipt({ steps: [], after: {}, may_still_work: [], follow_up_not_before: null }),
    workflow: 'dead-letter',
    pass: 'close',
    result: 'moot',
    letter,
    closed_at,
  })
  const early = closed('2026-01-02T12:00:00.000Z')
  const late = closed('2026-01-02T13:00:00.000Z')
  const now = at('14:00:00')

  for (const letters of [[early], [late]])
    expect(verdictOf([...passes, ...letters], now, true)).toBe(
      `${verdictOf(passes, now, true)}; 1 of its dead letters was closed`,
    )
  expect(verdictOf([...passes, early, late], now, true)).toMatch(
    /^gone since 2026-01-02 12:04:31Z; 2 of its dead letters were closed$/,
  )
})

test('does not say of somebody who was suspended or signed out that they are gone', () => {
  const suspended = alone(userReceipt({ workflow: 'user-suspended' }))
  const signedOut = alone(userReceipt({ workflow: 'user-signed-out', follow_up_not_before: null }))

  expect(suspended).toMatch(/^what the suspended user had is gone since 2026-01-02 12:04:31Z/)
  expect(signedOut).toMatch(/^signed out since 2026-01-02 12:04:31Z/)
})

test('tells what held an event up for a minute and more, over all of its passes', () => {
  const waited = (ory: number) => [
    { for: 'rate-limit', ms: 179_000 } as const,
    { for: 'ory', ms: ory } as const,
    { for: 'lease', ms: 400 } as const,
  ]
  const first = userReceipt({ may_still_work: [], waited: waited(5_000_000) })
  const second = userReceipt({ pass: 'follow-up', waited: waited(6_000_000) })

  expect(alone(first)).toBe(
    'gone since 2026-01-02 12:04:31Z; waited 83 minutes for Ory, 3 minutes for Ory’s rate limit',
  )
  expect(verdictOf([first, second], at('12:40:00'), true)).toContain(
    '; waited 3 hours for Ory, 6 minutes for Ory’s rate limit',
  )
  expect(alone(userReceipt({ may_still_work: [], waited: [{ for: 'aws', ms: 59_999 }] }))).toBe(
    'gone since 2026-01-02 12:04:31Z',
  )
})
