import { expect, test } from 'vitest'
import { exampleReceipt } from '../testing/example-receipt.ts'
import { checkOutcome, type Outcome } from './checks.ts'
import { exampleEvents } from './example-events.ts'
import type { TokenReport } from './token-report.ts'

const events = exampleEvents(new Date(0))
const malformed = events.find(({ readable }) => !readable)?.body ?? ''

const receiptOf = (id: string, pass: 'first' | 'follow-up') => ({
  ...exampleReceipt,
  pass,
  event: { ...exampleReceipt.event, id },
})

const token: TokenReport = {
  subject: 'alice',
  client_id: 'mail',
  kind: 'access_token',
  activeBefore: true,
  activeAfter: false,
}
const control: TokenReport = { ...token, subject: 'carol', activeAfter: true }

const good: Outcome = {
  events,
  receipts: ['event-1', 'event-2', 'event-3'].flatMap((id) => [
    receiptOf(id, 'first'),
    receiptOf(id, 'follow-up'),
  ]),
  deadLetters: [{ reason: 'malformed-event: x', messageId: 'm-4', body: malformed }],
  tokens: [token],
  controls: [control],
  backchannelLogouts: [{ client_id: 'mail', sid: 's-1', verified: true }],
  sidOfAlice: 's-1',
  malformedMessageId: 'm-4',
  revokesOfBob: 2,
}

const broken = (change: Partial<Outcome>) =>
  checkOutcome({ ...good, ...change })
    .filter(({ ok }) => !ok)
    .map(({ what }) => what)

test('finds nothing wrong with what went as it should', () => {
  expect(checkOutcome(good)).toHaveLength(8)
  expect(broken({})).toEqual([])
})

const [letter] = good.deadLetters
const [logout] = good.backchannelLogouts
const unseen = { ...exampleReceipt, before: { ...exampleReceipt.before, clients: 1 } }

test.each<[string, Partial<Outcome>, RegExp]>([
  ['a token that never worked', { tokens: [{ ...token, activeBefore: false }] }, /active before/],
  ['no token at all', { tokens: [] }, /active before/],
  ['no control', { controls: [] }, /active before/],
  [
    'a control that never worked',
    { controls: [{ ...control, activeBefore: false }] },
    /active before/,
  ],
  [
    'a token that still works',
    { tokens: [token, { ...token, activeAfter: true }] },
    /inactive now/,
  ],
  ['a control that was hit', { controls: [{ ...control, activeAfter: false }] }, /still active/],
  ['a receipt too few', { receipts: good.receipts.slice(1) }, /one receipt/],
  [
    'a receipt too many',
    { receipts: [...good.receipts, receiptOf('event-2', 'first')] },
    /one receipt/,
  ],
  [
    'consents of one app only',
    { receipts: good.receipts.map((r) => ({ ...r, before: unseen.before })) },
    /two apps/,
  ],
  [
    'consents that nobody saw go',
    { receipts: good.receipts.map((r) => ({ ...r, steps: [] })) },
    /two apps/,
  ],
  ['a duplicate worked off', { revokesOfBob: 4 }, /sent twice/],
  ['no logout token', { backchannelLogouts: [] }, /logout token/],
  [
    'a forged one',
    { backchannelLogouts: [{ ...logout, verified: false }] as Outcome['backchannelLogouts'] },
    /logout token/,
  ],
  ['one for another session', { sidOfAlice: 's-2' }, /logout token/],
  ['an empty DLQ', { deadLetters: [] }, /DLQ/],
  ['a second dead letter', { deadLetters: [...good.deadLetters, ...good.deadLetters] }, /DLQ/],
  [
    'another body',
    { deadLetters: [{ ...letter, body: `${malformed} ` }] as Outcome['deadLetters'] },
    /DLQ/,
  ],
  [
    'another reason',
    { deadLetters: [{ ...letter, reason: 'max-receives' }] as Outcome['deadLetters'] },
    /DLQ/,
  ],
  ['another message', { malformedMessageId: 'm-5' }, /DLQ/],
])('notices %s', (_name, change, what) => {
  expect(broken(change)).toEqual([expect.stringMatching(what)])
})
