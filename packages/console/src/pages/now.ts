import type {
  FollowUpStatus,
  QueueStatus,
  RotationStatus,
  Source,
  Status,
  Waiting,
} from '../documents.ts'
import { type Frame, saidByCommand } from '../form.ts'
import {
  countOf,
  facts,
  type Html,
  html,
  known,
  live,
  sentence,
  span,
  type Tone,
  table,
  time,
  word,
} from '../html.ts'
import type { Page } from '../layout.ts'
import { rotationTone } from '../rotation-tone.ts'
import { plays } from './plays.ts'

/** What waits and until when, what is open, and what needs a person first. */
export async function nowPage(source: Source, frame: Frame): Promise<Page> {
  const [status, waiting] = await Promise.all([source.status(), source.waiting()])
  return {
    title: 'now',
    isLive: true,
    content: [
      saidByCommand('lapse status', frame),
      live('first', 'what needs a person first', known(status, firstOf)),
      live(
        'queues',
        'queues',
        known(status, ({ queues }) => known(queues, queueTable)),
      ),
      ...(frame.may('send') ? [live('sent', 'sent from here', sentList(waiting))] : []),
      live('pace', 'pace', known(status, paceOf)),
      live('open', 'what is open', known(status, openOf)),
      ...plays(frame, source.fault()),
    ],
  }
}

/** In the order in which somebody should look at it. */
function firstOf(status: Status): Html {
  const things = [
    ...ringing(status),
    ...circuitOpen(status),
    ...dead(status),
    ...unwell(status),
    ...late(status),
    ...unseen(status),
  ]
  if (things.length === 0)
    return html`<p>${word('good', 'nothing')} that can be seen from here.</p>`
  return html`<ul class="things">${things.map((thing) => html`<li>${thing}</li>`)}</ul>`
}

function ringing({ alarms }: Status): readonly Html[] {
  if (!('known' in alarms)) return []
  return alarms.known.ringing.map(
    ({ alarm, since, says }) =>
      html`${word('bad', 'rings')} ${alarm}${since === null ? '' : html`, since ${time(since)}`}: ${says}`,
  )
}

const servers: Readonly<Record<string, string>> = {
  identities: 'the identity provider',
  'api-keys': 'the server of API keys',
}

function circuitOpen({ circuit, account_circuits: accounts }: Status): readonly Html[] {
  const ory = 'known' in circuit ? [{ ...circuit.known, server: 'ory' }] : []
  const all = [...ory, ...('known' in accounts ? accounts.known : [])]
  return all.filter(({ state }) => state !== 'closed').map(circuitLine)
}

function circuitLine({
  server,
  until,
  opened,
}: {
  readonly server: string
  readonly until: string | null
  readonly opened: number
}): Html {
  const who = servers[server] ?? 'Ory'
  return html`${word('waiting', `${who} is down`)}: events wait, and it is looked at again ${until === null ? 'soon' : time(until)} (found down ${countOf(opened, 'times')} in a row)`
}

function dead({ queues }: Status): readonly Html[] {
  const count = queuesOf(queues).reduce((sum, one) => sum + one.dead, 0)
  if (count === 0) return []
  return [
    html`${word('bad', `${count} dead-lettered`)}: <a href="/dead-letters">see why, and what today’s plan is</a>`,
  ]
}

function unwell({ rotations }: Status): readonly Html[] {
  if (!('known' in rotations)) return []
  return rotations.known
    .map((one) => ({ ...one, tone: rotationTone(one) }))
    .filter(({ tone }) => !fine.includes(tone))
    .map(
      ({ secret, verdict, problem, tone }) =>
        html`${word(tone, verdict)} <a href="/secrets">${secret}</a>${problem === null ? '' : `: ${problem}`}`,
    )
}

function late({ follow_ups }: Status): readonly Html[] {
  if (!('known' in follow_ups)) return []
  return follow_ups.known
    .filter(({ overdue }) => overdue > 0)
    .map(({ kind, overdue }) => html`${word('bad', 'overdue')} ${overdue} of ${kind}`)
}

/** What may need a person, and could not be read: below it is said why. A `lapse dev` has no alarms. */
function unseen(status: Status): readonly Html[] {
  const { place, alarms, circuit, account_circuits, queues, rotations, follow_ups } = status
  const parts = {
    ...(place !== 'lapse dev' && { alarms }),
    'whether Ory is down': circuit,
    'whether the servers of accounts are down': account_circuits,
    'dead letters': queues,
    'rotated secrets': rotations,
    'follow-ups': follow_ups,
  }
  const unknown = Object.entries(parts).filter(([, part]) => 'unknown' in part)
  if (unknown.length === 0) return []
  return [html`${word('unknown', 'cannot tell')}: ${unknown.map(([name]) => name).join(', ')}`]
}

function queuesOf(queues: Status['queues']): readonly QueueStatus[] {
  return 'known' in queues ? queues.known : []
}

