import { EventError } from '../errors.ts'
import { holdsRedaction, withoutSecrets } from '../events/index.ts'
import type { WorkflowEvent } from '../run/index.ts'
import type { Message } from './message.ts'

/** A message of which nothing that is left is a secret. */
export interface CleanMessage extends Message {
  /** Whether it held one as it was received. */
  readonly heldSecret: boolean
}

/** A message as it may be kept: private keys, tokens and passwords in it are no more. */
export function cleanMessage(received: Message): CleanMessage {
  const body = withoutSecrets(received.body)
  const attributes = Object.fromEntries(
    Object.entries(received.attributes).map(([name, value]) => [name, withoutSecrets(value, name)]),
  )
  const isSame = Object.entries(attributes).every(
    ([name, value]) => received.attributes[name] === value,
  )
  return { ...received, body, attributes, heldSecret: body !== received.body || !isSame }
}

/**
 * The event of a message.
 * @throws EventError what `parse` throws, and `holds-a-secret` where a redacted text would count
 */
export function readEvent<Event extends WorkflowEvent>(
  { body }: CleanMessage,
  { parse }: { readonly parse: (body: string) => Event },
): Event {
  const event = parse(body)
  // Its content may have held one beside what counts; what counts would be another user's, or nobody's.
  const { data: _data, ...counting } = event
  if (holdsRedaction(JSON.stringify(counting)))
    throw new EventError('holds-a-secret: a member that counts is one, and is not kept')
  return event
}
