import { EventError, LapseError } from '@lapse/core/errors'
import type { CountName, LogFields, SourceCountName } from '@lapse/core/ports'
import type { Reading } from './mapping.ts'
import type { Message } from './message.ts'

/** How a request ended. */
export interface Outcome {
  readonly status: 200 | 202 | 204 | 400 | 401 | 403 | 404 | 413 | 422 | 503
  readonly body: object
  /** What the log may know besides the source and the status. */
  readonly fields?: LogFields
  readonly counts?: readonly CountName[]
  /** How many events of the source were queued, and how many passed over; both or neither. */
  readonly ofSource?: Readonly<Record<Exclude<SourceCountName, 'EventsRefused'>, number>>
}

/** One for all that was not signed as it should be: what was wrong with it is nobody's business. */
export const refused = refusal(401, 'unauthorized', ['WebhooksRefused'])

/** Signed, and by somebody who may not speak for that user. */
export const forbidden = refusal(403, 'forbidden', ['WebhooksRefused'])

export const tooLarge = refusal(413, 'too-large', ['WebhooksRefused'])

export const unknown = refusal(404, 'not-found', [])

/** Everything is on its queue. A batch is answered 200, the only status that Polis takes for success. */
export function queued({ messages, ignored, isBatch }: Reading, fields: LogFields): Outcome {
  const ids = messages.map(({ id }) => id)
  const [id] = ids
  const types = [...new Set(messages.map(({ type }) => type))]
  return {
    status: isBatch ? 200 : 202,
    body: isBatch || id === undefined ? { ids, ignored } : { id },
    fields: { types, queued: ids.length, ignored, ...fields },
    counts: ['WebhooksAccepted'],
    ofSource: { EventsQueued: ids.length, EventsPassedOver: ignored },
  }
}

/** As Global Token Revocation answers, whether there is such a user or not. */
export function revoked({ id, type }: Message): Outcome {
  return {
    status: 204,
    body: {},
    fields: { types: [type], queued: 1, ignored: 0, event_id: id },
    counts: ['WebhooksAccepted'],
    ofSource: { EventsQueued: 1, EventsPassedOver: 0 },
  }
}

/** What went wrong, without anything that the request held. */
export function failed(error: unknown): Outcome {
  if (error instanceof EventError) return unreadable(error, 422)
  const isOurs = error instanceof LapseError && error.configuration
  const counts: CountName[] = isOurs
    ? ['WebhooksFailed', 'ConfigurationErrors']
    : ['WebhooksFailed']
  return { ...refusal(503, 'unavailable', counts), fields: describe(error) }
}

/** Verified, and not readable: by a reason that holds nothing of what was sent. */
export function unreadable({ reason }: EventError, status: 400 | 422): Outcome {
  return { ...refusal(status, reason, ['WebhooksUnreadable']), fields: { reason } }
}

/** What may be said of an error. The message of one that is not ours may hold anything. */
export function describe(error: unknown): LogFields {
  if (error instanceof LapseError) return { code: error.code, problem: error.message }
  return { code: error instanceof Error ? error.name : typeof error }
}

function refusal(
  status: 400 | 401 | 403 | 404 | 413 | 422 | 503,
  reason: string,
  counts: readonly CountName[],
): Outcome {
  return { status, body: { error: { reason } }, counts }
}
