import { isUnknownSubject, type MayStillWork, type WaitedFor } from '../run/index.ts'
import type { SomeReceipt, SomeStep } from './some-receipt.ts'
import { type Ending, type FollowUp, isOfLetter, type Standing, standingOf } from './standing.ts'

/**
 * How one event stands, in a sentence that begins with what was asked for: `gone since 2026-01-02
 * 12:04:31Z, but JWT access tokens until 13:04:31Z; relying parties of 3 sessions not told`.
 *
 * @param receipts of this event, in any order
 * @param now milliseconds since the epoch: what was over by then is not told
 * @param isAll whether these are all of its receipts
 */
export function verdictOf(
  receipts: readonly [SomeReceipt, ...SomeReceipt[]],
  now: number,
  isAll: boolean,
): string {
  const standing = standingOf(receipts, now, isAll)
  const when = timesAfter(standing.deciding.closed_at)
  const { first, later } = when
  const alive = aliveText(standing.alive, later)
  return [
    `${headOf(standing, first)}${alive === '' ? '' : `, but ${alive}`}`,
    ...notToldText(standing.notTold),
    ...newerThingsText(receipts),
    ...stillTrustedText(standing.deciding),
    ...refusedText(receipts),
    ...waitedText(receipts),
    ...closedLettersText(receipts, standing.deciding),
    ...followUpText(standing.followUp, standing.deciding.workflow, later),
  ].join('; ')
}

/** What is told of a receipt whose ending is the usual one. */
interface Words {
  readonly gone: string
  /** Nothing was there to be seen. */
  readonly accepted: string
}

/** Of a user who is suspended or signed out it is not the user who is gone. */
const usersGone: Readonly<Record<string, string>> = {
  'user-suspended': 'what the suspended user had is gone since',
  'user-signed-out': 'signed out since',
}

function wordsOfUser(receipt: SomeReceipt): Words {
  const { workflow, before, after } = receipt
  const gone = usersGone[workflow] ?? 'gone since'
  if ((after['consent_sessions'] ?? 0) > 0)
    return { gone, accepted: 'all was revoked, and what was granted since is listed, at' }
  if (before['consent_sessions'] !== 0)
    return { gone, accepted: 'all was revoked, and nothing is listed, since' }
  if (isUnknownSubject(receipt))
    return {
      gone,
      accepted: 'nothing was known of this subject, and all was revoked all the same at',
    }
  return { gone, accepted: 'nothing was listed, and all was revoked all the same at' }
}

/** By what another receipt is about, the first that applies. */
const words: readonly (readonly [(receipt: SomeReceipt) => boolean, Words])[] = [
  [
    // It may have been made again by the sweep, and not by this pass.
    (receipt) =>
      ends(receipt, 'the client as it was, with its secret') ||
      ends(receipt, 'the absence of the client'),
    { gone: 'reset, and there again, since', accepted: 'reset, and there again, since' },
  ],
  [
    ({ after }) => (after['suspended_clients'] ?? 0) > 0,
    { gone: 'suspended since', accepted: 'suspended since' },
  ],
  [
    (receipt) => ends(receipt, 'the suspension'),
    { gone: 'works again since', accepted: 'works again since' },
  ],
  [
    // A restore of what nobody had suspended.
    ({ workflow, client_id, steps, after }) =>
      workflow === 'app-offboarded' &&
      client_id !== undefined &&
      steps.length === 0 &&
      after['clients'] === 1,
    { gone: 'gone since', accepted: 'it was not suspended, and nothing was done, at' },
  ],
  [
    ({ workflow, client_id, after }) =>
      workflow === 'app-offboarded' && client_id !== undefined && after['clients'] === 0,
    { gone: 'gone since', accepted: 'the client was gone already at' },
  ],
  [
    ({ workflow, pass }) => workflow === 'key-rotated' && pass === 'first',
    { gone: 'the new key is trusted since', accepted: 'the new key was trusted already at' },
  ],
  [
    ({ workflow }) => workflow === 'key-rotated',
    { gone: 'the old keys are gone since', accepted: 'the old keys were gone already at' },
  ],
  ...Object.entries({
    rotate: 'the new credential is in use since',
    rollback: 'the credential before is in use again since',
    repair: 'a credential that works is in use since',
  }).map(
    ([pass, text]) =>
      [
        (receipt: SomeReceipt) => isRotation(receipt) && receipt.pass === pass,
        { gone: text, accepted: text },
      ] as const,
  ),
  [
    isRotation,
    { gone: 'the old credential is gone since', accepted: 'one credential is left since' },
  ],
]

