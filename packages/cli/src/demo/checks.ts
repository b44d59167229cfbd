import type { Receipt } from '@lapse/core/run'
import type { AccountCounts } from './accounts.ts'
import type { AppStory } from './app-report.ts'
import type { RequestCounts } from './background-client.ts'
import type { KeyReport } from './key-report.ts'
import type { LogReport } from './log-report.ts'
import type { BackchannelLogout } from './logout-listener.ts'
import type { DeadLetter, SentEvent } from './queue.ts'
import type { ResetStory } from './reset-report.ts'
import type { CredentialReport, RotationReceipt } from './secret-report.ts'
import type { SeveralStory } from './several-report.ts'
import type { SignOutStory } from './sign-out-report.ts'
import type { SuspensionStory } from './suspension-report.ts'
import type { TokenReport } from './token-report.ts'
import type { WebhookReport } from './webhook.ts'

/** Everything the story left behind. */
export interface Outcome {
  readonly sent: readonly SentEvent[]
  readonly receipts: readonly Receipt[]
  readonly deadLetters: readonly DeadLetter[]
  readonly rotations: readonly RotationReceipt[]
  /** Of the users who were deleted, and of the app. */
  readonly tokens: readonly TokenReport[]
  /** Of everybody else. */
  readonly controls: readonly TokenReport[]
  readonly webhook: WebhookReport
  readonly backchannelLogouts: readonly BackchannelLogout[]
  /** The login session that the mail app has to be told of. */
  readonly sidOfAlice: string
  /** How often Ory was asked to revoke all consents of the user whose event was sent twice. */
  readonly revokesOfBob: number
  /** What a deleted user had at Ory besides OAuth2. */
  readonly account: {
    readonly subject: string
    readonly before: AccountCounts
    readonly after: AccountCounts
  }
  readonly suspension: Omit<SuspensionStory, 'receipts'>
  readonly several: Omit<SeveralStory, 'receipts'>
  readonly app: Pick<AppStory, 'granted' | 'sameAfterRestore'>
  readonly reset: Omit<ResetStory, 'receipts'>
  readonly signOut: Omit<SignOutStory, 'receipts'>
  readonly keys: readonly KeyReport[]
  readonly credentials: readonly CredentialReport[]
  readonly backgroundClient: RequestCounts
  readonly log: LogReport
}

/** Something the demo promises, and whether it was so. */
export interface Check {
  readonly what: string
  readonly ok: boolean
}

