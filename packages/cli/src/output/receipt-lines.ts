import type { MayStillWork, Receipt, ReceiptStep, Status } from '@lapse/core/workflows'
import { columns } from './columns.ts'
import { countLines } from './counts.ts'
import { durationText } from './duration.ts'
import { plain } from './plain.ts'
import { styled } from './print.ts'

/** What a status means to a person who reads it at night. */
const statuses: Readonly<
  Record<Status, { readonly title: string; readonly colour: 'green' | 'yellow' | 'cyan' | 'red' }>
> = {
  observed: { title: 'seen gone', colour: 'green' },
  acknowledged: { title: 'acknowledged', colour: 'yellow' },
  requested: { title: 'requested', colour: 'cyan' },
  refused: { title: 'refused', colour: 'red' },
}

/** A receipt as a person reads it: what was seen, what was only accepted, what may still work. */
export function receiptLines(receipt: Receipt): readonly string[] {
  const { event, pass, before, closed_at, opened_at } = receipt
  const took = Date.parse(closed_at) - Date.parse(opened_at)
  return [
    `${styled('bold', `${receipt.workflow}, ${passText(pass)}`)}  ${styled('dim', `closed ${timeText(closed_at)}, after ${durationText(took)}`)}`,
    ...columns([
      ['event', `${plain(event.id)} from ${plain(event.source)}`],
      ['subject', `${receipt.subject.slice(0, 16)}… (pseudonym)`],
      ['found', foundText(before)],
      ...attemptRows(receipt),
      ...endedRows(receipt.steps),
      ...survivorRows(receipt),
      ['assumed', receipt.preconditions.join('; ')],
      ...followUpRows(receipt),
    ]),
  ]
}

function passText(pass: Receipt['pass']): string {
  return `${pass} pass`
}

function foundText(before: Receipt['before']): string {
  return countLines(before)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')
}

/** One attempt that went well is not worth a line. */
function attemptRows({ attempts }: Receipt): readonly (readonly string[])[] {
  if (attempts.length === 1) return []
  return [['attempts', attempts.map(({ number, outcome }) => `${number} ${outcome}`).join(', ')]]
}

function endedRows(steps: readonly ReceiptStep[]): readonly (readonly string[])[] {
  const ended = steps.flatMap((step) => step.ends)
  return (Object.keys(statuses) as Status[]).flatMap((status) => {
    const { title, colour } = statuses[status]
    return ended
      .filter((end) => end.status === status)
      .map(({ what, seen }, index) => [
        index === 0 ? styled(colour, title) : '',
        seen === undefined ? what : `${what}: ${seen.before} before, ${seen.after} after`,
      ])
  })
}

/** Something that there is none of cannot work. */
function survivorRows(receipt: Receipt): readonly (readonly string[])[] {
  const survivors = receipt.may_still_work.filter(({ count }) => count !== 0)
  return survivors.map((survivor, index) => [
    index === 0 ? styled('magenta', 'may still work') : '',
    `${survivorText(survivor)} ${styled('dim', `(${survivor.why})`)}`,
  ])
}

function survivorText({ what, until, count }: MayStillWork): string {
  const many = count === undefined ? '' : `${count} `
  return `${many}${what} ${until === null ? 'until somebody ends it' : `until ${timeText(until)}`}`
}

function followUpRows({ follow_up_not_before: due }: Receipt): readonly (readonly string[])[] {
  return due === null ? [] : [['follow-up', `the same again, not before ${timeText(due)}`]]
}

/** RFC 3339 in UTC, to the second. */
function timeText(time: string): string {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.\d+/, '')
}
