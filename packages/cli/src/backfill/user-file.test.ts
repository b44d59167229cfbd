import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CommandError, UsageError } from '../errors.ts'
import { csvLines } from './csv-lines.ts'
import type { FileLine } from './file-line.ts'
import { ndjsonLines } from './ndjson-lines.ts'
import { splitLines } from './split-lines.ts'
import { openUserFile, type UserReading } from './user-file.ts'

/** Bytes as a file gives them, cut anywhere. */
async function* chunks(bytes: Buffer, size = 7): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

const linesIn = (read: typeof ndjsonLines, text: string | Buffer, column = 'sub') =>
  Array.fromAsync(read(chunks(Buffer.from(text)), column))

const reading: UserReading = {
  column: 'sub',
  problemWith: (subject) => (subject === '*' ? 'its user is *' : undefined),
}

async function fileWith(name: string, content: string | Buffer): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'lapse-run-')), name)
  await writeFile(path, content)
  return path
}

test('splits bytes at line feeds, wherever they are cut', async () => {
  const text = fc.array(fc.constantFrom('a', 'é', '\n', '\r\n', '🙂'), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
      const whole = parts.join('')
      const lines = await Array.fromAsync(splitLines(chunks(Buffer.from(whole), size)))
      const expected = whole.split('\n')
      if (expected.at(-1) === '') expected.pop()

      expect(lines.map(({ bytes }) => bytes?.toString())).toEqual(expected)
      expect(lines.map(({ line }) => line)).toEqual(expected.map((_, index) => index + 1))
    }),
  )
})

test('holds no line that is too long, and reads on after it', async () => {
  const bytes = Buffer.concat([Buffer.alloc(70_000, 'x'), Buffer.from('\n"alice"\n')])
  const lines = await Array.fromAsync(ndjsonLines(chunks(bytes, 1000), 'sub'))

  expect(lines).toEqual([
    { line: 1, problem: 'it is longer than 64 KiB' },
    { line: 2, subject: 'alice' },
  ])
})

test('reads subjects out of lines of JSON, as texts or in a member', async () => {
  const text = '\uFEFF"alice"\n{"sub":"bob","n":1}\r\n\n  {"n":2,"sub":" carol "}  \n"é"'

  expect(await linesIn(ndjsonLines, text)).toEqual([
    { line: 1, subject: 'alice' },
    { line: 2, subject: 'bob' },
    { line: 4, subject: ' carol ' },
    { line: 5, subject: 'é' },
  ])
  expect(await linesIn(ndjsonLines, '{"id":"x","sub":"y"}', 'id')).toEqual([
    { line: 1, subject: 'x' },
  ])
})

test.each<[string, string | Buffer, string]>([
  ['text', 'alice', 'it is not JSON'],
  ['half an object', '{"sub":"alice"', 'it is not JSON'],
  ['a member twice', '{"sub":"a","sub":"b"}', 'it holds a member twice'],
  ['a number', '{"sub":7}', 'it is neither a text nor an object whose member sub is one'],
  ['null', 'null', 'it is neither a text nor an object whose member sub is one'],
  [
    'what every object has',
    '{"a":"b"}',
    'it is neither a text nor an object whose member sub is one',
  ],
  ['Latin-1', Buffer.from('"ren\u00e9"', 'latin1'), 'it is not UTF-8'],
])('says of a line with %s why it holds no user', async (_what, line, problem) => {
  expect(await linesIn(ndjsonLines, line)).toEqual([{ line: 1, problem }])
})

test('reads CSV as RFC 4180 has it: quotes, commas and lines within them', async () => {
  const text = '\uFEFFemail,sub\r\na@x.example,"say ""a"", b"\r\n\r\n"two\nlines",carol\nx,é'

  expect(await linesIn(csvLines, text)).toEqual([
    { line: 2, subject: 'say "a", b' },
    { line: 5, subject: 'carol' },
    { line: 6, subject: 'é' },
  ])
})

