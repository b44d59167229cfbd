import type { OffboardingMode } from '@lapse/core/events'
import type { Pass } from '@lapse/core/run'
import type { Stem } from '../stems.ts'

/** A message of the story. */
export interface ExampleEvent {
  /** The event's own id; it names neither user nor subject, because receipts repeat it. */
  readonly id: string
  readonly queue: Stem
  readonly told: string
  readonly body: string
  /** How often it is sent. */
  readonly times: number
  /** Whether it is an event at all. */
  readonly readable: boolean
  /** The passes that have a receipt each. */
  readonly passes: readonly Pass[]
}

const bothPasses = ['first', 'follow-up'] as const

/** The messages about users, in the order in which they are sent. */
export function exampleEvents(now: Date): readonly ExampleEvent[] {
  const about = (id: string, data: object) => userDeleted(id, data, now)
  return [
    { ...about('event-1', { subject: 'alice' }), told: 'alice is deleted' },
    { ...about('event-2', { subject: 'bob' }), told: 'bob is deleted; sent twice', times: 2 },
    { ...about('event-3', { subject: 'nobody' }), told: 'a user Ory never met is deleted' },
    { ...about('event-4', {}), told: 'malformed: nobody is named', readable: false },
  ]
}

/** One more about a user, which gets to the queue by webhook. */
export function webhookEvent(now: Date): ExampleEvent {
  const event = userDeleted('event-5', { subject: 'dave' }, now)
  return { ...event, told: 'dave is deleted, says a webhook' }
}

function userDeleted(id: string, data: object, now: Date): Omit<ExampleEvent, 'told'> {
  return {
    id,
    queue: 'user-deleted',
    body: cloudEvent('user.deleted', id, now, data),
    times: 1,
    readable: true,
    passes: bothPasses,
  }
}

/** A publisher's person is gone, of whom several accounts are known; the event itself has one pass. */
export function leaverWithTwoAccounts(id: string, data: object, now: Date): ExampleEvent {
  return {
    id,
    queue: 'user-deleted',
    told: 'somebody with two accounts leaves',
    body: cloudEvent('user.deleted', id, now, data, 'https://hr.example'),
    times: 1,
    readable: true,
    passes: ['first'],
  }
}

/** What lapse derives from an event for one of its subjects; nobody sends it but lapse. */
export function ofSubject(event: ExampleEvent, id: string): ExampleEvent {
  return { ...event, id, told: 'one of them', passes: bothPasses }
}

/** A user may not sign in for now. */
export function userSuspended(
  id: string,
  data: { readonly subject: string },
  now: Date,
): ExampleEvent {
  return {
    id,
    queue: 'user-suspended',
    told: `${data.subject} is suspended`,
    body: cloudEvent('user.suspended', id, now, data),
    times: 1,
    readable: true,
    passes: bothPasses,
  }
}

/** A user is signed out everywhere, and may sign in again. */
export function userSignedOut(
  id: string,
  data: { readonly subject: string },
  now: Date,
): ExampleEvent {
  return {
    id,
    queue: 'user-signed-out',
    told: `${data.subject} is signed out`,
    body: cloudEvent('user.signed-out', id, now, data),
    times: 1,
    readable: true,
    passes: ['first'],
  }
}

/** What is told of an app. */
export interface Offboarding {
  readonly client_id: string
  readonly mode: OffboardingMode
  readonly secret_ids?: readonly string[]
}

/** An app is suspended, restored, deleted or reset. */
export function appOffboarded(id: string, data: Offboarding, now: Date): ExampleEvent {
  return {
    id,
    queue: 'app-offboarded',
    told: `${data.client_id}: ${data.mode}`,
    body: cloudEvent('app.offboarded', id, now, data),
    times: 1,
    readable: true,
    passes: ['first'],
  }
}

/** A trusted issuer signs with a new key, and old ones are retired. */
export function keyRotated(id: string, data: object, now: Date): ExampleEvent {
  return {
    id,
    queue: 'key-rotated',
    told: 'a partner signs with a new key',
    body: cloudEvent('key.rotated', id, now, data),
    times: 1,
    readable: true,
    passes: bothPasses,
  }
}

/** CloudEvents 1.0, as an identity provider or a partner would publish it. */
function cloudEvent(
  type: string,
  id: string,
  now: Date,
  data: object,
  source = 'https://accounts.example',
): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type,
    time: now.toISOString(),
    data,
  })
}
