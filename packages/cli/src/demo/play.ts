import type { Receipt } from '@lapse/core/workflows'
import type { Progress } from '../output/progress.ts'
import { eventually, type Patience } from './bell.ts'
import { users } from './cast.ts'
import type { Outcome } from './checks.ts'
import { type ExampleEvent, exampleEvents } from './example-events.ts'
import type { LogoutListener } from './logout-listener.ts'
import { isQueueEmpty, readDeadLetters, sendEvent } from './queue.ts'
import { readReceipts } from './receipts.ts'
import { registerApps, type SignedIn, signIn } from './sign-in.ts'
import type { Stage } from './stage.ts'
import {
  deadLetterLines,
  eventLines,
  logoutLines,
  receiptsLines,
  userLines,
} from './story-lines.ts'
import { areActive, tokenReports } from './token-report.ts'

/** How the story is told while it happens. */
export interface Telling {
  readonly progress: Progress
  /** Takes lines for people; does nothing where a document is wanted. */
  readonly tell: (lines: readonly string[]) => void
}

/** Plays the whole story: users sign in, events come, grants lapse. */
export async function play(
  stage: Stage,
  listener: LogoutListener,
  telling: Telling,
  patience: Patience,
): Promise<Outcome> {
  const { tell, progress } = telling
  progress.begin('signing users in')
  const everybody = await signEverybodyIn(stage, listener)
  const [deleted, staying] = tokensByFate(everybody)
  const [deletedBefore, stayingBefore] = await bothActive(stage, deleted, staying)
  progress.clear()
  tell(userLines(users, [...deletedBefore, ...stayingBefore]))

  const events = exampleEvents(new Date())
  tell(eventLines(events))
  const sent = await Promise.all(events.map((event) => sendEvent(stage, event)))
  const worked = await workOff(stage, listener, events, telling, patience)

  const [deletedAfter, stayingAfter] = await bothActive(stage, deleted, staying)
  return {
    sent,
    ...worked,
    tokens: tokenReports(deleted, deletedBefore, deletedAfter),
    controls: tokenReports(staying, stayingBefore, stayingAfter),
    sidOfAlice: everybody.find(({ subject }) => subject === 'alice')?.sid ?? '',
    revokesOfBob: revokesOf(stage, 'bob'),
  }
}

async function signEverybodyIn(
  { local, ory }: Stage,
  listener: LogoutListener,
): Promise<readonly SignedIn[]> {
  const registered = await registerApps(ory, listener.uri)
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = local.endpoints
  return Promise.all(users.map((user) => signIn(user, registered, { adminUrl, publicUrl })))
}

type Tokens = SignedIn['tokens']

/** Those of the users who are deleted, and those of the users who stay. */
function tokensByFate(everybody: readonly SignedIn[]): readonly [Tokens, Tokens] {
  const tokensOf = (fate: 'deleted' | 'stays') =>
    everybody
      .filter(({ subject }) => users.some((user) => user.subject === subject && user.fate === fate))
      .flatMap(({ tokens }) => tokens)
  return [tokensOf('deleted'), tokensOf('stays')]
}

function bothActive({ ory }: Stage, some: Tokens, others: Tokens) {
  return Promise.all([areActive(ory, some), areActive(ory, others)])
}

/** Waits until nothing is left to do, telling each part as it is there. */
async function workOff(
  stage: Stage,
  listener: LogoutListener,
  events: readonly ExampleEvent[],
  { tell, progress }: Telling,
  patience: Patience,
): Promise<Pick<Outcome, 'receipts' | 'deadLetters' | 'backchannelLogouts'>> {
  const readable = events.filter((event) => event.readable)
  const wait = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    progress.begin(`waiting for ${what}`)
    const seen = await eventually(what, look, patience)
    progress.clear()
    return seen
  }
  const first = await wait('the receipts of the first pass', () =>
    readReceipts(stage, readable, 'first'),
  )
  tell(receiptsLines('first', first, readable))
  const backchannelLogouts = await wait('the logout token', async () => someOf(listener.received))
  tell(logoutLines(backchannelLogouts))
  const deadLetters = await wait('the malformed event on the DLQ', () => deadLettersIn(stage))
  tell(deadLetterLines(deadLetters))
  const followUp = await wait('the follow-up pass, when logins in flight have ended', () =>
    readReceipts(stage, readable, 'follow-up'),
  )
  tell(receiptsLines('follow-up', followUp, readable))
  await wait(
    'the last message to be worked off',
    async () => (await isQueueEmpty(stage)) || undefined,
  )
  return { receipts: inOrder(first, followUp), deadLetters, backchannelLogouts }
}

async function deadLettersIn(stage: Stage) {
  return someOf(await readDeadLetters(stage))
}

function someOf<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined
}

/** Both passes of an event beside each other. */
function inOrder(first: readonly Receipt[], followUp: readonly Receipt[]): readonly Receipt[] {
  return first.flatMap((receipt, index) => [receipt, followUp[index] ?? []].flat())
}

function revokesOf({ local }: Stage, subject: string): number {
  const requests = local.emulator?.requests ?? []
  return requests.filter(
    ({ operation, query }) =>
      operation === 'revokeOAuth2ConsentSessions' &&
      new URLSearchParams(query).get('subject') === subject,
  ).length
}
