import { subjectPseudonym } from '@lapse/core/events'
import type { Receipt, ReceiptStep } from '@lapse/core/run'
import { accountOf, isBlindnessTold } from './account.ts'
import type { Consent } from './memory-ory.ts'
import {
  bodyOf,
  problemsOfRows,
  rowsAbout,
  type Story,
  sendSoon,
  spelled,
  type Teller,
} from './story.ts'
import type { Made } from './watch.ts'
import { ledgerKey, start, type World } from './world.ts'

const minute = 60_000

/** In what events about a user differ. */
export interface Terms {
  readonly queue: 'user-deleted' | 'user-suspended' | 'user-signed-out'
  readonly type: string
  readonly passes: readonly string[]
  /** Whether API keys end with the rest. */
  readonly endsKeys: (settings: World['accountSettings']) => boolean
  /** Whether a login that ends after the receipt was written has to last. */
  readonly sparesNewLogins: boolean
}

const bothPasses = ['first', 'follow-up']

/** A user goes, with logins in two or three apps; one may still be under way. */
const deletion: Terms = {
  queue: 'user-deleted',
  type: 'user.deleted',
  passes: bothPasses,
  endsKeys: () => true,
  sparesNewLogins: false,
}
export const deletionStory = userStory(deletion)

/** The same of one who is suspended. */
const suspension: Terms = {
  queue: 'user-suspended',
  type: 'user.suspended',
  passes: bothPasses,
  endsKeys: ({ suspensionEndsApiKeys = false }) => suspensionEndsApiKeys,
  sparesNewLogins: false,
}
export const suspensionStory = userStory(suspension)

/** The same of one who is signed out, and who may be back before anybody hears of it. */
const signOut: Terms = {
  queue: 'user-signed-out',
  type: 'user.signed-out',
  passes: ['first'],
  endsKeys: () => false,
  sparesNewLogins: true,
}
export const signOutStory = userStory(signOut)

/** All that an event about a user may be. */
export const userTerms = [deletion, suspension, signOut] as const

/** What is sent by then may still arrive after a receipt was written. */
const onTheWayMs = 1000

function userStory(terms: Terms): Teller {
  return (world, name) => storyOf(terms, world, name)
}

function storyOf(terms: Terms, world: World, name: string): Story {
  const { random } = world
  const subject = random.pick([
    `canary-${name}-${world.seed}`,
    `Zoë ${name}+${world.seed} <canary@example.org>`,
    `${name}/${world.seed}/canary?`,
  ])
  const story = userIn(terms, world, name, subject)
  const id = `end of ${spelled(subject, random)}`
  const source = `https://accounts.example/users/${spelled(subject, random)}`
  const { queue, type } = terms
  sendSoon(world, queue, bodyOf(type, start - minute, { subject }, { id, source }))
  return story
}

/** Somebody with logins, and what has to have come of them once an event about them was sent. */
export function userIn(
  { type, passes, sparesNewLogins, endsKeys }: Omit<Terms, 'queue'>,
  world: World,
  name: string,
  subject: string,
): Story {
  const { random, server, hidden, time, watch } = world
  const { state } = server
  hidden.add(subject)
  const login = (number: number, handledAt?: string) => {
    const sid = `sid-${name}-${number}`
    state.sessions.set(sid, subject)
    const clientId = `shared-${number % 3}`
    state.consents.push({
      subject,
      clientId,
      sid,
      isListed: random.chance(0.8),
      ...(handledAt && { handledAt }),
    })
  }
  const sessions = random.between(0, 7)
  for (let number = 0; number < sessions; number += 1) login(number)
  const isInFlight = random.chance(sparesNewLogins ? 0.6 : 0.25)
  const latest = { receiptAt: Number.POSITIVE_INFINITY, isNewLogin: false }
  if (isInFlight)
    time.in(random.between(0, 29 * minute), () => {
      latest.isNewLogin = time.now() > latest.receiptAt + onTheWayMs
      login(100, new Date(time.now()).toISOString())
    })

  const account = accountOf(world, name, subject, endsKeys(world.accountSettings))
  const about = { subject: subjectPseudonym(ledgerKey, subject) }
  const isIts = (path: string) => isAbout(path, subject, `sid-${name}-`) || account.isAbout(path)
  const callsAbout = () => watch.made.filter(({ path }) => isIts(path))
  const receipts: Receipt[] = []
  const listed = () => state.consents.filter((one) => one.isListed && one.subject === subject)
  const wasLiedTo = () => world.weather.met.has('ory: ignored')
  const listedAtFirst = listed().length
  watch.listeners.push((receipt) => {
    if (receipt.subject !== about.subject) return
    latest.receiptAt = time.now()
    for (const problem of problemsOfPromises(receipt, sparesNewLogins))
      watch.violated(`${name}: ${problem}`)
    const calls = callsAbout()
    for (const problem of [
      ...problemsOfClaims(
        receipt,
        calls.filter(({ pass }) => pass === receipt.pass),
      ),
      ...account.problemsOf(receipt, calls),
    ])
      watch.violated(`${name}: ${problem}`)
    receipts.push(receipt)
    if (receipt.before['consent_sessions'] === undefined && !isBlindnessTold(receipt.notes))
      watch.violated(`${name}: nobody looked before the revocations, and nobody says so`)
    const { consent_sessions: after } = receipt.after
    if (isInFlight) return
    if (after !== undefined && after !== listed().length)
      watch.violated(`${name}: ${after} consents told as left`)
    if (listed().length > 0) watch.violated(`${name}: closed with ${listed().length} consents left`)
    const { consent_sessions: before = 0 } = receipt.before
    const expected = receipt.pass === 'first' ? listedAtFirst : 0
    if (wasLiedTo()) return
    if (before > expected || (before < expected && !isBlindnessTold(receipt.notes)))
      watch.violated(`${name}: ${before} consents told as found, and not ${expected}`)
  })
  watch.onSent.push((by, method, path) => {
    if (method === 'GET' || !isIts(path)) return
    const working = watch.atWork.get(`${about.subject} ${by.pass}`)
    if (working !== by.doing) watch.violated(`${by.doing} is at work beside ${working}: ${path}`)
  })
  return {
    name: `${type} ${name}`,
    *problems() {
      const its = state.consents.filter((one) => one.subject === subject)
      const isNew = ({ handledAt }: Consent) => sparesNewLogins && handledAt !== undefined
      const left = its.filter((one) => !isNew(one))
      const newSid = `sid-${name}-100`
      if (sparesNewLogins && latest.isNewLogin) {
        if (!its.some(isNew) || !state.sessions.has(newSid)) yield 'a new login was ended'
      }
      // What no list shows, and Ory said to be gone, is for nobody to notice.
      if (left.some(({ isListed }) => isListed || !wasLiedTo())) yield 'consents are left'
      const old = [...state.sessions].filter(([sid]) => !sparesNewLogins || sid !== newSid)
      if (old.some(([, its]) => its === subject)) yield 'sessions are left'
      yield* problemsOfRows(rowsAbout(world, about), passes)
      const calls = callsAbout()
      yield* account.problemsAtTheEnd(calls, receipts)
      for (const pass of passes) yield* problemsOfOrder(calls.filter((call) => call.pass === pass))
    },
  }
}

