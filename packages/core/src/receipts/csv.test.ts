import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appReceipt, rotationReceipt, userReceipt } from '../testing/example-receipts.ts'
import { csvHead, csvLine } from './csv.ts'

/** RFC 4180's own grammar, with nothing forgiven. */
const record = /(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,|\r\n))/gy

/** Records by their head, as any reader of RFC 4180 takes them. */
function read(text: string): readonly Readonly<Record<string, string>>[] {
  const rows: string[][] = [[]]
  const cells = text.match(record) ?? []
  expect(cells.join('')).toBe(text)
  for (const cell of cells) {
    const value = cell.replace(/(,|\r\n)$/, '')
    const plain = value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value
    rows.at(-1)?.push(plain)
    if (cell.endsWith('\r\n')) rows.push([])
  }
  const [head = [], ...records] = rows.slice(0, -1)
  for (const each of records) expect(each).toHaveLength(head.length)
  return records.map((each) => Object.fromEntries(head.map((name, at) => [name, each[at] ?? ''])))
}

test('names the event that another was derived from, in the last column', () => {
  const event = { ...userReceipt().event, parent: 'leaver' }
  const [one, other] = read(
    csvHead + csvLine('r-1', userReceipt({ event })) + csvLine('r-2', userReceipt()),
  )

  expect([one?.['event_parent'], other?.['event_parent']]).toEqual(['leaver', ''])
  expect(csvHead).toMatch(/,event_parent,unseen_after\r\n$/)
})

test('a receipt is a record as a reader of RFC 4180 takes it', () => {
  const [user, app] = read(csvHead + csvLine('r-1', userReceipt()) + csvLine('r-1', appReceipt()))

  expect(user).toMatchObject({
    receipt_id: 'r-1',
    event_type: 'user.deleted',
    subject: 'cd'.repeat(32),
    client_id: '',
    closed_at: '2026-01-02T12:04:31.000Z',
    seen_before: 'consent_sessions=2; login_sessions=0; grants_newer_than_event=0',
    may_still_work_until: 'open',
    sessions_not_told: '0',
    follow_up_not_before: '2026-01-02T12:35:31.000Z',
  })
  expect(app).toMatchObject({ client_id: 'notes', subject: '', may_still_work_until: '' })
})

test('says when the last of what may still work ends', () => {
  const until = (time: string) => ({ what: 'x', until: `2026-01-02T${time}Z`, why: '' })
  const may_still_work = [until('13:00:00'), until('14:00:00'), until('12:00:00')]
  const [record] = read(csvHead + csvLine('r-1', userReceipt({ may_still_work })))

  expect(record).toMatchObject({
    may_still_work: 'x; x',
    may_still_work_until: '2026-01-02T14:00:00Z',
  })
})

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r\n=1',
  ' =1',
  '\u200b=1',
  '\u3164=1',
  '\u{e0002}=1',
  '＝1',
  '＠x',
])('no spreadsheet takes %j for a formula', (id) => {
  const { event } = userReceipt()
  const [record] = read(csvHead + csvLine('r-1', userReceipt({ event: { ...event, id } })))

  expect(record?.['event_id']).toMatch(/^'/)
})

const characters = [...'=+-@＝＋－＠"\',;| \r\n\t\0\u001b\u0085\u200b\u2028aé😀']

test('whatever a publisher writes stays in its cell, on one line', () => {
  const { event } = rotationReceipt('rotate')
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...characters)), (written) => {
      const id = written.join('')
      const line = csvLine('r-1', rotationReceipt('rotate', { event: { ...event, id } }))
      const [record, ...others] = read(csvHead + line)

      expect(others).toEqual([])
      expect(line.slice(0, -2)).not.toMatch(/[\r\n]/)
      expect(record?.['event_id']).not.toMatch(/^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u)
      expect(record?.['event_source']).toBe(event.source)
    }),
  )
})
