import { expect, test } from 'vitest'
import {
  account,
  credential,
  deadLetter,
  exampleOutcome,
  keptToken,
  lapsedToken,
  log,
  logout,
  malformedBody,
  receiptOf,
  reset,
  sent,
  several,
  signOut,
  suspension,
  webhook,
} from '../testing/example-outcome.ts'
import { checkOutcome, type Outcome } from './checks.ts'

const broken = (change: Partial<Outcome>) =>
  checkOutcome({ ...exampleOutcome, ...change })
    .filter(({ ok }) => !ok)
    .map(({ what }) => what)

test('finds nothing wrong with what went as it should', () => {
  expect(checkOutcome(exampleOutcome)).toHaveLength(20)
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
const { app, keys, rotations } = exampleOutcome
const granted = (change: Partial<Outcome['app']['granted']>) => ({
  app: { ...app, granted: { ...app.granted, ...change } },
})
const oldKey = (change: Partial<Outcome['keys'][number]>) => ({
  keys: keys.map((key, index) => (index === 0 ? { ...key, ...change } : key)),
})
const credentials = (change: Partial<Outcome['credentials'][number]>) => ({
  credentials: [{ ...credential, ...change }],
})
const accounts = (
  before: Partial<Outcome['account']['before']>,
  after: Outcome['account']['after'],
) => ({ account: { ...account, before: { ...account.before, ...before }, after } })
const suspended = (change: Partial<Outcome['suspension']>) => ({
  suspension: { ...suspension, ...change },
})
const signedOut = (change: Partial<Outcome['signOut']>) => ({ signOut: { ...signOut, ...change } })
const answered = (change: Partial<Outcome['signOut']['answers']>) =>
  signedOut({ answers: { ...signOut.answers, ...change } })
const leftOver = (change: Partial<Outcome['several']>) => ({
  several: { ...several, ...change },
})
const withoutParent = receipts.map((receipt) => {
  const { parent: _parent, ...event } = receipt.event
  return { ...receipt, event }
})
const wasReset = (change: Partial<Outcome['reset']>) => ({ reset: { ...reset, ...change } })
const grantedByReset = (change: Partial<Outcome['reset']['granted']>) =>
  wasReset({ granted: { ...reset.granted, ...change } })
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
  ['a duplicate processed', { revokesOfBob: 4 }, /sent twice/],
  ['a webhook that was not taken', { webhook: { ...webhook, signed: 503 } }, /the signed webhook/],
  ['a forged one that was', { webhook: { ...webhook, forged: 202 } }, /the signed webhook/],
  ['one without a receipt', { webhook: { ...webhook, event_id: 'event-6' } }, /the signed webhook/],
  ['no logout token', { backchannelLogouts: [] }, /logout token/],
  ['a forged one', { backchannelLogouts: [{ ...logout, verified: false }] }, /logout token/],
  ['one for another app', { backchannelLogouts: [{ ...logout, client_id: 'x' }] }, /logout token/],
  ['one for another session', { sidOfAlice: 's-2' }, /logout token/],
  ['an empty DLQ', { deadLetters: [] }, /DLQ/],
  ['a second dead letter', { deadLetters: [deadLetter, deadLetter] }, /DLQ/],
  ['another body', { deadLetters: [{ ...deadLetter, body: `${malformedBody} ` }] }, /DLQ/],
  ['another reason', { deadLetters: [{ ...deadLetter, reason: 'max-receives' }] }, /DLQ/],
  ['another message', { deadLetters: [{ ...deadLetter, messageId: 'event-1 0' }] }, /DLQ/],
  ['a suspended app that is granted tokens', granted({ suspend: true }), /the app was granted/],
  ['a restored one that is not', granted({ restore: false }), /the app was granted/],
  ['a deleted one that still is', granted({ delete: true }), /the app was granted/],
  ['a restore that lost something', { app: { ...app, sameAfterRestore: false } }, /as before/],
  ['an old key that went too early', oldKey({ acceptedDuring: false }), /the old key/],
  ['an old key that stayed', oldKey({ acceptedAfter: true }), /the old key/],
  ['a new key too few', { keys: keys.slice(0, 1) }, /the old key/],
  ['a credential that never worked', credentials({ oldBefore: false }), /overlapped/],
  ['an outage in the overlap', credentials({ oldDuringOverlap: false }), /overlapped/],
  ['a new credential that fails', credentials({ newDuringOverlap: false }), /overlapped/],
  ['an old credential that still works', credentials({ oldAfter: true }), /overlapped/],
  ['a new one that went as well', credentials({ newAfter: false }), /overlapped/],
  ['no credential at all', { credentials: [] }, /overlapped/],
  ['a rotation too few', { rotations: rotations.slice(1) }, /are closed/],
  [
    'an open one',
    { rotations: rotations.map((each) => ({ ...each, phase: 'overlap' })) },
    /closed/,
  ],
  ['a failed request', { backgroundClient: { requests: 100, failures: 1 } }, /never in vain/],
  ['a client that slept', { backgroundClient: { requests: 0, failures: 0 } }, /never in vain/],
  ['a user without keys', accounts({ apiKeys: 0 }, account.after), /a deleted user kept/],
  ['a user without sessions', accounts({ identitySessions: 0 }, account.after), /a deleted user/],
  ['a key that is left', accounts({}, { ...account.after, apiKeys: 1 }), /a deleted user kept/],
  ['a session that is left', accounts({}, account.before), /a deleted user kept/],
  ['a revived token', suspended({ tokens: [keptToken] }), /a suspended user/],
  ['a suspension of no token', suspended({ tokens: [] }), /a suspended user/],
  ['a user who stays out', suspended({ isLetInAgain: false }), /a suspended user/],
  ['a suspended session', suspended({ accountAfter: account.before }), /a suspended user/],
  ['a suspension that ends keys', suspended({ accountAfter: account.after }), /a suspended user/],
  ['an account that is left', leftOver({ tokens: [keptToken] }), /both accounts/],
  ['one account alone', leftOver({ tokens: several.tokens.slice(1) }), /both accounts/],
  ['an event without a receipt', leftOver({ event_id: 'event-1' }), /both accounts/],
  ['receipts that name nobody', { receipts: withoutParent }, /both accounts/],
  ['a token after a reset', wasReset({ tokens: [keptToken] }), /was reset/],
  ['a reset of no token', wasReset({ tokens: [] }), /was reset/],
  ['a member that a reset lost', wasReset({ changed: ['metadata'] }), /was reset/],
  ['an old secret that works', grantedByReset({ oldSecret: true }), /was reset/],
  ['a new secret that does not', grantedByReset({ newSecret: false }), /was reset/],
  ['a token after a sign-out', signedOut({ tokens: [keptToken] }), /signed a user out/],
  ['a sign-out that stays', signedOut({ isLetInAgain: false }), /signed a user out/],
  ['a sign-out not taken', answered({ signed: 503 }), /signed a user out/],
  ['a second delivery not taken', answered({ again: 401 }), /signed a user out/],
  ['another body taken', answered({ otherBody: 204 }), /signed a user out/],
  ['a proof that is not valid', { log: { ...log, verdict: 'altered' } }, /receipts log/],
  ['a log that lacks a receipt', { log: { ...log, size: 7 } }, /receipts log/],
])('notices %s', (_name, change, what) => {
  expect(broken(change)).toEqual([expect.stringMatching(what)])
})
