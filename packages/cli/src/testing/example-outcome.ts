import type { Outcome } from '../demo/checks.ts'
import {
  exampleEvents,
  leaverWithTwoAccounts,
  ofSubject,
  webhookEvent,
} from '../demo/example-events.ts'
import type { TokenReport } from '../demo/token-report.ts'
import { exampleReceipt } from './example-receipt.ts'

const leaver = leaverWithTwoAccounts('hr-leaver', {}, new Date(0))

/** Each message is called after its event. */
export const sent: Outcome['sent'] = [
  ...exampleEvents(new Date(0)).map((event) => ({
    event,
    messageIds: Array.from({ length: event.times }, (_, index) => `${event.id} ${index}`),
  })),
  { event: webhookEvent(new Date(0)), messageIds: [] },
  ...[leaver, ofSubject(leaver, 'subject-1'), ofSubject(leaver, 'subject-2')].map((event) => ({
    event,
    messageIds: [`${event.id} 0`],
  })),
]

export const webhook = { event_id: 'event-5', signed: 202, forged: 401 }

export const malformedBody = sent.find(({ event }) => !event.readable)?.event.body ?? ''

export const lapsedToken: TokenReport = {
  subject: 'alice',
  client_id: 'mail',
  kind: 'access_token',
  activeBefore: true,
  activeAfter: false,
}

export const keptToken: TokenReport = { ...lapsedToken, subject: 'carol', activeAfter: true }

export const deadLetter = {
  reason: 'malformed-event: x',
  messageId: 'event-4 0',
  body: malformedBody,
}

export const logout = { client_id: 'mail', sid: 's-1', verified: true }

export const receiptOf = (id: string, pass: 'first' | 'follow-up') => ({
  ...exampleReceipt,
  pass,
  event: { ...exampleReceipt.event, id },
})

const rotation = (strategy: 'native' | 'key-pair') => ({
  workflow: 'rotate-client-secret' as const,
  event: {
    type: 'RotateSecret' as const,
    id: 'v-2',
    source: 'arn:secret',
    time: '2026-01-02T03:04:05Z',
  },
  secret_id: 'lapse-demo/reports',
  client_id: 'reports',
  strategy,
  phase: 'closed' as const,
})

export const credential = {
  secret_id: 'lapse-demo/reports',
  client_id: 'reports',
  strategy: 'native',
  oldBefore: true,
  oldDuringOverlap: true,
  newDuringOverlap: true,
  oldAfter: false,
  newAfter: true,
} as const

export const account: Outcome['account'] = {
  subject: 'alice',
  before: { identitySessions: 1, apiKeys: 2 },
  after: { identitySessions: 0, apiKeys: 0 },
}

export const suspension: Outcome['suspension'] = {
  tokens: [{ ...lapsedToken, subject: 'erin' }],
  isLetInAgain: true,
  accountBefore: { identitySessions: 1, apiKeys: 2 },
  accountAfter: { identitySessions: 0, apiKeys: 2 },
}

export const several: Outcome['several'] = {
  event_id: 'hr-leaver',
  tokens: ['heidi', 'heidi.admin'].map((subject) => ({ ...lapsedToken, subject })),
}

const ofSeveral = ['subject-1', 'subject-2'].flatMap((id) =>
  (['first', 'follow-up'] as const).map((pass) => {
    const receipt = receiptOf(id, pass)
    return { ...receipt, event: { ...receipt.event, parent: 'hr-leaver' } }
  }),
)

export const reset: Outcome['reset'] = {
  tokens: [{ ...lapsedToken, subject: 'photos', client_id: 'photos' }],
  changed: ['created_at', 'updated_at'],
  granted: { oldSecret: false, newSecret: true },
}

export const signOut: Outcome['signOut'] = {
  tokens: [{ ...lapsedToken, subject: 'frank' }],
  isLetInAgain: true,
  answers: { signed: 204, again: 204, otherBody: 401 },
}

export const log: Outcome['log'] = { size: 20, event_id: 'event-5', index: 3, verdict: 'valid' }

/** What the demo leaves behind when all went as it should. */
export const exampleOutcome: Outcome = {
  sent,
  receipts: [
    ...['event-1', 'event-2', 'event-3', 'event-5'].flatMap((id) => [
      receiptOf(id, 'first'),
      receiptOf(id, 'follow-up'),
    ]),
    { ...receiptOf('hr-leaver', 'first'), before: { subjects: 2 } },
    ...ofSeveral,
  ],
  deadLetters: [deadLetter],
  tokens: [lapsedToken],
  controls: [keptToken],
  webhook,
  backchannelLogouts: [logout],
  sidOfAlice: logout.sid,
  revokesOfBob: 2,
  account,
  suspension,
  several,
  reset,
  signOut,
  log,
  rotations: [rotation('native'), rotation('key-pair')],
  app: { granted: { suspend: false, restore: true, delete: false }, sameAfterRestore: true },
  keys: [
    { kid: 'key-1', acceptedBefore: true, acceptedDuring: true, acceptedAfter: false },
    { kid: 'key-2', acceptedBefore: false, acceptedDuring: true, acceptedAfter: true },
  ],
  credentials: [credential],
  backgroundClient: { requests: 100, failures: 0 },
}
