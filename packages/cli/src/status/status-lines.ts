import { durationText } from '../output/duration.ts'
import { type Block, columns, kept } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import { timeText } from '../output/time.ts'
import { kinds } from './follow-ups.ts'
import type {
  AlarmsStatus,
  CheckpointStatus,
  CircuitStatus,
  FollowUpStatus,
  LanesStatus,
  Part,
  QueueStatus,
  RotationStatus,
  Status,
  SweepStatus,
} from './status.ts'

/** One screen: what waits and until when, what is open, and what is wrong. Pure. */
export function statusLines(status: Status): readonly Block[] {
  const now = Date.parse(status.at)
  return [
    `${styled('bold', status.place)}, ${timeText(status.at)}`,
    ...part('queues', status.queues, queueBlocks),
    ...part('lanes', status.lanes, (lanes) => laneBlocks(lanes, now, isDown(status))),
    ...part('follow-ups', status.follow_ups, (all) => followUpBlocks(all, now)),
    ...part('rotated secrets', status.rotations, (all) => rotationBlocks(all, now)),
    '',
    ...columns(
      [
        row('circuit', status.circuit, (circuit) => circuitText(circuit, now)),
        ...accountsRows(status, now),
        row('last sweep', status.last_sweep, (sweep) => sweepText(sweep, now)),
        row('last checkpoint', status.last_checkpoint, (one) => checkpointText(one, now)),
        row('alarms', status.alarms, alarmText),
      ],
      { indent: 0, hang: 2 },
    ),
  ]
}

function part<Known>(
  title: string,
  read: Part<Known>,
  blocks: (known: Known) => readonly Block[],
): readonly Block[] {
  const head = ['', styled('bold', title)]
  return 'known' in read ? [...head, ...blocks(read.known)] : [...head, `  ${cannot(read.unknown)}`]
}

function row<Known>(
  title: string,
  read: Part<Known>,
  text: (known: Known) => string,
): readonly string[] {
  const cell = 'known' in read ? text(read.known) : cannot(read.unknown)
  return [styled('bold', kept(title)), cell]
}

function cannot(why: string): string {
  return styled('yellow', `cannot tell: ${why}`)
}

/** Red where there is any of what should not be there. */
function bad(count: number): string {
  return count === 0 ? '0' : styled('red', String(count))
}

/** Those in which there is nothing are told in a sentence: it is to be one screen. */
function queueBlocks(queues: readonly QueueStatus[]): readonly Block[] {
  const busy = queues.filter(
    ({ waiting, in_flight, delayed, dead }) => waiting + in_flight + delayed + dead > 0,
  )
  const empty = queues.length - busy.length
  if (busy.length === 0) return ['  All are empty, and their DLQs as well.']

  const isMeasured = busy.some(({ oldest_ms }) => oldest_ms !== null)
  const rows = busy.map(({ queue, waiting, in_flight, delayed, dead, oldest_ms }) => [
    queue,
    String(waiting),
    String(in_flight),
    String(delayed),
    bad(dead),
    ...(isMeasured ? [oldest_ms === null ? '' : durationText(oldest_ms)] : []),
  ])
  const head = ['', 'waiting', kept('in flight'), 'delayed', 'DLQ']
  return [
    ...columns(rows, { head: isMeasured ? [...head, 'oldest'] : head }),
    ...(empty === 0 ? [] : [`  The other ${empty} ${empty === 1 ? 'is' : 'are'} empty.`]),
  ]
}

/** No queue says which of its messages are hygiene. */
const laneNames = {
  incident: 'incident',
  deletion: 'deletion, hygiene',
  hygiene: 'due for the sweep',
}

function laneBlocks(
  { calls_per_minute, lanes }: LanesStatus,
  now: number,
  isOryDown: boolean,
): readonly Block[] {
  const limit =
    calls_per_minute === null
      ? 'No limit is kept: as fast as Ory answers.'
      : `Of what revokes, some ${Math.round(calls_per_minute)} calls a minute.`
  const pace = isOryDown ? 'Ory is down: what waits goes on by itself once it answers.' : limit
  return [
    `  ${pace}`,
    ...columns(
      lanes.map(({ lane, events, done_at }) => [
        laneNames[lane],
        kept(`${events} ${events === 1 ? 'event' : 'events'}`),
        done_at === null ? '' : `${isOryDown ? 'not before' : 'done about'} ${from(done_at, now)}`,
      ]),
    ),
  ]
}

