import type { DurationFigures, Report } from '@lapse/core/receipts'
import { durationText } from '../output/duration.ts'
import { unkept } from '../output/layout.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'

// What a report says, as headings, paragraphs and tables; how they are written is HTML's or Markdown's.

export type Part =
  | { readonly heading: string }
  | { readonly text: string }
  | { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

/** A report for people who have not read the documentation. */
export function reportParts(report: Report, where: StageOption = {}): readonly Part[] {
  return [
    { text: introduction(report) },
    { heading: 'How many, and how fast' },
    ...eventParts(report),
    { heading: 'What is open' },
    ...openParts(report),
    { heading: 'What may still work' },
    ...survivorParts(report),
    { heading: 'What to know besides' },
    ...besides(report, where).map((text) => ({ text })),
  ]
}

export function titleOf({ from, to }: Report): string {
  return `Access that ended, ${dayText(from)} to ${dayText(to)}`
}

function introduction({ from, to, at, receipts }: Report): string {
  return `${count(receipts, 'receipt')} closed from ${timeText(from)} to ${timeText(to)}. Looked at ${timeText(at)}; all times are UTC.`
}

function eventParts({ workflows }: Report): readonly Part[] {
  if (workflows.length === 0) return [{ text: 'Nothing was done in this time.' }]
  const head = ['what', 'events', 'done', 'seen gone', 'superseded', 'moot', ...durationHead]
  const rows = workflows.map((figures) => [
    figures.workflow,
    String(figures.events),
    String(figures.done),
    String(figures.seen_gone),
    String(figures.superseded),
    String(figures.moot),
    ...durationCells(figures.event_to_observed),
  ])
  return [
    { head, rows },
    {
      text: 'Seen gone: it was listed before, and not listed afterwards; the others had nothing that is listed, or were accepted without anything to look at. Times are from the event to when it was seen gone, rounded up.',
    },
  ]
}

const durationHead = ['half within', '95 % within', 'longest']

function durationCells(figures: DurationFigures | null): readonly string[] {
  if (figures === null) return ['', '', '']
  return [figures.median, figures.p95, figures.longest].map(plainDuration)
}

function openParts({ open }: Report): readonly Part[] {
  const { passes_due, passes_late, not_closed, examples } = open
  if (passes_due + passes_late + not_closed === 0) return [{ text: 'Nothing.' }]
  const rows = [
    ['passes that are still to come', String(passes_due)],
    ['passes that are more than two hours late', String(passes_late)],
    ['receipts that were about to be closed, and are not', String(not_closed)],
  ]
  return [
    { head: ['what', 'how many'], rows },
    ...(examples.length === 0
      ? []
      : [{ head: ['to be asked about'], rows: examples.map((id) => [id]) }]),
  ]
}

function survivorParts({ may_still_work }: Report): readonly Part[] {
  if (may_still_work.length === 0) return [{ text: 'Nothing that a receipt of this time names.' }]
  const rows = may_still_work.map(({ what, events, until }) => [
    what,
    String(events),
    until === null ? 'somebody ends it' : timeText(until),
  ])
  return [{ head: ['what', 'of how many events', 'until'], rows }]
}

function besides(report: Report, where: StageOption): readonly string[] {
  const { sessions_not_told, events_with_newer_grants, receipts_without_look } = report
  return [
    ...(report.from < report.kept_since
      ? [
          `Receipts from before ${timeText(report.kept_since)} are kept here no more, and are not counted.`,
        ]
      : []),
    ...(sessions_not_told > 0
      ? [
          `Relying parties were not told of the end of ${count(sessions_not_told, 'login session')}; the sessions ended all the same.`,
        ]
      : []),
    ...(events_with_newer_grants > 0
      ? [
          `${count(events_with_newer_grants, 'receipt')} found something that was granted after the event: the identity provider still let the user in. It ended as well.`,
        ]
      : []),
    ...(receipts_without_look > 0
      ? [`Of ${count(receipts_without_look, 'receipt')} nobody could look at what was left.`]
      : []),
    `A message that waits, or was refused, has no receipt and is not counted here: ${commandAt(where, 'lapse dead-letters list')} tells of those.`,
  ]
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

function plainDuration(milliseconds: number): string {
  return unkept(durationText(milliseconds))
}

function timeText(time: string): string {
  return time.replace('T', ' ').replace(/(\.\d+)?Z$/, '')
}

function dayText(time: string): string {
  return time.slice(0, 10)
}
