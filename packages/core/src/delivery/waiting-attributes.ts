import type { WaitingCause } from '../errors.ts'
import type { Attributes } from '../ports/index.ts'
import { pastTimeOf, textOfTime, timeOf, toleranceMs } from './attribute-time.ts'
import type { Message } from './message.ts'
import { longestAskedMs, type Waiting } from './waiting.ts'

const names = {
  deferrals: 'lapse-deferrals',
  deferredSince: 'lapse-deferred-since',
  deferredFor: 'lapse-deferred-for',
  /** A list such as `for=aws;ory=<time>;aws=<time>;expected=<time>;sent=<time>`. */
  waiting: 'lapse-waiting',
} as const

/** Every attribute that says how a message waited. */
export const waitingNames: readonly string[] = Object.values(names)

const causes = ['deployment', 'ory', 'aws'] satisfies readonly WaitingCause[]

/** How a message waited, as attributes of a copy that is sent now. */
export function waitingAttributes(waiting: Waiting, now: number): Attributes {
  return {
    [names.deferrals]: String(waiting.deferrals),
    [names.deferredSince]: textOfTime(waiting.since),
    [names.deferredFor]: printable(waiting.code),
    [names.waiting]: listOf(waiting, now),
  }
}

/** As SQS takes it: what is sealed has to arrive as it was. */
function printable(code: string): string {
  return code.replaceAll(/[^ -~]/g, '?').slice(0, 100) || '-'
}

function listOf(
  { cause, sinceByCause, until, expected, paced, leased }: Waiting,
  now: number,
): string {
  const times = Object.entries({
    ...sinceByCause,
    ...(until !== undefined && { until }),
    ...(expected !== undefined && { expected }),
    sent: now,
  })
  return [
    `for=${cause}`,
    ...times.map(([name, time]) => `${name}=${textOfTime(time)}`),
    ...(paced === undefined ? [] : [`paced=${paced}`]),
    ...(leased === undefined ? [] : [`leased=${leased}`]),
  ].join(';')
}

/**
 * Reads what `waitingAttributes` wrote, as a whole: where a part of it is missing, or cannot be, the
 * message never waited. Nor did one that SQS itself had moved to a DLQ: who sends it back gives it
 * its time anew.
 */
export function waitingOf(
  { attributes, sentAt }: Pick<Message, 'attributes' | 'sentAt'>,
  now: number,
): Waiting | undefined {
  const listed = membersOf(attributes[names.waiting])
  const cause = causes.find((one) => one === listed.get('for'))
  const sent = pastTimeOf(listed.get('sent'), now)
  const since = pastTimeOf(attributes[names.deferredSince], now)
  const deferrals = countOf(attributes[names.deferrals])
  if (cause === undefined || sent === undefined || since === undefined || deferrals === undefined)
    return undefined
  if (wasMoved(sentAt, sent)) return undefined

  const code = attributes[names.deferredFor] ?? ''
  const sinceByCause = Object.fromEntries(
    causes.flatMap((one) => {
      const began = pastTimeOf(listed.get(one), now)
      return began === undefined ? [] : [[one, began]]
    }),
  )
  const paced = atMost(countOf(listed.get('paced')), deferrals)
  const leased = atMost(countOf(listed.get('leased')), deferrals - (paced ?? 0))
  return {
    cause,
    code,
    deferrals,
    ...(paced !== undefined && { paced }),
    ...(leased !== undefined && { leased }),
    since,
    sinceByCause,
    until: askedTime(listed.get('until'), now),
    expected: timeOf(listed.get('expected')),
  }
}

/** Nobody was put off for a part of what he waited for more often than in all. */
function atMost(count: number | undefined, most: number): number | undefined {
  const known = Math.min(count ?? 0, most)
  return known === 0 ? undefined : known
}

function membersOf(list = ''): ReadonlyMap<string, string | undefined> {
  return new Map(
    list.split(';').map((member) => {
      const [name = '', value] = member.split('=')
      return [name, value]
    }),
  )
}

/** SQS gives a message that comes back from a DLQ a new time; its copy bears that of its sending. */
function wasMoved(sentAt: number | undefined, sent: number): boolean {
  return sentAt !== undefined && sentAt - sent > toleranceMs
}

function askedTime(text: string | undefined, now: number): number | undefined {
  const time = timeOf(text)
  return time !== undefined && time <= now + longestAskedMs + toleranceMs ? time : undefined
}

/** More deferrals than six digits have fit into no time that a message may wait. */
function countOf(text = ''): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined
}
