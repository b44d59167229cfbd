import { expect, test } from 'vitest'
import {
  deadLetter,
  exampleOutcome,
  keptToken,
  lapsedToken,
  logout,
  malformedBody,
  receiptOf,
  sent,
} from '../testing/example-outcome.ts'
import { checkOutcome, type Outcome } from './checks.ts'

const broken = (change: Partial<Outcome>) =>
  checkOutcome({ ...exampleOutcome, ...change })
    .filter(({ ok }) => !ok)
    .map(({ what }) => what)

test('finds nothing wrong with what went as it should', () => {
  expect(checkOutcome(exampleOutcome)).toHaveLength(8)
  expect(broken({})).toEqual([])
})

const { receipts } = exampleOutcome
const sentOnce = sent.map(({ event, messageIds }) => ({
  event,
  messageIds: messageIds.slice(0, 1),
}))
const ofOneClient = receipts.map((receipt) => ({
  ...receipt,
  before: { ...receipt.before, clients: 1 },
}))
const ofNoStep = receipts.map((receipt) => ({ ...receipt, steps: [] }))

test.each<[string, Partial<Outcome>, RegExp]>([
  ['a token that never worked', { tokens: [{ ...lapsedToken, activeBefore: false }] }, /before/],
  ['no token at all', { tokens: [] }, /before/],
  ['no control', { controls: [] }, /before/],
  ['a control that never worked', { controls: [{ ...keptToken, activeBefore: false }] }, /before/],
  ['a token that still works', { tokens: [{ ...lapsedToken, activeAfter: true }] }, /inactive now/],
  ['a control that was hit', { controls: [{ ...keptToken, activeAfter: false }] }, /still active/],
  ['a receipt too few', { receipts: receipts.slice(1) }, /one receipt/],
  ['one too many', { receipts: [...receipts, receiptOf('event-2', 'first')] }, /one receipt/],
  ['consents of one app only', { receipts: ofOneClient }, /two apps/],
  ['consents that nobody saw go', { receipts: ofNoStep }, /two apps/],
  ['no duplicate', { sent: sentOnce }, /sent twice/],
  ['a duplicate worked off', { revokesOfBob: 4 }, /sent twice/],
  ['no logout token', { backchannelLogouts: [] }, /logout token/],
  ['a forged one', { backchannelLogouts: [{ ...logout, verified: false }] }, /logout token/],
  ['one for another app', { backchannelLogouts: [{ ...logout, client_id: 'x' }] }, /logout token/],
  ['one for another session', { sidOfAlice: 's-2' }, /logout token/],
  ['an empty DLQ', { deadLetters: [] }, /DLQ/],
  ['a second dead letter', { deadLetters: [deadLetter, deadLetter] }, /DLQ/],
  ['another body', { deadLetters: [{ ...deadLetter, body: `${malformedBody} ` }] }, /DLQ/],
  ['another reason', { deadLetters: [{ ...deadLetter, reason: 'max-receives' }] }, /DLQ/],
  ['another message', { deadLetters: [{ ...deadLetter, messageId: 'event-1 0' }] }, /DLQ/],
])('notices %s', (_name, change, what) => {
  expect(broken(change)).toEqual([expect.stringMatching(what)])
})