const otherWords: Words = { gone: 'gone since', accepted: 'done at' }

function wordsOf(receipt: SomeReceipt): Words {
  if (isUser(receipt)) return wordsOfUser(receipt)
  const [, own] = words.find(([applies]) => applies(receipt)) ?? []
  return own ?? otherWords
}

function isUser({ subject, workflow }: SomeReceipt): boolean {
  return subject !== undefined && workflow.startsWith('user-')
}

function isRotation({ workflow }: SomeReceipt): boolean {
  return workflow === 'secret-rotation'
}

function ends({ steps }: SomeReceipt, what: string): boolean {
  return steps.some((step) => step.ends.some((end) => end.what === what))
}

/** What every workflow's receipt may end in, whatever it is about. */
const endings: Readonly<Partial<Record<Ending, string>>> = {
  unseen: 'done, but nobody could look at what is left: Ory’s list could not be read at',
  requested: 'others were asked, and have receipts of their own, at',
}

function headOf({ ending, deciding }: Standing, time: string): string {
  if (ending === 'superseded')
    return `superseded at ${time} by a later event: nothing more was done`
  if (ending === 'moot')
    return `a dead letter was closed at ${time}: nothing was left to do for its event, and nothing was done`
  const { gone, accepted } = wordsOf(deciding)
  if (ending === 'gone') return `${gone} ${time}`
  if (ending === 'gone-again') return `${gone} ${time}, after more had been granted in between`
  return `${endings[ending] ?? accepted} ${time}`
}

/** What has one end is told together. */
function aliveText(alive: readonly MayStillWork[], later: (time: string) => string): string {
  const byEnd = Map.groupBy(alive, ({ until }) => until)
  const texts = Array.from(byEnd, ([until, survivors]) => {
    const what = survivors.map(survivorText).join(' and ')
    return `${what} ${until === null ? 'until somebody ends them' : `until ${later(until)}`}`
  })
  return texts.join(', ')
}

function survivorText({ what, count }: MayStillWork): string {
  return count === undefined ? what : `${count} ${what}`
}

function notToldText(sessions: number): readonly string[] {
  if (sessions <= 0) return []
  return [`relying parties of ${sessions} ${sessions === 1 ? 'session' : 'sessions'} not told`]
}

const newerThings = { grants_newer_than_event: 'grant', api_keys_newer_than_event: 'API key' }

/** The identity provider let somebody in who had been deleted. */
function newerThingsText(receipts: readonly SomeReceipt[]): readonly string[] {
  return Object.entries(newerThings).flatMap(([count, what]) => {
    const most = Math.max(...receipts.map(({ before }) => before[count] ?? 0))
    if (most === 0) return []
    return [
      `${most} ${most === 1 ? `${what} was` : `${what}s were`} newer than the event, and went too`,
    ]
  })
}

/** Grants of an offboarded app's issuers that came after the event were left. */
function stillTrustedText({ after }: SomeReceipt): readonly string[] {
  const spared = after['issuers_spared'] ?? 0
  if (spared === 0) return []
  const grants = spared === 1 ? 'grant of its issuers is' : 'grants of its issuers are'
  return [`${spared} ${grants} newer than the event, and still trusted`]
}

/** How a call ends that was not made, or that nobody answered. */
const unanswered: readonly string[] = [
  'failed: ERR_CIRCUIT_OPEN',
  'failed: ERR_ORY_TRANSPORT',
  'failed: ERR_ORY_ABORTED',
]

