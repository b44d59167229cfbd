import type { Pass, Receipt } from '@lapse/core/run'
import { type Block, columns, indented } from '../output/layout.ts'
import { styled } from '../output/print.ts'
import { receiptLegend, receiptLines } from '../output/receipt-lines.ts'
import { spacedJson } from '../output/spaced-json.ts'
import type { User } from './cast.ts'
import type { Check, Outcome } from './checks.ts'
import type { ExampleEvent } from './example-events.ts'
import type { BackchannelLogout } from './logout-listener.ts'
import type { DeadLetter } from './queue.ts'
import type { TokenReport } from './token-report.ts'
import type { WebhookReport } from './webhook.ts'

/** A part of the story: its heading, and what happened. */
export function chapter(heading: string, blocks: readonly Block[]): readonly Block[] {
  return [styled(['bold', 'underline'], heading), '', ...blocks, '']
}

export function userLines(users: readonly User[], active: readonly boolean[]): readonly Block[] {
  const rows = users.map(({ subject, signIns, note }) => [
    subject,
    signIns.map(({ app }) => app).join(', '),
    styled('dim', note),
  ])
  const count = active.filter(Boolean).length
  return chapter('Users sign in, and get tokens', [
    ...columns(rows),
    '',
    `  ${count} of ${active.length} access and refresh tokens are active, says Ory’s introspection.`,
  ])
}

export function eventLines(events: readonly ExampleEvent[]): readonly Block[] {
  return chapter(
    'Events reach the queue user-deleted',
    columns(events.map(({ id, told }) => [id, told])),
  )
}

export function webhookLines({ signed, forged }: WebhookReport): readonly Block[] {
  return chapter(
    'The webhook is taken because it is signed',
    columns([
      ['as its sender signed it', `answered ${signed}`],
      ['as somebody else signed it', `answered ${forged}`],
    ]),
  )
}

const passes: Readonly<Record<Pass, string>> = {
  first: 'First pass',
  'follow-up': 'Follow-up pass, for logins that were in flight',
}

export function receiptsLines(
  pass: Pass,
  receipts: readonly Receipt[],
  events: readonly ExampleEvent[],
): readonly Block[] {
  const legend = pass === 'first' ? [...receiptLegend.map((line) => styled('dim', line)), ''] : []
  return chapter(passes[pass], [
    ...indented(legend),
    ...storyReceiptLines(receipts, events, { reasons: pass === 'first' }),
  ])
}

/** Receipts under what their events are about; `reasons` tells in the first why things may still work. */
export function storyReceiptLines(
  receipts: readonly Receipt[],
  events: readonly ExampleEvent[],
  { reasons = false }: { readonly reasons?: boolean } = {},
): readonly Block[] {
  const blocks = receipts.flatMap((receipt, index): readonly Block[] => [
    ...(index === 0 ? [] : ['']),
    styled('bold', events[index]?.told ?? ''),
    ...receiptLines(receipt, { reasons: reasons && index === 0 }),
  ])
  return indented(blocks)
}

export function logoutLines(logouts: readonly BackchannelLogout[]): readonly Block[] {
  const rows = logouts.map(({ client_id, sid, verified }) => [
    client_id,
    `logout token for session ${sid}`,
    verified ? 'signed by Ory' : styled('red', 'not verified'),
  ])
  return chapter('Relying parties that listen are told', columns(rows))
}

export function deadLetterLines(deadLetters: readonly DeadLetter[]): readonly Block[] {
  const rows = deadLetters.flatMap(({ reason, messageId, body }) => [
    ['lapse-reason', styled('red', reason)],
    ['lapse-message-id', messageId],
    ['body', spacedJson(JSON.parse(body))],
  ])
  return chapter('What cannot be read is on the DLQ', columns(rows))
}

export function tokenLines({ tokens, controls }: Outcome): readonly Block[] {
  return chapter(
    'Tokens, before and after',
    columns([...tokens, ...controls].map(tokenRow), {
      head: ['', '', '', styled('dim', 'before'), styled('dim', 'after')],
    }),
  )
}

function tokenRow({ subject, client_id, kind, activeBefore, activeAfter }: TokenReport) {
  return [
    subject,
    client_id,
    kind.replace('_', ' '),
    activeText(activeBefore),
    activeText(activeAfter),
  ]
}

function activeText(active: boolean): string {
  return active ? styled('green', 'active') : styled('dim', 'inactive')
}

export function checkLines(checks: readonly Check[]): readonly Block[] {
  return chapter(
    'Checked',
    columns(
      checks.map(({ what, ok }) => [ok ? styled('green', '✓') : styled('red', '✗'), what]),
      { gap: 1 },
    ),
  )
}