/** Who may sign in again is not promised a second pass, and is told what may come of a login in flight. */
function* problemsOfPromises(
  { pass, follow_up_not_before, may_still_work }: Receipt,
  sparesNewLogins: boolean,
): Generator<string> {
  const isPromised = follow_up_not_before !== null
  if (isPromised !== (pass === 'first' && !sparesNewLogins))
    yield `the ${pass} pass promises ${follow_up_not_before} for another one`
  const names = may_still_work.map(({ what }) => what)
  if (pass === 'first' && !names.includes('logins in flight')) yield 'no login in flight is named'
}

function isAbout(path: string, subject: string, sids: string): boolean {
  const { searchParams } = new URL(path, 'http://ory.test')
  return (
    searchParams.get('subject') === subject || searchParams.get('sid')?.startsWith(sids) === true
  )
}

/** Sids before the subject, the subject before consents, in every pass. */
function* problemsOfOrder(calls: readonly Made[]): Generator<string> {
  const kinds = calls.map((call) => ({ ...call, kind: kindOf(call) }))
  const place = (kind: string, at: Made['at']) =>
    kinds.findIndex((call) => call.kind === kind && call.at === at)
  const consents = place('consents', 'sent')
  const subject = place('subject', 'sent')
  if (consents !== -1 && (subject === -1 || subject > consents))
    yield 'consents were revoked before the login sessions of the subject'
  const done = place('subject', 'done')
  const lastSid = kinds.findLastIndex(({ kind, at }) => kind === 'sid' && at === 'sent')
  if (done !== -1 && lastSid > done && !kinds.some(({ path }) => path.includes('-100')))
    yield 'a session was still told after all of them had ended'
}

/** What is claimed was done, and what was done is told in some way. */
function* problemsOfClaims({ steps, pass }: Receipt, calls: readonly Made[]): Generator<string> {
  for (const kind of ['sid', 'subject', 'consents']) {
    const done = calls.filter((call) => call.at === 'done' && kindOf(call) === kind).length
    const told = steps.filter((step) => kindOfStep(step) === kind).flatMap(outcomesOf)
    const claimed = told.filter(([outcome]) => outcome === 'acknowledged' || outcome === 'already')
    const sum = claimed.reduce((total, [, count]) => total + count, 0)
    if (sum > done) yield `the ${pass} pass claims ${sum} calls by ${kind}, and made ${done}`
    if (done > 0 && told.length === 0) yield `the ${pass} pass tells of no call by ${kind}`
  }
}

function kindOfStep({ op, by }: ReceiptStep): string {
  return op === 'revokeOAuth2ConsentSessions' ? 'consents' : by
}

function outcomesOf({ attempts }: ReceiptStep): readonly (readonly [string, number])[] {
  return attempts.flatMap(({ outcomes }) => Object.entries(outcomes))
}

function kindOf({ method, path }: Made): string {
  if (method !== 'DELETE') return 'look'
  if (path.includes('/identities/')) return 'identity'
  if (path.includes('/sessions/consent')) return 'consents'
  return path.includes('sid=') ? 'sid' : 'subject'
}
