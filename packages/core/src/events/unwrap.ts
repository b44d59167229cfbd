import { createHash } from 'node:crypto'
import { EventError } from '../errors.ts'
import { canonicalJson } from './canonical-json.ts'
import { parseJson } from './json.ts'

type Members = Readonly<Record<string, unknown>>

/** A way of carrying an event: how it is recognised, and what is inside. */
interface Envelope {
  readonly name: string
  readonly carries: (members: Members) => boolean
  readonly open: (members: Members) => unknown
}

/** SNS in SQS in EventBridge is two wrappers; more than four is nobody's infrastructure. */
const maxDepth = 4

const envelopes: readonly Envelope[] = [
  {
    name: 'eventbridge',
    carries: (members) => 'detail-type' in members && 'detail' in members,
    open: openEventBridge,
  },
  {
    name: 'sns',
    carries: ({ Type, TopicArn }) => Type === 'Notification' && typeof TopicArn === 'string',
    open: ({ Message }) => parseJson(typeof Message === 'string' ? Message : ''),
  },
  {
    name: 'ory',
    carries: (members) => 'eventAttributes' in members && 'name' in members,
    open: openOryLiveEvent,
  },
]

/**
 * The innermost CloudEvent of a message body, still unchecked.
 *
 * A body is a CloudEvent, an EventBridge event, an SNS notification (raw delivery needs no
 * unwrapping) or an event of Ory Network's stream; a CloudEvent inside a wrapper wins over it.
 * @throws EventError `not-json`, `unknown-envelope`, `batched-events`, `duplicate-member`, `malformed-event`
 */
export function unwrap(body: string): Members {
  return innermost(parseJson(body), maxDepth)
}

function innermost(content: unknown, depth: number): Members {
  if (Array.isArray(content))
    throw new EventError('batched-events: a message holds one event; send each of them by itself')
  if (!isMembers(content) || depth === 0) throw new EventError('unknown-envelope')
  if ('specversion' in content) return content

  const envelope = envelopes.find(({ carries }) => carries(content))
  if (envelope === undefined) throw new EventError('unknown-envelope')
  return innermost(envelope.open(content), depth - 1)
}

function openEventBridge({ detail, ...wrapper }: Members): unknown {
  if (isMembers(detail) && isEnvelope(detail)) return detail
  return {
    specversion: '1.0',
    id: wrapper['id'],
    source: wrapper['source'],
    type: wrapper['detail-type'],
    time: wrapper['time'],
    data: detail,
  }
}

/** Ory's stream gives its events no id, so one is made of all that tells two of them apart. */
function openOryLiveEvent({ name, timestamp, projectId, eventAttributes }: Members): unknown {
  const identity = canonicalJson([projectId, name, timestamp, eventAttributes])
  return {
    specversion: '1.0',
    id: createHash('sha256').update(identity).digest('hex'),
    source: typeof projectId === 'string' ? `ory:${projectId}` : 'ory',
    type: `ory.${String(name)}`,
    time: oryTime(timestamp),
    data: eventAttributes,
  }
}

/** Ory's documentation shows `2026-01-02 03:04:05`, which is RFC 3339 but for two letters; it is UTC. */
function oryTime(timestamp: unknown): unknown {
  if (typeof timestamp !== 'string') return timestamp
  return timestamp.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/, '$1T$2Z')
}

function isEnvelope(content: Members): boolean {
  return 'specversion' in content || envelopes.some(({ carries }) => carries(content))
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
