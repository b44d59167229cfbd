import type { Receipt, ReceiptStep } from '@lapse/core/run'
import type { Made } from './watch.ts'
import { start, type World } from './world.ts'

const minute = 60_000
const hour = 60 * minute

/** What a user has besides OAuth2, and what has to have come of it. */
export interface Account {
  /** Whether a call is about it. */
  isAbout(path: string): boolean
  /**
   * Looks when a receipt is written.
   * @param calls those of all passes
   * @returns what is not as it has to be
   */
  problemsOf(receipt: Receipt, calls: readonly Made[]): Iterable<string>
  /** Looks at the end of all. */
  problemsAtTheEnd(calls: readonly Made[], receipts: readonly Receipt[]): Iterable<string>
}

const kinds = ['issued', 'imported'] as const

/**
 * Gives a user an identity with sessions, and API keys.
 * @param endsKeys whether the events of the story end API keys where a deployment says where they are
 */
export function accountOf(
  { besides: random, accounts, accountSettings, hidden, away }: World,
  name: string,
  subject: string,
  endsKeys: boolean,
): Account {
  const { identitySessions: sessionsEnd = false, apiKeys = false } = accountSettings
  const keysEnd = apiKeys && endsKeys
  if (random.chance(0.8)) accounts.state.sessions.set(subject, random.between(0, 6))
  const had = { issued: 0, imported: 0 }
  const hadNewer = { issued: 0, imported: 0 }
  for (const kind of kinds)
    for (let number = random.between(0, 9); number > 0; number -= 1) {
      const id = `canary-${kind}-key-${name}-${number}`
      hidden.add(id)
      const works = random.chance(0.8)
      had[kind] += works ? 1 : 0
      const isNewer = number % 3 === 0
      hadNewer[kind] += works && isNewer ? 1 : 0
      const createTime = new Date(start - (isNewer ? minute / 2 : hour)).toISOString()
      const status = works ? 'KEY_STATUS_ACTIVE' : 'KEY_STATUS_REVOKED'
      accounts.add(kind, { id, actor: subject, createTime, status })
    }
  /** How many keys receipts have told of so far, those that there may have been included. */
  const told = { issued: 0, imported: 0 }
  const closed = new Set<string>()
  /** Whether the second pass had looked for keys by the time that the first was closed: both saw the same ones. */
  const overlap = { issued: false, imported: false }
  const sessionsAtFirst = accounts.state.sessions.get(subject) ?? 0
  const sessions = () => accounts.state.sessions.get(subject) ?? 0
  const isCalm = () => away.met.size === 0
  // A key that is said to be revoked, and is not, is counted as another one: no row holds ids.
  const wasLiedTo = () => away.met.has('talos: ignored')
  const wereSessionsLiedAbout = () => away.met.has('kratos: ignored')
  const asPath = encodeURIComponent(subject)
  const asFilter = encodeURIComponent(`actor_id="${subject}"`)

  return {
    isAbout: (path) =>
      path.includes(`/identities/${asPath}`) ||
      path.includes(`filter=${asFilter}`) ||
      new RegExp(`/canary-(issued|imported)-key-${name}-\\d+:revoke$`).test(path),
    *problemsOf({ pass, before, after, steps, notes }, allCalls) {
      const calls = allCalls.filter((call) => call.pass === pass)
      // Where the first pass is given up, and taken up later, the second has come before it.
      const isAlone = (kind: string) =>
        allCalls.filter(isDone(`/${kind}ApiKeys/`)).every((call) => call.pass === pass)
      const isFirstClosed = closed.has('first')
      closed.add(pass)
      const gap = notes.find((note) => note.startsWith('not looked at')) ?? ''
      for (const kind of kinds) {
        if (pass === 'first')
          overlap[kind] = allCalls.some((call) => call.pass !== pass && isAboutKeys(kind, call))
        const count = `${kind}_api_keys`
        const [was, is] = [before[count], after[count]]
        if ((was === undefined) === keysEnd) yield `the ${pass} pass counts ${was} ${count} before`
        if (was === undefined) continue
        const works = accounts.working(kind, subject)
        if (works > 0) yield `closed with ${works} ${kind} keys that work`
        if (is !== works) yield `${is} ${kind} keys told as left, not ${works}`
        const expected = isFirstClosed && !overlap[kind] ? 0 : had[kind]
        const more = moreToldOf(kind, notes)
        told[kind] += was + more
        if (wasLiedTo()) continue
        if (was > expected) yield `${was} ${kind} keys told of ${expected}`
        if (was + more < expected && isAlone(kind))
          yield `${was} ${kind} keys told and ${more} as possible, and not ${expected}`
        const step = steps.find(({ op }) => op.toLowerCase().includes(`revoke${kind}`))
        yield* problemsOfClaims(step, calls.filter(isDone(`/${kind}ApiKeys/`)), was)
      }
      const { api_keys_newer_than_event: newer = 0 } = before
      const newerThere = kinds
        .filter((kind) => !isFirstClosed || overlap[kind])
        .reduce((sum, kind) => sum + hadNewer[kind], 0)
      const isExact = kinds.every((kind) => isAlone(kind) && moreToldOf(kind, notes) === 0)
      if (keysEnd && !wasLiedTo() && (newer > newerThere || (isExact && newer < newerThere)))
        yield `${newer} keys told as newer than the event, of ${newerThere}`
      if (apiKeys && endsKeys === gap.includes('API keys')) yield `it says of API keys: ${gap}`
      const ended = steps.find(({ op }) => op === 'deleteIdentitySessions')
      if (!sessionsEnd && ended !== undefined) yield 'sessions ended that were not to be'
      if (sessionsEnd && ended === undefined) yield `the ${pass} pass tells of no identity session`
      if (ended?.status === 'observed' && sessions() > 0) yield `${sessions()} sessions are left`
      const { identity_sessions: left } = after
      if (left !== undefined && left !== sessions()) yield `${left} sessions told as left`
      if (sessionsEnd && left === undefined && !gap.includes('identity provider'))
        yield 'nobody looked for sessions, and nobody says so'
      const isToldMissing =
        before['identity_sessions'] === undefined &&
        (isBlindnessTold(notes) || notes.some(isIdentityEndedBlindly))
      if (
        !wereSessionsLiedAbout() &&
        pass === 'first' &&
        sessionsEnd &&
        !allCalls.some((call) => call.pass !== pass && isIdentityEnd(call)) &&
        before['identity_sessions'] !== sessionsAtFirst &&
        !isToldMissing
      )
        yield `${before['identity_sessions']} sessions told as found, and not ${sessionsAtFirst}`
    },
    *problemsAtTheEnd(calls, receipts) {
      const works = kinds.map((kind) => accounts.working(kind, subject))
      const kept = kinds.map((kind) => had[kind])
      if (keysEnd && works.some((count) => count > 0)) yield `API keys are left: ${works}`
      for (const kind of kinds)
        if (keysEnd && !wasLiedTo() && told[kind] < had[kind])
          yield `${told[kind]} ${kind} keys told in all, of ${had[kind]}`
      if (!keysEnd && works.join() !== kept.join()) yield `API keys ended: ${kept} to ${works}`
      if (!sessionsEnd && sessions() !== sessionsAtFirst)
        yield 'sessions at the identity provider ended'
      const claims = receipts.some(({ steps }) =>
        steps.some(({ op, status }) => op === 'deleteIdentitySessions' && status === 'observed'),
      )
      if (sessions() > 0 && (claims || (sessionsEnd && isCalm())))
        yield 'identity sessions are left'
      for (const pass of new Set(calls.map((call) => call.pass)))
        yield* problemsOfOrder(calls.filter((call) => call.pass === pass))
    },
  }
}

