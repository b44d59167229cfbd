import { RefusedError } from '../errors.ts'
import type { Attributes } from '../ports/index.ts'
import {
  expectedFollowUp,
  ledgerKeysOf,
  type Services,
  type Workflow,
  type WorkflowEvent,
} from '../run/index.ts'
import {
  attributesOf,
  believed,
  carriedAttributes,
  claimedKey,
  type Envelope,
  isCalledFollowUp,
  readEnvelope,
  unverifiedEnvelope,
} from './envelope.ts'
import type { Message } from './message.ts'
import type { Waiting } from './waiting.ts'

/** What lapse says of a message, as far as it is known by now. */
export interface Said {
  readonly envelope: Envelope
  /** Absent where nothing is verified yet. */
  readonly ledgerKey?: Uint8Array
}

/**
 * More messages in a row than any event makes of itself: in 12 days of waiting for a quarter of an
 * hour each there are 1,152, and progress begins them anew a few times.
 */
export const mostCopies = 10_000

/** What a message says before its seal can be looked at. */
export function unverified(message: Message, now: number): Said {
  return { envelope: unverifiedEnvelope(message, now) }
}

/** What a message says that lapse itself has said, and whether there was more. */
export function verified(
  message: Message,
  services: Services,
): Said & { readonly isWhole: boolean } {
  const { ledgerKey, clock } = services
  return { ...readEnvelope(message, ledgerKeysOf(services), clock.now()), ledgerKey }
}

/**
 * What a workflow goes by. A message that calls itself a follow-up without a seal is one where the
 * ledger says so, at the ledger's time: it may have been sent before there were seals, and a lost
 * second pass would be worse than an early look at a row.
 * @throws RefusedError `too-many-copies`
 */
export async function saidOf<Event extends WorkflowEvent, Observation, Needs extends Services>(
  message: Message,
  { envelope }: Said,
  {
    workflow,
    event,
    services,
  }: {
    readonly workflow: Workflow<Event, Observation, Needs>
    readonly event: Event
    readonly services: Needs
  },
): Promise<Envelope> {
  if (envelope.copies > mostCopies) throw new RefusedError('too-many-copies')

  const { followUpAfterMs } = workflow
  const due = believed(envelope, followUpAfterMs, services.clock.now())
  if (due.pass === 'follow-up' || followUpAfterMs === undefined || !isCalledFollowUp(message))
    return due
  const expected = await expectedFollowUp(workflow, event, services, claimedKey(message))
  return expected === undefined ? due : { ...due, pass: 'follow-up', ...expected }
}

/** What a copy of a message says that is sent now. */
export function saidByCopy(
  message: Message,
  { envelope, ledgerKey }: Said,
  waiting: Waiting | undefined,
  now: number,
): Attributes {
  if (ledgerKey === undefined) return carriedAttributes(message, waiting, now)
  const copy = { ...envelope, waiting, copies: envelope.copies + 1 }
  return attributesOf(copy, { body: message.body, ledgerKey, now })
}
