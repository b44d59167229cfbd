import type { Receipt } from '@lapse/core/run'
import { countAccount, openAccount } from './accounts.ts'
import { users } from './cast.ts'
import type { Outcome } from './checks.ts'
import { type ExampleEvent, exampleEvents, webhookEvent } from './example-events.ts'
import type { LogoutListener } from './logout-listener.ts'
import { areQueuesEmpty, readDeadLetters, sendEvent } from './queue.ts'
import { readReceipts } from './receipts.ts'
import type { Scene } from './scene.ts'
import { type App, type SignedIn, signIn } from './sign-in.ts'
import type { Stage } from './stage.ts'
import {
  deadLetterLines,
  eventLines,
  logoutLines,
  receiptsLines,
  userLines,
  webhookLines,
} from './story-lines.ts'
import { areActive, tokenReports } from './token-report.ts'
import { forgeWebhook, sendWebhook, type WebhookReport } from './webhook.ts'

/** What became of the users and their tokens. */
export type UserStory = Pick<
  Outcome,
  | 'deadLetters'
  | 'tokens'
  | 'controls'
  | 'webhook'
  | 'backchannelLogouts'
  | 'sidOfAlice'
  | 'revokesOfBob'
  | 'account'
> & { readonly receipts: readonly Receipt[] }

/** The user with a session at the identity provider and with API keys. */
const alice = 'alice'

/** Users sign in, events come, grants lapse. */
export async function playUserStory(
  scene: Scene,
  listener: LogoutListener,
  apps: readonly App[],
): Promise<UserStory> {
  const { stage, tell, wait } = scene
  await openAccount(stage, alice)
  const accountBefore = await countAccount(stage, alice)
  // Forged meanwhile, so that the function has started by the time it is needed.
  const [everybody, forged] = await wait('users to sign in', () =>
    Promise.all([signEverybodyIn(stage, apps), forgeWebhook(stage, webhookEvent(new Date()))]),
  )
  const [deleted, staying] = tokensByFate(everybody)
  const [deletedBefore, stayingBefore] = await bothActive(stage, deleted, staying)
  tell(userLines(users, [...deletedBefore, ...stayingBefore]))

  const { events, webhook } = await sendEverything(scene, forged)
  const worked = await workOff(scene, listener, events)

  const [deletedAfter, stayingAfter] = await bothActive(stage, deleted, staying)
  return {
    ...worked,
    webhook,
    tokens: tokenReports(deleted, deletedBefore, deletedAfter),
    controls: tokenReports(staying, stayingBefore, stayingAfter),
    sidOfAlice: everybody.find(({ subject }) => subject === alice)?.sid ?? '',
    revokesOfBob: revokesOf(stage, 'bob'),
    account: { subject: alice, before: accountBefore, after: await countAccount(stage, alice) },
  }
}

/** All but one event are put on the queue; that one is left to the function that takes webhooks. */
async function sendEverything(
  { stage, tell, sent }: Scene,
  forged: number,
): Promise<{ readonly events: readonly ExampleEvent[]; readonly webhook: WebhookReport }> {
  const queued = exampleEvents(new Date())
  const byWebhook = webhookEvent(new Date())
  const events = [...queued, byWebhook]
  tell(eventLines(events))
  const [messages, signed] = await Promise.all([
    Promise.all(queued.map((event) => sendEvent(stage, event))),
    sendWebhook(stage, byWebhook),
  ])
  sent.push(...messages, { event: byWebhook, messageIds: [] })
  const webhook = { event_id: byWebhook.id, signed, forged }
  tell(webhookLines(webhook))
  return { events, webhook }
}

async function signEverybodyIn(
  { local }: Stage,
  apps: readonly App[],
): Promise<readonly SignedIn[]> {
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = local.endpoints
  return Promise.all(users.map((user) => signIn(user, apps, { adminUrl, publicUrl })))
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
    'the last message to be processed',
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