/** Whether a receipt says that sessions may have ended before anybody had looked at them. */
function isIdentityEndedBlindly(note: string): boolean {
  return note.startsWith('sessions at the identity provider could not be looked at before')
}

function isIdentityEnd({ method, path }: Made): boolean {
  return method === 'DELETE' && path.includes('/identities/')
}

/** Whether a receipt says that nobody looked before something was revoked. */
export function isBlindnessTold(notes: readonly string[]): boolean {
  return notes.some((note) => /^(nothing was )?looked at before the revocations/.test(note))
}

/** How many keys more a receipt says that there may have been: only where answers were lost. */
function moreToldOf(kind: (typeof kinds)[number], notes: readonly string[]): number {
  const what = { issued: 'API keys that Ory issued', imported: 'API keys that were imported' }
  const told = notes.find((note) => note.includes(` more ${what[kind]} than are counted`))
  return Number(/been (\d+) more/.exec(told ?? '')?.[1] ?? 0)
}

function isAboutKeys(kind: (typeof kinds)[number], { path }: Made): boolean {
  return path.includes(`/${kind}ApiKeys`)
}

function isDone(part: string) {
  return ({ at, path, method, status = 0 }: Made) =>
    at === 'done' && method === 'POST' && path.includes(part) && status < 300
}

/** What is claimed was done, and is no more than there was. */
function* problemsOfClaims(
  step: ReceiptStep | undefined,
  done: readonly Made[],
  was: number,
): Generator<string> {
  if (step === undefined) {
    if (done.length > 0) yield `${done.length} keys were revoked, and no step tells of it`
    return
  }
  if (step.calls !== was) yield `${step.calls} keys were to be revoked, of ${was}`
  if (step.accepted > new Set(done.map(({ path }) => path)).size)
    yield `${step.accepted} keys are told as revoked, and ${done.length} were`
}

/** Identity sessions before login sessions; API keys not even looked at before consents have ended. */
function* problemsOfOrder(calls: readonly Made[]): Generator<string> {
  const place = (method: string, part: RegExp, at: Made['at']) =>
    calls.findIndex((call) => call.method === method && call.at === at && part.test(call.path))
  const identity = place('DELETE', /\/identities\//, 'sent')
  const login = place('DELETE', /sessions\/login\?/, 'sent')
  if (identity !== -1 && login !== -1 && identity > login)
    yield 'login sessions ended before those at the identity provider'
  const keys = place('GET', /ApiKeys\?/, 'sent')
  const consents = place('DELETE', /sessions\/consent\?/, 'done')
  if (keys !== -1 && (consents === -1 || keys < consents))
    yield 'API keys were looked at before tokens had ended'
}
