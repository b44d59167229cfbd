import { readFileSync } from 'node:fs'
import type { DryRun, Verdict } from '@lapse/core/run'
import { expect, test } from 'vitest'
import { remedies } from './remedies.ts'
import { verdictLines } from './verdict-lines.ts'

const step = { op: 'deleteOAuth2Client', params: { id: 'mail' }, ends: [] }

const lineOf = (verdict: Verdict, change: Partial<DryRun> = {}) =>
  verdictLines({
    workflow: 'app-offboarded',
    verdict,
    ledger: 'asked',
    not_looked_at: [],
    before: {},
    steps: [step],
    ...change,
  })

const superseded_by = { id: 'e\u001b[2J-2', source: 's', time: '2026-01-02T03:04:05Z' }

test.each<readonly [Verdict, string]>([
  [{ result: 'to-do' }, 'lapse would make the calls below, in this order.'],
  [
    { result: 'nothing-left' },
    'Nothing of this is left to be done at Ory: lapse would make the calls below all the same, and write a receipt "done".',
  ],
  [
    { result: 'refused', reason: 'no-such-client' },
    'lapse would refuse it, call nothing, and put the message on the DLQ as no-such-client (Ory has no client of this id; check it).',
  ],
  [
    { result: 'refused', reason: 'made-up' },
    'lapse would refuse it, call nothing, and put the message on the DLQ as made-up.',
  ],
  [
    { result: 'refused-afterwards', reason: 'malformed-secret-id' },
    'lapse would make the calls below, write no receipt, and put the message on the DLQ as malformed-secret-id (no secret can have a name as it gives one; mend it).',
  ],
  [
    { result: 'superseded', superseded_by },
    'A later event about the same has begun (e [2J-2 from s, 2026-01-02T03:04:05Z): lapse would call nothing, and write a receipt "superseded".',
  ],
  [
    { result: 'done-before', receipt: 'done', closed_at: '2026-01-02T03:04:05Z' },
    'This event has its receipt already ("done", 2026-01-02T03:04:05Z): lapse would call nothing.',
  ],
])('says %j in a sentence', (verdict, line) => {
  expect(lineOf(verdict)).toEqual([line])
})

test('tells what is left for later from what is done', () => {
  expect(lineOf({ result: 'to-do' }, { steps: [] })).toEqual([
    'lapse would call nothing now; what is left is due later.',
  ])
  expect(lineOf({ result: 'nothing-left' }, { steps: [] })).toEqual([
    'Nothing of this is left to be done at Ory: lapse would call nothing, and write a receipt "done".',
  ])
})

test('says where the ledger was not asked, and how it can be', () => {
  const [, line] = lineOf({ result: 'to-do' }, { ledger: 'not-asked' })

  expect(line).toMatch(/^The ledger was not asked: later events, .* LEDGER_TABLE and LEDGER_KEY/)
})

test('has something to say of every refusal that the guide names, and of no other', () => {
  const guide = readFileSync(new URL('../../../../docs/events.md', import.meta.url), 'utf8')
  const [, table = ''] = guide.split('| reason | what to do |')
  const rows = (table.split('\n\n')[0] ?? '').split('\n').map((row) => row.split('|')[1] ?? '')
  const named = rows.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name))

  // What cannot be read at all is no event to plan for; the last two are told in the text above the table.
  const unreadable = ['not-json', 'unknown-envelope', 'private-key']
  expect(named.filter((name) => !unreadable.includes(name ?? '')).sort()).toEqual(
    Object.keys(remedies)
      .filter((name) => name !== 'time-in-the-future')
      .sort(),
  )
})
