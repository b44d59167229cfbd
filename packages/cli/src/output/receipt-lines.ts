import { isUnanswered, type SomeReceipt } from '@lapse/core/receipts'
import type { MayStillWork, Receipt, Status } from '@lapse/core/run'
import { keptCountsText } from './counts.ts'
import { durationText } from './duration.ts'
import { type Block, columns } from './layout.ts'
import { plain } from './plain.ts'
import { styled } from './print.ts'
import { timeText } from './time.ts'

type Row = readonly [string, string]

/** What a status means to somebody who is on call, strongest first. */
const statuses: Readonly<
  Record<Status, { readonly title: string; readonly colour: 'green' | 'yellow' | 'cyan' | 'red' }>
> = {
  observed: { title: 'seen gone', colour: 'green' },
  acknowledged: { title: 'only acknowledged', colour: 'yellow' },
  requested: { title: 'only requested', colour: 'cyan' },
  refused: { title: 'refused', colour: 'red' },
  'found-done': { title: 'found done', colour: 'yellow' },
}

/** What the words in a receipt mean, for whoever sees the first one. */
export const receiptLegend: readonly string[] = [
  'seen gone: looked at before and after. only acknowledged: Ory said yes, and there is nothing to look at.',
  'only requested: somebody else was asked to act.',
]

/**
 * A receipt as a person reads it: what was found, what was seen to go, what was only accepted, what
 * may still work and until when. `reasons` tells why for each of the last.
 */
export function receiptLines(
  receipt: Receipt & Pick<SomeReceipt, 'letter'>,
  { reasons = true }: { readonly reasons?: boolean } = {},
): readonly Block[] {
  const { workflow, pass, event, closed_at, opened_at } = receipt
  const took = durationText(Date.parse(closed_at) - Date.parse(opened_at))
  const rows: readonly Row[] = [
    ['event', `${plain(event.id)} from ${plain(event.source)}, ${timeText(event.time)}`],
    ...parentRows(receipt),
    ...aboutRows(receipt),
    ...letterRows(receipt),
    ...supersededRows(receipt),
    ...foundRows(receipt),
    ...attemptRows(receipt),
    ...endedRows(receipt),
    ...survivorRows(receipt, reasons),
    ...receipt.notes.map((what): Row => ['note', plain(what)]),
    ...receipt.preconditions.map((what): Row => ['taken for granted', what]),
    ...followUpRows(receipt),
  ]
  return [
    `${styled('bold', `${workflow}, ${pass} pass`)} closed ${timeText(closed_at)} after ${took}`,
    ...columns(titledOnce(rows), { hang: 2 }),
  ]
}

function parentRows({ event: { parent } }: Receipt): readonly Row[] {
  return parent === undefined ? [] : [['part of', `${plain(parent)}, which is about several`]]
}

/** Which message of the event was dead-lettered, and closed as there was nothing left to do. */
function letterRows({ letter }: Pick<SomeReceipt, 'letter'>): readonly Row[] {
  if (letter === undefined) return []
  const { message_id, queue, reason } = letter
  return [['dead letter', `${message_id} on the DLQ of ${plain(queue)}, for ${plain(reason)}`]]
}

/** Who was superseded may not have looked. */
function foundRows({ before }: Receipt): readonly Row[] {
  const found = keptCountsText(before)
  return found === '' ? [] : [['found', found]]
}

/** Which event was later; a receipt of an older lapse may not say it. */
function supersededRows({ result, superseded_by: later }: Receipt): readonly Row[] {
  if (result !== 'superseded') return []
  const begun = ['superseded', 'a later event has begun, so nothing more was done'] as const
  if (later === undefined) return [begun]
  const { id, source, time } = later
  return [begun, ['superseded', `by ${plain(id)} from ${plain(source)}, ${timeText(time)}`]]
}

/** Whom or what the event is about; of a subject only the pseudonym is known here. */
function aboutRows({ subject, client_id, owner, issuer }: Receipt): readonly Row[] {
  const known = Object.entries({ 'client id': client_id, owner, issuer })
  return [
    ...(subject === undefined
      ? []
      : [['subject', `${subject.slice(0, 16)}… (its pseudonym)`] as const]),
    ...known.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, plain(value)] as const],
    ),
  ]
}

/** One attempt that went well is not worth a line. */
function attemptRows({ attempts }: Receipt): readonly Row[] {
  if (attempts.length === 1) return []
  return attempts.map(({ number, started_at, outcome }) => [
    'attempts',
    `${number} at ${timeText(started_at)}: ${outcome}`,
  ])
}

function endedRows({ steps }: Receipt): readonly Row[] {
  const ended = steps.flatMap((step) =>
    step.ends.map((end) => ({ ...end, isUnanswered: isUnanswered(step) })),
  )
  return (Object.keys(statuses) as Status[]).flatMap((status) =>
    ended
      .filter((end) => end.status === status)
      .map(
        ({ what, seen, ...end }): Row => [
          styled(statuses[status].colour, titleOf(status, end.isUnanswered)),
          seen === undefined ? what : `${what}: ${seen.before} before, ${seen.after} after`,
        ],
      ),
  )
}

/** What nobody answered was refused by nobody. */
function titleOf(status: Status, isStepUnanswered: boolean): string {
  return status === 'refused' && isStepUnanswered ? 'not done' : statuses[status].title
}

function survivorRows(receipt: Receipt, reasons: boolean): readonly Row[] {
  const title = styled('magenta', 'may still work')
  return receipt.may_still_work
    .filter((survivor) => isAlive(survivor, receipt))
    .flatMap((survivor): readonly Row[] => [
      [title, survivorText(survivor)],
      ...(reasons ? [[title, `  ${styled('dim', `because ${survivor.why}`)}`] as const] : []),
    ])
}

/** What there is none of, or what was over when the receipt was written, needs no watching. */
function isAlive({ count, until }: MayStillWork, { closed_at }: Receipt): boolean {
  return count !== 0 && (until === null || Date.parse(until) > Date.parse(closed_at))
}

function survivorText({ what, until, count }: MayStillWork): string {
  const many = count === undefined ? '' : `${count} `
  return `${many}${what}, ${until === null ? 'until somebody ends it' : `until ${timeText(until)}`}`
}

/** What follows where it is not the same plan again. */
const followUps: Readonly<Record<string, string>> = {
  'key-rotated': 'the sweep retires the old keys',
  'secret-rotation': 'the sweep retires the credential that is no longer current',
}

function followUpRows({ workflow, follow_up_not_before: due }: Receipt): readonly Row[] {
  if (due === null) return []
  const what = followUps[workflow] ?? 'the same again'
  return [['follow-up', `${what}, not before ${timeText(due)}`]]
}

/** A title stands beside the first of its rows only. */
function titledOnce(rows: readonly Row[]): readonly Row[] {
  return rows.map(([title, text], index) => [rows[index - 1]?.[0] === title ? '' : title, text])
}