test('tells records of CSV that have other fields than the header, and goes on', async () => {
  const text = Buffer.concat([
    Buffer.from('sub,name\nalice,a\nbob\ncarol,c,c\n'),
    Buffer.from('ren\u00e9,r\n', 'latin1'),
    Buffer.from('dave,d\n'),
  ])

  expect(await linesIn(csvLines, text)).toEqual<FileLine[]>([
    { line: 2, subject: 'alice' },
    { line: 3, problem: 'it has 1 fields, and the header 2' },
    { line: 4, problem: 'it has 3 fields, and the header 2' },
    { line: 5, problem: 'it is not UTF-8' },
    { line: 6, subject: 'dave' },
  ])
})

test.each([
  ['a quote that is not closed', 'sub\nalice\n"bob\ncarol\n', /^line 2|^line 3|^line 4/],
  ['something after a quote', 'sub\nalice\n"bob"x\ncarol\n', /^line 3 is not CSV: a quote is foll/],
  ['a quote within', 'sub\nalice\nbo"b\ncarol\n', /^line 3 is not CSV: a quote stands within/],
])('refuses CSV with %s, and repeats nothing of it', async (_what, text, problem) => {
  const refused = await linesIn(csvLines, text).catch((error: unknown) => error)

  expect(refused).toBeInstanceOf(CommandError)
  expect((refused as Error).message).toMatch(problem)
  expect((refused as Error).message).not.toMatch(/bob|alice|carol/)
})

test.each([
  ['has no such column', 'id,name\nalice,a\n', /names no column sub/],
  ['has no header', 'alice\nbob\n', /names no column sub/],
  ['is empty', '', /names no column sub/],
  ['has the column twice', 'sub,sub\na,b\n', /names the column sub twice/],
])('refuses CSV that %s, and repeats nothing of it', async (_what, text, problem) => {
  const refused = await linesIn(csvLines, text).catch((error: unknown) => error)

  expect(refused).toBeInstanceOf(UsageError)
  expect((refused as Error).message).toMatch(problem)
  expect((refused as Error).message).not.toMatch(/alice/)
})

test('counts the users of a file, and knows every line that holds none', async () => {
  const path = await fileWith('users.ndjson', '"alice"\nx\ny\n"*"\n"bob"\nz\n')
  const file = await openUserFile(path, reading)

  expect(file.count).toBe(2)
  expect(file.bad.count).toBe(4)
  expect(file.bad.texts).toEqual([
    'lines 2 to 3: it is not JSON',
    'line 4: its user is *',
    'line 6: it is not JSON',
  ])
  expect(await Array.fromAsync(file.subjects())).toEqual([
    { line: 1, subject: 'alice' },
    { line: 5, subject: 'bob' },
  ])
})

test('knows a file by its bytes', async () => {
  const [one, same, other] = await Promise.all(
    ['"alice"\n', '"alice"\n', '"alicf"\n'].map(async (text) =>
      openUserFile(await fileWith('users.jsonl', text), reading),
    ),
  )

  expect(one?.digest).toBe(same?.digest)
  expect(one?.digest).not.toBe(other?.digest)
})

test('stops reading where it is asked to', async () => {
  const path = await fileWith('users.ndjson', '"alice"\n')
  const signal = AbortSignal.abort(new Error('interrupted'))

  await expect(openUserFile(path, { ...reading, signal })).rejects.toThrow('interrupted')
})

test('does not go on with a file that somebody has written to', async () => {
  const path = await fileWith('users.ndjson', '"alice"\n')
  const file = await openUserFile(path, reading)
  await writeFile(path, '"alice"\n"bob"\n')

  await expect(Array.fromAsync(file.subjects())).rejects.toThrow('was changed while it was read')
})

test.each([
  ['users.txt', /is neither \.ndjson nor \.csv/],
  ['missing.csv', /cannot read missing\.csv: there is no such file/],
])('refuses %s', async (path, problem) => {
  await expect(openUserFile(path, reading)).rejects.toThrow(problem)
  await expect(openUserFile(path, reading)).rejects.toBeInstanceOf(UsageError)
})
