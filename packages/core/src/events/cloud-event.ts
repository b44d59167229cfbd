import * as v from 'valibot'
import { type Lane, lanes } from '../lane.ts'
import { withoutNulls } from './absent.ts'
import { check } from './check.ts'
import { withReadContent } from './content.ts'
import type { Problem } from './text.ts'
import { unwrap } from './unwrap.ts'

/** Kept in the ledger and in receipts, whose rows are bounded. */
const text = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(1024),
  v.description('a text of 1 to 1,024 characters'),
)

/** RFC 3339 with a zone; the calendar is checked as well as the form. */
const timestamp = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  ),
  v.check((value) => !Number.isNaN(Date.parse(value)) && isDayOfItsMonth(value)),
  v.description('a time with its zone as in RFC 3339, like 2026-01-02T03:04:05Z'),
)

/** A parser takes February 30 for March 2. */
function isDayOfItsMonth(time: string): boolean {
  const [year = 0, month = 0, day = 0] = time.slice(0, 10).split('-').map(Number)
  const last = new Date(0)
  last.setUTCFullYear(year, month, 0)
  return day <= last.getUTCDate()
}

const jsonType = v.pipe(
  v.string(),
  v.regex(/^application\/(\S+\+)?json\b/i),
  v.description('application/json, or application/ with a type that ends in +json'),
)

/** An extension of ours: who goes first. Absent: `deletion`. */
const lane = v.optional(
  v.picklist(lanes, 'is not one of incident, deletion, hygiene' satisfies Problem),
)

/**
 * CloudEvents 1.0 in JSON, as lapse takes it: `time` is required (an event never overrides a newer
 * fact), and the content is JSON in `data`.
 */
export const cloudEvent = v.looseObject({
  specversion: v.literal('1.0'),
  id: text,
  source: text,
  type: text,
  time: timestamp,
  lane,
  datacontenttype: v.optional(jsonType),
  data: v.looseObject({}),
})

/** A CloudEvent whose content has not been looked at yet. */
export type CloudEvent = v.InferOutput<typeof cloudEvent>

/** The lane that an event claims; absent: `deletion`. Whether it may is for others to say. */
export interface Claim {
  readonly lane?: Lane
}

/**
 * The CloudEvent of a message body, whatever wraps it. Null attributes are absent ones; the content
 * is as it was sent, nulls included, for an event is named after it.
 * @throws EventError with a reason that names the member at fault and never its value
 */
export function readCloudEvent(body: string): CloudEvent {
  return check(cloudEvent, withReadContent(withoutNulls(unwrap(body))), '')
}

/** The lane that an event claims, as a member that is absent where it claims none. */
export function claimOf({ lane }: Pick<CloudEvent, 'lane'>): Claim {
  return lane === undefined ? {} : { lane }
}
