import { createHash } from 'node:crypto'
import { durationText } from '../output/duration.ts'
import { type Block, columns } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { timeText } from '../output/time.ts'
import { type Described, typeOf, withoutSubject } from './described.ts'

/** Messages of one DLQ with the same reason and event. Times are RFC 3339. */
export interface Group {
  readonly queue: string
  readonly reason: string
  /** The event's type, `stub` or `unreadable`. */
  readonly event: string
  readonly messages: number
  readonly oldest_sent_at: string
  readonly newest_sent_at: string
  /** The most that one of them was redriven. */
  readonly redriven: number
}

/** A message as `--json` has it; `body` only where it was asked for. */
export interface LetterJson {
  readonly queue: string
  readonly message_id: string
  readonly logged_as: string
  readonly reason: string
  readonly redriven: number
  readonly sent_at: string
  readonly event:
    | { readonly type: string; readonly id: string; readonly source: string; readonly time: string }
    | { readonly type: 'stub' | 'unreadable' }
  readonly body_sha256: string
  readonly body_bytes: number
  readonly body?: string
}

/** The most of one kind first. */
export function groupsOf(letters: readonly Described[]): readonly Group[] {
  const groups = Map.groupBy(letters, (one) =>
    JSON.stringify([one.dlq.name, reasonOf(one), typeOf(one)]),
  )
  return Array.from(groups, ([key, members]) => {
    const [queue, reason, event] = JSON.parse(key) as [string, string, string]
    const times = members.map(({ letter }) => letter.sentAt)
    return {
      queue,
      reason,
      event,
      messages: members.length,
      oldest_sent_at: isoTime(times.reduce((one, other) => Math.min(one, other))),
      newest_sent_at: isoTime(times.reduce((one, other) => Math.max(one, other))),
      redriven: members.reduce((most, { redriven }) => Math.max(most, redriven), 0),
    }
  }).sort((one, other) => other.messages - one.messages)
}

/** @param now milliseconds since the epoch */
export function groupLines(groups: readonly Group[], now: number): readonly Block[] {
  const rows = groups.map((group) => [
    plain(group.queue),
    String(group.messages),
    group.event,
    durationText(Math.max(0, now - Date.parse(group.oldest_sent_at))),
    String(group.redriven),
    plain(group.reason),
  ])
  const head = ['DLQ of', 'messages', 'event', 'oldest', 'redriven', 'reason']
  return columns(rows, { head, indent: 0 })
}

export function letterJson(described: Described, { body = false } = {}): LetterJson {
  const { letter, dlq, redriven, loggedAs, read, isStub } = described
  const masked = (text: string) => withoutSubject(described, text)
  return {
    queue: dlq.name,
    message_id: letter.messageId,
    logged_as: masked(loggedAs),
    reason: reasonOf(described),
    redriven,
    sent_at: isoTime(letter.sentAt),
    event:
      !isStub && 'event' in read
        ? {
            type: read.event.type,
            id: masked(read.event.id),
            source: masked(read.event.source),
            time: read.event.time,
          }
        : { type: isStub ? 'stub' : 'unreadable' },
    body_sha256: createHash('sha256').update(letter.body).digest('hex'),
    body_bytes: Buffer.byteLength(letter.body),
    ...(body && { body: letter.body }),
  }
}

export function letterLines(described: Described, { body = false } = {}): readonly Block[] {
  const said = letterJson(described, { body })
  const { event } = said
  const rows = [
    ['message', said.message_id],
    ['DLQ of', plain(said.queue)],
    ['reason', plain(said.reason)],
    ['event', event.type],
    ...('id' in event
      ? [
          ['', `${plain(event.id)} from ${plain(event.source)}`],
          ['', timeText(event.time)],
        ]
      : []),
    ['sent', timeText(said.sent_at)],
    ['redriven', String(said.redriven)],
    ['in the log', plain(said.logged_as)],
    ['body', `${said.body_bytes} bytes, SHA-256 ${said.body_sha256}`],
    ...(body ? [['', plain(described.letter.body)]] : []),
  ]
  return columns(rows, { indent: 0 })
}

export function reasonOf(described: Described): string {
  return withoutSubject(described, described.reason)
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
