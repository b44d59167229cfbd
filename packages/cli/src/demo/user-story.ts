import type { Receipt } from '@lapse/core/workflows'
import { users } from './cast.ts'
import type { Outcome } from './checks.ts'
import { type ExampleEvent, exampleEvents } from './example-events.ts'
import type { LogoutListener } from './logout-listener.ts'
import { areQueuesEmpty, readDeadLetters, sendEvent } from './queue.ts'
import { readReceipts } from './receipts.ts'
import type { Scene } from './scene.ts'
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

/** What became of the users and their tokens. */
export type UserStory = Pick<
  Outcome,
  'deadLetters' | 'tokens' | 'controls' | 'backchannelLogouts' | 'sidOfAlice' | 'revokesOfBob'
> & { readonly receipts: readonly Receipt[] }

/** Users sign in, events come, grants lapse. */
export async function playUserStory(scene: Scene, listener: LogoutListener): Promise<UserStory> {
  const { stage, tell, wait } = scene
  const everybody = await wait('users to sign in', () => signEverybodyIn(stage, listener))
  const [deleted, staying] = tokensByFate(everybody)
  const [deletedBefore, stayingBefore] = await bothActive(stage, deleted, staying)
  tell(userLines(users, [...deletedBefore, ...stayingBefore]))

  const events = exampleEvents(new Date())
  tell(eventLines(events))
  scene.sent.push(...(await Promise.all(events.map((event) => sendEvent(stage, event)))))
  const worked = await workOff(scene, listener, events)

  const [deletedAfter, stayingAfter] = await bothActive(stage, deleted, staying)
  return {
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
  { stage, tell, wait }: Scene,
  listener: LogoutListener,
  events: readonly ExampleEvent[],
): Promise<Pick<UserStory, 'receipts' | 'deadLetters' | 'backchannelLogouts'>> {
  const readable = events.filter((event) => event.readable)
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
    async () => (await areQueuesEmpty(stage)) || undefined,
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
