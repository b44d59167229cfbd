import type { Outcome } from '../demo/checks.ts'
import { exampleEvents } from '../demo/example-events.ts'
import type { TokenReport } from '../demo/token-report.ts'
import { exampleReceipt } from './example-receipt.ts'

const events = exampleEvents(new Date(0))

export const malformedBody = events.find(({ readable }) => !readable)?.body ?? ''

export const lapsedToken: TokenReport = {
  subject: 'alice',
  client_id: 'mail',
  kind: 'access_token',
  activeBefore: true,
  activeAfter: false,
}

export const keptToken: TokenReport = { ...lapsedToken, subject: 'carol', activeAfter: true }

export const deadLetter = { reason: 'malformed-event: x', messageId: 'm-4', body: malformedBody }

export const logout = { client_id: 'mail', sid: 's-1', verified: true }

export const receiptOf = (id: string, pass: 'first' | 'follow-up') => ({
  ...exampleReceipt,
  pass,
  event: { ...exampleReceipt.event, id },
})

/** What the demo leaves behind when all went as it should. */
export const exampleOutcome: Outcome = {
  events,
  receipts: ['event-1', 'event-2', 'event-3'].flatMap((id) => [
    receiptOf(id, 'first'),
    receiptOf(id, 'follow-up'),
  ]),
  deadLetters: [deadLetter],
  tokens: [lapsedToken],
  controls: [keptToken],
  backchannelLogouts: [logout],
  sidOfAlice: logout.sid,
  malformedMessageId: deadLetter.messageId,
  revokesOfBob: 2,
}