/** Those in which there is something; the others in a sentence. */
function queueTable(queues: readonly QueueStatus[]): Html {
  const sum = ({ waiting, in_flight, delayed, dead }: QueueStatus) =>
    waiting + in_flight + delayed + dead
  const busy = queues.filter((queue) => sum(queue) > 0)
  if (busy.length === 0)
    return html`<p>${word('good', 'All are empty')}, and their DLQs as well.</p>`
  const rows = busy.map((queue) => [
    queue.queue,
    queue.waiting,
    queue.in_flight,
    queue.delayed,
    queue.dead === 0 ? 0 : html`<a href="/dead-letters">${word('bad', String(queue.dead))}</a>`,
    queue.oldest_ms === null ? '' : span(queue.oldest_ms),
  ])
  const empty = queues.length - busy.length
  return html`${table('messages by queue', ['queue', 'waiting', 'in flight', 'delayed', 'on the DLQ', 'oldest'], rows)}${empty === 0 ? '' : html`<p class="aside">The other ${empty} are empty.</p>`}`
}

function sentList(waiting: readonly Waiting[]): Html {
  if (waiting.length === 0)
    return html`<p class="aside">Nothing sent from here waits for its receipt.</p>`
  return html`<ul class="things">${waiting.map(
    ({ id, type, sent_at, why, dead_letter }) =>
      html`<li><a href="/events/${encodeURIComponent(id)}">${type} ${id.slice(0, 8)}</a>, sent ${time(sent_at)}: ${dead_letter === undefined ? word('waiting', 'waits') : word('bad', 'dead-lettered')} ${sentence(why)}</li>`,
  )}</ul>`
}

/** As `lapse status` has them: no queue says which of its messages are hygiene. */
const laneNames: Readonly<Record<string, string>> = {
  deletion: 'deletion, hygiene',
  hygiene: 'due for the sweep',
}

/** As `lapse status` calls them. */
const kindNames: Readonly<Record<string, string>> = {
  'expected-pass': 'second passes awaited',
  'retire-keys': 'issuers’ keys to retire',
  'retire-secret': 'secrets to retire',
  'suspended-client': 'clients suspended',
}

function paceOf({ lanes, circuit }: Status): Html {
  const isDown = 'known' in circuit && circuit.known.state !== 'closed'
  const limit = known(lanes, ({ calls_per_minute, lanes: all }) => {
    const rows = all.map(({ lane, events, done_at }) => [
      laneNames[lane] ?? lane,
      events,
      done_at === null ? '' : time(done_at),
    ])
    const pace =
      calls_per_minute === null
        ? 'No limit is kept: as fast as Ory answers.'
        : `Of what revokes, some ${Math.round(calls_per_minute)} calls a minute.`
    return html`<p>${pace}</p>${table('events by lane', ['lane', 'events', isDown ? 'not before' : 'done about'], rows)}`
  })
  const state = known(circuit, ({ state, until }) =>
    state === 'closed'
      ? html`<p>${word('good', 'Ory answers')}: the circuit is closed.</p>`
      : html`<p>${word('waiting', `the circuit is ${state}`)} ${until === null ? '' : html`until ${time(until)}`}</p>`,
  )
  return html`${state}${limit}`
}

function openOf(status: Status): Html {
  return facts([
    ['follow-ups', known(status.follow_ups, followUps)],
    ['rotated secrets', known(status.rotations, rotations)],
    [
      'last sweep',
      known(
        status.last_sweep,
        ({ ended_at, executed, failed }) =>
          html`${time(ended_at)}: ${executed} done${failed > 0 ? html`, ${word('bad', `${failed} failed`)}` : ''}`,
      ),
    ],
    [
      'last checkpoint',
      known(
        status.last_checkpoint,
        ({ at, receipts }) => html`${time(at)}, over ${countOf(receipts, 'receipts')}`,
      ),
    ],
    [
      'alarms',
      known(status.alarms, ({ alarms, ringing: all }) =>
        all.length === 0
          ? html`${word('good', 'quiet')}, all ${alarms}`
          : html`${word('bad', `${all.length} of ${alarms} ring`)}`,
      ),
    ],
  ])
}

function followUps(all: readonly FollowUpStatus[]): Html {
  if (all.length === 0) return html`none`
  return html`<ul>${all.map(
    ({ kind, open, more, next_due_at }) =>
      html`<li>${kindNames[kind] ?? kind}: ${more ? 'at least ' : ''}${open}${next_due_at === null ? '' : html`, the next due ${time(next_due_at)}`}</li>`,
  )}</ul>`
}

function rotations(all: readonly RotationStatus[]): Html {
  if (all.length === 0) return html`none is configured`
  return html`<a href="/secrets">${wellness(all)}</a>`
}

/** Of rotated secrets that need nobody. */
const fine: readonly Tone[] = ['good', 'waiting']

function wellness(all: readonly RotationStatus[]): Html {
  const tones = all.map(rotationTone)
  const unknown = tones.filter((tone) => tone === 'unknown').length
  const well = tones.filter((tone) => fine.includes(tone)).length
  const unwell = all.length - well - unknown
  if (unwell > 0) return word('bad', `${unwell} of ${all.length} are not well`)
  return unknown > 0
    ? word('unknown', `${unknown} of ${all.length} could not be looked at`)
    : word('good', `${well} of ${all.length} are well`)
}
