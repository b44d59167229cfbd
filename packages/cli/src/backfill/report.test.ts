import { newBackfill } from '@lapse/core/backfill'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOut } from '../output/layout.ts'
import { newProgress } from '../output/progress.ts'
import { exampleReceipt } from '../testing/example-receipt.ts'
import { badLines, linesText } from './bad-lines.ts'
import { newTeller, progressText } from './progress-text.ts'
import { checkEnd, endBlocks, endDocument, heldProblem } from './report.ts'
import { shadowDocument } from './shadow-blocks.ts'
import { trialBlocks } from './trial-blocks.ts'
import type { UserFile } from './user-file.ts'

const bad = badLines()
const file = { bad } as UserFile
const withBad = { bad: badLines() } as UserFile
withBad.bad.add(7, 'it is not JSON')

const sent = { result: 'sent', sent: 100_000, without: [] } as const

test('names lines in few words', () => {
  expect(linesText([3])).toBe('3')
  expect(linesText([3, 7, 8, 9, 1200])).toBe('3, 7 to 9, 1,200')
})

test('knows every bad line again', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }))
  fc.assert(
    fc.property(numbers, (picked) => {
      const known = badLines()
      for (const line of picked.toSorted((one, other) => one - other)) known.add(line, 'x')
      const found = Array.from({ length: 62 }, (_, index) => index + 1).filter((line) =>
        known.has(line),
      )

      expect(found).toEqual(picked.toSorted((one, other) => one - other))
      expect(known.count).toBe(picked.length)
    }),
  )
})

test('tells what was sent, what has a receipt, and every line that was not done', () => {
  const ended = { ...sent, without: [3, 4, 9] }

  expect(layOut(endBlocks(ended, 100_000, withBad), 80)).toEqual([
    'sent      100,000 of 100,000 users',
    'receipts  99,997',
    '1 line without a user:',
    '  line 7: it is not JSON',
    'no receipt yet:',
    '  lines 3 to 4, 9',
  ])
})

test('is content where everything is done, and says in one line what is not', () => {
  expect(() => checkEnd(sent, file)).not.toThrow()
  expect(() => checkEnd(sent, withBad)).toThrow(/^1 line held no user and was not sent; /)
  expect(() => checkEnd({ ...sent, without: [3, 4] }, withBad)).toThrow(
    /^2 users have no receipt yet; /,
  )
  expect(() => checkEnd({ ...sent, result: 'stalled', without: [3] }, file)).toThrow(
    /^no receipt has come for a day, and 1 event wait/,
  )
})

test('says who has the file, and until when', () => {
  const row = newBackfill('a', Date.parse('2026-01-02T03:04:05Z'))
  const heldBy = { ...row, holder: { host: 'build-7', pid: 12 } }

  expect(heldProblem({ result: 'held', heldBy }).message).toMatch(
    /^nothing was sent: process 12 on build-7 works .+ 2026-01-02.03:05:05Z on$/,
  )
})

test('shows of each of the first users what Ory listed, and asks about the column where that is nothing', () => {
  const receipt = { line: 1_000, receipt: exampleReceipt }
  const nothing = { ...exampleReceipt, before: { ...exampleReceipt.before, consent_sessions: 0 } }
  const lines = layOut(trialBlocks([receipt], [7, 8]), 200)

  expect(lines.slice(1)).toEqual([
    `  line 1,000  ${exampleReceipt.subject?.slice(0, 16)}…  done  3 consent sessions, 1 login session, 2 clients`,
    '  no receipt yet: 2 lines, 7 to 8',
  ])
  expect(layOut(trialBlocks([{ line: 1, receipt: nothing }], []), 200).join('\n')).toContain(
    'is the column the one that holds OAuth2 subjects?',
  )
})

test('says how far it is, how fast, and when it is over', () => {
  const counts = { total: 100_000, sent: 1_900, done: 1_000 }

  expect(progressText(counts)).toBe('1,000 of 100,000 done, 900 on their way')
  const finishAt = Date.parse('2026-01-12T03:04:05Z')
  expect(progressText({ ...counts, perMinute: 5.833, finishAt })).toMatch(
    /^1,000 of 100,000 done, 900 on their way; 5\.8 a minute, over about 2026-01-12.03:04:05Z$/,
  )
})

test.each([
  [true, 1000],
  [false, 60_000],
])('says so at most so often: on a terminal %s, every %i ms', (isTTY, everyMs) => {
  const written: string[] = []
  const stream = { isTTY, columns: 80, write: (text: string) => Boolean(written.push(text)) }
  const clock = { now: 1_000_000 }
  const teller = newTeller(newProgress(stream), () => clock.now)
  for (let step = 0; step < 40; step += 1) {
    teller.say('so far')
    clock.now += everyMs / 4
  }

  expect(written).toHaveLength(10)
})

test('tells a program the same, under names that stay', () => {
  const counts = {
    planned: 3,
    found: 2,
    before: { consent_sessions: 4, login_sessions: 1, issued_api_keys: 2 },
    notLookedAt: { 'sessions at the identity provider': 3 },
    calls: 9,
    doneBefore: 1,
    refused: { 'ERR_ORY_RESPONSE: x': 1 },
  }
  const shadowed = { file: { ...withBad, count: 3 }, total: 3, hash: 'abc' }

  expect(endDocument({ ...sent, without: [3, 4, 9] }, 100_000, withBad)).toEqual({
    users: 100_000,
    sent: 100_000,
    receipts: 99_997,
    lines_without_receipt: [3, 4, 9],
    lines_without_user: 1,
  })
  expect(shadowDocument(counts, shadowed)).toEqual({
    users: 3,
    planned: 3,
    users_with_something_listed: 2,
    consent_sessions: 4,
    login_sessions: 1,
    before: { consent_sessions: 4, login_sessions: 1, issued_api_keys: 2 },
    not_looked_at: [{ what: 'sessions at the identity provider', users: 3 }],
    calls: 9,
    done_before: 1,
    refused: [{ reason: 'ERR_ORY_RESPONSE: x', users: 1 }],
    lines_without_user: 1,
    approve: 'abc',
  })
})
