import { EventError } from '../errors.ts'
import type { Claim } from './cloud-event.ts'
import { isAhead } from './time.ts'

/** Members of `data` that only lapse itself sets, in events that it derives from an owner's. */
const internalMembers = ['of_owner', 'after_client_id', 'parts_of_owner']

/** A parsed event, as far as it is looked at here. */
export interface Published extends Claim {
  readonly type: string
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * Refuses an event that a publisher may not send, although a worker could read it: one that only
 * lapse itself sends, and one from the future that would silence those that come before it. What
 * is about a user is done whatever its time, so that it may be any.
 *
 * @param now milliseconds since the epoch
 * @throws EventError `internal-event`, `time-in-the-future`
 */
export function checkPublished({ type, time, data }: Published, now: number): void {
  if (type.startsWith('user.')) return

  const internal = internalMembers.find(
    (member) => Object.hasOwn(data, member) && data[member] !== null,
  )
  if (type === 'app.offboarded' && internal !== undefined)
    throw new EventError(
      `internal-event: only lapse itself sets data.${internal}; send the event about the owner`,
    )
  if (isAhead(time, now))
    throw new EventError(
      "time-in-the-future: time is more than 5 minutes ahead; check the publisher's clock",
    )
}

/**
 * What the queues of the stack take of a message, in bytes: SQS's own default until 2025, and still
 * that of what they are deployed with.
 */
const largestBytes = 262_144

/**
 * Refuses a body that no queue takes.
 * @throws EventError that says how large it is, and how large it may be
 */
export function checkSize(body: string): void {
  const bytes = Buffer.byteLength(body)
  if (bytes <= largestBytes) return
  const [is, mayBe] = [bytes, largestBytes].map((number) => number.toLocaleString('en-US'))
  throw new EventError(
    `malformed-event: it is larger than a queue takes: it has ${is} bytes, and may have ${mayBe}`,
  )
}
