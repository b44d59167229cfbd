import type { Kind, Source, Summary } from '../documents.ts'
import { kinds } from '../documents.ts'
import { type Frame, saidByCommand } from '../form.ts'
import {
  command,
  countOf,
  type Html,
  html,
  known,
  live,
  section,
  sentence,
  time,
  word,
} from '../html.ts'
import type { Page } from '../layout.ts'

/** How far back, and how many. */
export interface Range {
  readonly from: string
  readonly limit: number
}

const times = [
  ['1h', 'an hour'],
  ['24h', 'a day'],
  ['7d', 'a week'],
  ['60d', 'all that is kept'],
] as const

export const mostReceipts = 10_000

/** Receipts by time, newest first; and a search by what is typed in. */
export async function receiptsPage(
  { from, limit }: Range,
  source: Source,
  frame: Frame,
): Promise<Page> {
  const receipts = await source.receipts(from, limit)
  return {
    title: 'receipts',
    isLive: limit <= 500,
    content: [
      saidByCommand(`lapse receipts list --from ${from} --limit ${limit}`, frame),
      section('find', 'to find some', searchForm(frame, kinds)),
      html`<form method="get" action="/receipts" class="range"><label for="from">Of the last</label><select id="from" name="from">${times.map(([value, text]) => html`<option value="${value}"${value === from ? html` selected` : ''}>${text}</option>`)}</select>
<label for="limit">at most</label><select id="limit" name="limit">${[100, 500, mostReceipts].map((count) => html`<option value="${count}"${count === limit ? html` selected` : ''}>${count}</option>`)}</select> <button>Show</button></form>`,
      live('receipts', 'newest first', known(receipts, receiptList)),
    ],
  }
}

/** What is typed in goes by POST, and is in no address; of a subject only pseudonyms come back. */
export function searchForm({ token, suffix }: Frame, offered: readonly Kind[]): Html {
  return html`<form method="post" action="/find" class="action" autocomplete="off"><input type="hidden" name="token" value="${token}">
<label for="kind">By</label><select id="kind" name="kind">${offered.map((kind) => html`<option>${kind}</option>`)}</select>
<label for="name">Name</label><input id="name" name="name" required spellcheck="false">
<button>Find</button> ${command(`lapse receipts find --<kind> <name>${suffix}`)}</form>`
}

export function receiptList(receipts: readonly Summary[]): Html {
  if (receipts.length === 0) return html`<p>No receipt is here.</p>`
  return html`<p class="aside">${countOf(receipts.length, 'receipts')}</p><ul class="receipts">${receipts.map(receiptItem)}</ul>`
}

function receiptItem({
  id,
  workflow,
  pass,
  result,
  closed_at,
  verdict,
  may_still_work,
  ...about
}: Summary): Html {
  const tone = result === 'done' ? 'good' : 'plain'
  const still = may_still_work.length
  return html`<li><p class="head"><a href="/events/${encodeURIComponent(id)}">${workflow}, ${pass} pass</a> ${time(closed_at)} ${word(tone, result)}${still > 0 ? html` ${word('waiting', `${still} may still work`)}` : ''}</p>
<p>${sentence(verdict)}</p><p class="aside">${aboutText(about)}</p></li>`
}

function aboutText({
  subject,
  client_id,
  owner,
  issuer,
  event,
}: Pick<Summary, 'subject' | 'client_id' | 'owner' | 'issuer' | 'event'>): readonly Html[] {
  const things = {
    subject: subject && `${subject.slice(0, 16)}…`,
    client: client_id,
    owner,
    issuer,
  }
  const named = [...Object.entries(things), ['event', event.id] as const].filter(([, name]) => name)
  return named.map(
    ([kind, name], index) => html`${index > 0 ? ', ' : ''}${kind} <bdi>${name}</bdi>`,
  )
}