function isDown({ circuit }: Status): boolean {
  return 'known' in circuit && circuit.known.state !== 'closed'
}

/** A time, and how far ahead it is. */
function from(time: string, now: number): string {
  const left = Date.parse(time) - now
  return left <= 0 ? `${timeText(time)}, now` : `${timeText(time)}, in ${durationText(left)}`
}

function followUpBlocks(all: readonly FollowUpStatus[], now: number): readonly Block[] {
  if (all.length === 0) return ['  Nothing is open.']
  return columns(
    all.map(({ kind, open, more, overdue, next_due_at }) => [
      kinds[kind] ?? kind,
      more ? kept(`${open} and more`) : String(open),
      [
        ...(overdue > 0 ? [styled('red', kept(`${overdue} overdue,`))] : []),
        ...(next_due_at === null ? [] : [dueText(next_due_at, now)]),
      ].join(' '),
    ]),
  )
}

function dueText(time: string, now: number): string {
  return Date.parse(time) <= now ? `due since ${timeText(time)}` : `next ${from(time, now)}`
}

function rotationBlocks(all: readonly RotationStatus[], now: number): readonly Block[] {
  if (all.length === 0) return ['  None is rotated.']
  return columns(
    all.map(({ secret, verdict, problem, overlap_until, due_at }) => [
      secret,
      verdict === 'well' ? verdict : styled('red', verdict),
      [
        ...(problem === null ? [] : [problem]),
        ...(overlap_until === null ? [] : [`overlap until ${from(overlap_until, now)}`]),
        ...(due_at === null ? [] : [`due ${timeText(due_at)}`]),
      ].join('; '),
    ]),
    { hang: 2 },
  )
}

const servers = { identities: 'the identity provider', 'api-keys': 'the server of API keys' }

/** A server that is not down is not worth a line. */
function accountsRows(
  { circuit: ofOry, account_circuits: circuits }: Status,
  now: number,
): readonly (readonly string[])[] {
  // Where both are unknown, it is for the same reason.
  if ('unknown' in circuits) return 'unknown' in ofOry ? [] : [row('', circuits, () => '')]
  return circuits.known
    .filter(({ state }) => state !== 'closed')
    .map((circuit) => ['', circuitText(circuit, now, servers[circuit.server])])
}

function circuitText({ state, until, opened }: CircuitStatus, now: number, who = 'Ory'): string {
  if (state === 'closed') return `closed: no worker has found ${who} down`
  if (state === 'open' && until !== null)
    return styled('red', `open until ${from(until, now)}: ${who} was found down ${times(opened)}`)
  return styled(
    'yellow',
    `somebody looks whether ${who} is there again, which was down ${times(opened)}`,
  )
}

function times(count: number): string {
  return kept(count === 1 ? 'once' : `${count} times`)
}

/** One is begun every fifteen minutes; after an hour an alarm says so as well. */
const lateMs = 60 * 60_000

function sweepText({ ended_at, executed, failed, findings }: SweepStatus, now: number): string {
  const ago = now - Date.parse(ended_at)
  const when = `${durationText(Math.max(0, ago))} ago`
  const found = Object.entries(findings).map(([what, count]) => `${what} (${count})`)
  return [
    ago > lateMs ? styled('red', when) : when,
    `${executed} executed`,
    failed === 0 ? 'nothing failed' : styled('red', `${failed} failed`),
    ...found.map((text) => styled('red', text)),
  ].join(', ')
}

/** One is signed every five minutes. */
const oldMs = 15 * 60_000

function checkpointText({ at, receipts }: CheckpointStatus, now: number): string {
  const ago = Math.max(0, now - Date.parse(at))
  const when = `${durationText(ago)} ago`
  const over = `over ${receipts} ${receipts === 1 ? 'receipt' : 'receipts'}`
  return `${ago > oldMs ? styled('red', when) : when}, ${over}`
}

function alarmText({ alarms, ringing }: AlarmsStatus): string {
  if (ringing.length === 0) return `none of ${alarms} rings`
  return ringing
    .map(({ alarm, since, says }) =>
      [styled('red', alarm), ...(since === null ? [] : [`since ${timeText(since)}`]), says].join(
        ' ',
      ),
    )
    .join('; ')
}