const promises: readonly (readonly [string, (outcome: Outcome) => boolean])[] = [
  [
    'every token was active before',
    ({ tokens, controls }) =>
      tokens.length > 0 &&
      controls.length > 0 &&
      [...tokens, ...controls].every(({ activeBefore }) => activeBefore),
  ],
  [
    'every token of the deleted users and of the deleted app is inactive now',
    ({ tokens }) => tokens.every(({ activeAfter }) => !activeAfter),
  ],
  [
    'the tokens of somebody who stays are still active',
    ({ controls }) => controls.every(({ activeAfter }) => activeAfter),
  ],
  [
    'there is one receipt for each event and pass',
    ({ sent, receipts }) =>
      sent
        .filter(({ event }) => event.readable)
        .flatMap(({ event: { id, passes } }) => passes.map((pass) => `${id} ${pass}`))
        .toSorted()
        .join() ===
      receipts
        .map(({ event, pass }) => `${event.id} ${pass}`)
        .toSorted()
        .join(),
  ],
  ['three listed consents in two apps were seen gone', ({ receipts }) => receipts.some(sawThreeGo)],
  [
    'the event that was sent twice was processed once in each pass',
    ({ sent, revokesOfBob }) =>
      sent.some(({ messageIds }) => new Set(messageIds).size === 2) && revokesOfBob === 2,
  ],
  [
    'the signed webhook was taken and ended in a receipt, and a forged one was refused',
    ({ webhook: { event_id, signed, forged }, receipts }) =>
      signed === 202 && forged === 401 && receipts.some(({ event }) => event.id === event_id),
  ],
  [
    'the app that listens was sent a logout token for the session, signed by Ory',
    ({ backchannelLogouts, sidOfAlice }) =>
      backchannelLogouts.some(
        ({ client_id, sid, verified }) => verified && client_id === 'mail' && sid === sidOfAlice,
      ),
  ],
  [
    'only the malformed event is on the DLQ, byte for byte and with its reason',
    ({ sent, deadLetters }) =>
      deadLetters.length === 1 &&
      deadLetters.every(
        ({ reason, messageId, body }) =>
          reason.startsWith('malformed-event') &&
          sent.some(
            ({ event, messageIds }) =>
              !event.readable && event.body === body && messageIds.includes(messageId),
          ),
      ),
  ],
  [
    'the app was granted nothing while it was suspended, as before once restored, nothing once deleted',
    ({ app: { granted, sameAfterRestore } }) =>
      !granted.suspend && granted.restore && sameAfterRestore && !granted.delete,
  ],
  [
    'the old key was accepted until it was retired, and the new one from the first pass on',
    ({ keys }) =>
      keys.length === 2 && keys.map(timesAccepted).join() === 'before during,during after',
  ],
  [
    'old and new credentials both worked while they overlapped, and only the new ones after the sweep',
    ({ credentials }) => credentials.length > 0 && credentials.every(overlappedAndRetired),
  ],
  [
    'a secret was rotated natively and a key pair was rotated, and both rotations are closed',
    ({ rotations }) =>
      rotations.every(({ phase }) => phase === 'closed') &&
      rotations.map(({ strategy }) => strategy).join() === 'native,key-pair',
  ],
  [
    'the background client asked for tokens all the while, and never in vain',
    ({ backgroundClient: { requests, failures } }) => requests > 2 && failures === 0,
  ],
  [
    'a deleted user kept no session at the identity provider, and no API key',
    ({ account: { before, after } }) =>
      before.identitySessions > 0 &&
      before.apiKeys === 2 &&
      after.identitySessions === 0 &&
      after.apiKeys === 0,
  ],
  [
    'a suspended user lost sessions and tokens and kept API keys, and was not revived by signing in again',
    ({ suspension: { tokens, isLetInAgain, accountBefore, accountAfter } }) =>
      endedAll(tokens) &&
      isLetInAgain &&
      accountBefore.identitySessions > 0 &&
      accountAfter.identitySessions === 0 &&
      accountAfter.apiKeys === accountBefore.apiKeys,
  ],
  [
    'one event ended both accounts of somebody, one of them found at the identity provider, and each has receipts that name the event',
    ({ several: { event_id, tokens }, receipts }) =>
      endedAll(tokens) &&
      new Set(tokens.map(({ subject }) => subject)).size === 2 &&
      receipts.some(({ event, before }) => event.id === event_id && before['subjects'] === 2) &&
      receipts.filter(({ event }) => event.parent === event_id).length === 4,
  ],
  [
    'the app that was reset lost every token and its secret, and its registration is the same but for created_at and updated_at',
    ({ reset: { tokens, changed, granted } }) =>
      endedAll(tokens) &&
      changed.every((name) => lostByReset.includes(name)) &&
      !granted.oldSecret &&
      granted.newSecret,
  ],
  [
    'the identity provider signed a user out everywhere by a JWT that was good for one body, and who signs in again stays',
    ({ signOut: { tokens, isLetInAgain, answers } }) =>
      endedAll(tokens) &&
      isLetInAgain &&
      answers.signed === 204 &&
      answers.again === 204 &&
      answers.otherBody === 401,
  ],
  [
    'the receipts log holds every receipt of an event, and a proof of one is valid offline',
    ({ log, receipts }) => log.verdict === 'valid' && log.size >= receipts.length,
  ],
]

/** Ory's own times are all that a client made again does not have from before. */
const lostByReset = ['created_at', 'updated_at']

function endedAll(tokens: readonly TokenReport[]): boolean {
  return (
    tokens.length > 0 &&
    tokens.every(({ activeBefore, activeAfter }) => activeBefore && !activeAfter)
  )
}

function timesAccepted({ acceptedBefore, acceptedDuring, acceptedAfter }: KeyReport): string {
  const times = { before: acceptedBefore, during: acceptedDuring, after: acceptedAfter }
  return Object.entries(times)
    .flatMap(([time, accepted]) => (accepted ? [time] : []))
    .join(' ')
}

function overlappedAndRetired(report: CredentialReport): boolean {
  const { oldBefore, oldDuringOverlap, newDuringOverlap, oldAfter, newAfter } = report
  return oldBefore && oldDuringOverlap && newDuringOverlap && !oldAfter && newAfter
}

/** Holds the outcome against everything the demo promises. */
export function checkOutcome(outcome: Outcome): readonly Check[] {
  return promises.map(([what, holds]) => ({ what, ok: holds(outcome) }))
}

function sawThreeGo({ before, steps }: Receipt): boolean {
  const seen = steps.flatMap(({ op, ends }) =>
    op === 'revokeOAuth2ConsentSessions' ? ends.flatMap((end) => end.seen ?? []) : [],
  )
  return seen.some(({ before, after }) => before === 3 && after === 0) && before['clients'] === 2
}