/** Whether nobody answered the calls of a step, or was even asked: whoever is down refuses nothing. */
export function isUnanswered({ attempts = [] }: Pick<SomeStep, 'attempts'>): boolean {
  const outcomes = attempts.flatMap((attempt) => Object.keys(attempt.outcomes))
  return outcomes.length > 0 && outcomes.every((outcome) => unanswered.includes(outcome))
}

/** What Ory would not do, or was not there for; relying parties that were not told are counted already. */
function refusedText(receipts: readonly SomeReceipt[]): readonly string[] {
  const left = receipts.flatMap(({ steps }) =>
    steps.filter(({ by, status }) => by !== 'sid' && status === 'refused'),
  )
  return [
    ...whatsText(
      'refused',
      left.filter((step) => !isUnanswered(step)),
    ),
    ...whatsText('not done, as nobody answered', left.filter(isUnanswered)),
  ]
}

function whatsText(title: string, steps: readonly SomeStep[]): readonly string[] {
  const whats = new Set(steps.flatMap((step) => step.ends.map(({ what }) => what)))
  return whats.size === 0 ? [] : [`${title}: ${[...whats].join(', ')}`]
}

const waitedFor: Readonly<Record<WaitedFor, string>> = {
  'rate-limit': 'Ory’s rate limit',
  ory: 'Ory',
  deployment: 'us',
  aws: 'AWS',
  lease: 'another delivery',
  time: 'time',
  redelivery: 'the queue',
}

/** What is shorter is nobody's question. */
const shortestWaitMs = 60_000

/** What held the event up for a minute and more, the longest first. */
function waitedText(receipts: readonly SomeReceipt[]): readonly string[] {
  const sums = new Map<WaitedFor, number>()
  for (const { for: kind, ms } of receipts.flatMap(({ waited = [] }) => waited))
    sums.set(kind, (sums.get(kind) ?? 0) + ms)
  const told = [...sums].filter(([, ms]) => ms >= shortestWaitMs).sort(([, a], [, b]) => b - a)
  if (told.length === 0) return []
  return [
    `waited ${told.map(([kind, ms]) => `${lengthText(ms)} for ${waitedFor[kind]}`).join(', ')}`,
  ]
}

const lengths = [
  { unit: 'days', ms: 24 * 60 * 60_000 },
  { unit: 'hours', ms: 60 * 60_000 },
  { unit: 'minutes', ms: 60_000 },
] as const

/** In the largest unit of which there are two. */
function lengthText(ms: number): string {
  const { unit, ms: length } = lengths.find((each) => ms >= 2 * each.ms) ?? lengths[2]
  const count = Math.round(ms / length)
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`
}

/** Messages of it that had been dead-lettered, beside what was done for the event. */
function closedLettersText(
  receipts: readonly SomeReceipt[],
  deciding: SomeReceipt,
): readonly string[] {
  const closed = receipts.filter(isOfLetter).length
  if (closed === 0 || isOfLetter(deciding)) return []
  return [`${closed} of its dead letters ${closed === 1 ? 'was' : 'were'} closed`]
}

/** What the pass that follows is for, where it is not the same again. */
const following: Readonly<Record<string, string>> = {
  'key-rotated': 'retiring the old keys',
  'secret-rotation': 'retiring the old credential',
}

function followUpText(
  followUp: FollowUp,
  workflow: string,
  later: (time: string) => string,
): readonly string[] {
  if (followUp.is !== 'due' && followUp.is !== 'overdue') return []
  const what = following[workflow] ?? 'the second pass'
  const since = followUp.is === 'due' ? 'is due' : 'is overdue since'
  return [`${what} ${since} ${later(followUp.notBefore)}`]
}

/** The first time with its day; later ones without, where it is the same. */
function timesAfter(time: string) {
  const first = textOf(time)
  const day = first.slice(0, 11)
  const later = (other: string) => textOf(other).replace(day, '')
  return { first, later }
}

/** In UTC, to the second. */
function textOf(time: string): string {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.\d+/, '')
}
