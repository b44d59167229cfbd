import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { columns } from './layout.ts'
import {
  complain,
  print,
  printed,
  printJson,
  printLines,
  printRecord,
  shown,
  shownLines,
  styled,
} from './print.ts'
import { newProgress } from './progress.ts'

/** A terminal that knows colours. */
const terminal = Object.assign(new Writable(), { isTTY: true, getColorDepth: () => 8 })
const coloured = (text: string) => styled('red', text, terminal)

const ESC = '\u001b'
const c1 = '\u009b31m'
const bidi = '\u202e\u2066\u061c\u200f'
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...`${ESC}[]\u0007\u0000\u007f\r\n\t;m0123${c1}${bidi}\u2028\u2029\ufeff`),
    fc.constantFrom(
      '\u{e0000}',
      '\u{e0002}',
      '\u{e0041}',
      '\u3164',
      `${ESC}[31m`,
      `${ESC}]0;x\u0007`,
      `${ESC}[2J`,
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
})

/** What nobody sees, told by its numbers and not by the pattern under test. */
const controls = (text: string) =>
  Array.from(text, (character) => character.codePointAt(0) ?? 0).filter(
    (code) =>
      code < 0x20 ||
      (code >= 0x7f && code < 0xa0) ||
      [0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff].includes(code) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069) ||
      [0x34f, 0x115f, 0x1160, 0x2065, 0x3164, 0xffa0].includes(code) ||
      (code >= 0xfff0 && code <= 0xfffb) ||
      (code >= 0xe0000 && code <= 0xe00ff),
  )

/** What is written to a stream while something prints. */
function written(stream: NodeJS.WriteStream, work: () => void): string {
  const chunks: string[] = []
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk))
    return true
  })
  try {
    work()
  } finally {
    spy.mockRestore()
  }
  return chunks.join('')
}

test('prints each line as one line, whatever is in it', () => {
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      const blocks = [one, ...columns([[one, other]]), styled('red', other)]
      const out = written(process.stdout, () => print(...blocks))
      const err = written(process.stderr, () => complain(one))

      expect(controls(out)).toEqual([10, 10, 10])
      expect(controls(err)).toEqual([10])
    }),
  )
})

test('shows progress without what is in it', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const chunks: string[] = []
      const progress = newProgress({
        isTTY: false,
        write: (chunk: string) => chunks.push(chunk) > 0,
      })
      progress.begin(text)
      progress.end(text, text)

      expect(controls(chunks.join(''))).toEqual([10, 10, 10])
    }),
  )
})

test('keeps what can be shown as it is', () => {
  expect(shown('  Grüße, 日本 👋 ❤️  a\tb')).toBe('  Grüße, 日本 👋 ❤️  a b')
})

test('colours on a terminal what is ours, and nothing that pretends to be', () => {
  const told = shown(`${coloured('red')} ${ESC}[31mnot\u001b[39m ${coloured(`${ESC}[32mno`)}`)

  expect(told).toBe(`${ESC}[31mred${ESC}[39m  [31mnot [39m ${ESC}[31m [32mno${ESC}[39m`)
})

test('lets no text pass for a colour of ours, with whatever numbers', () => {
  const number = fc.integer({ min: 0, max: 9999 })
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 6 }), (numbers) => {
      expect(shown(`${ESC}[${numbers.join(';')}m`)).not.toContain(ESC)
    }),
  )
})

test('is as wide with colours as without', () => {
  const rows = columns([[coloured('ab'), 'c']])

  expect(shownLines(rows, 60)).toEqual([`  ${ESC}[31mab${ESC}[39m  c`])
})

test('lays out what it prints for COLUMNS, on both outputs', () => {
  vi.stubEnv('COLUMNS', '40')
  const sentence = 'a sentence that is longer than the forty columns there are'
  const out = written(process.stdout, () => print(sentence))
  const err = written(process.stderr, () => complain(sentence))
  vi.unstubAllEnvs()

  expect(out).toBe('a sentence that is longer than the forty\ncolumns there are\n')
  expect(err).toBe('a sentence that is longer than the forty\n  columns there are\n')
})

test('lays out what it prints for what is seen of it', () => {
  const tight = `${coloured('four')} ${ESC}five six`

  expect(shownLines([tight], 11)).toEqual([`${ESC}[31mfour${ESC}[39m  five`, 'six'])
})

test('prints JSON that says the same and holds nothing that a terminal acts on', () => {
  fc.assert(
    fc.property(fc.jsonValue(), hostile, hostile, (value, name, text) => {
      const document = { value, text, [`x${name}`]: [text, { name }] }
      const out = written(process.stdout, () => printJson(document))

      expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(document)))
      expect(controls(out).filter((code) => code !== 10)).toEqual([])
      expect(out.split('\n')).toHaveLength(JSON.stringify(document, null, 2).split('\n').length + 1)
    }),
  )
})

test('escapes in JSON what a terminal acts on', () => {
  const out = written(process.stdout, () => printJson(`${ESC}[2J${c1}\u202e\u{e0002}\u007f\u3164`))

  expect(out).toBe('"\\u001b[2J\\u009b31m\\u202e\\udb40\\udc02\\u007f\\u3164"\n')
})

test('prints a record and a document for a program as harmless, in the lines that they have', () => {
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      const record = written(process.stdout, () => printRecord(one, '\r\n'))
      const lines = [one, other].map((text) => text.replaceAll('\n', ''))
      const document = written(process.stdout, () => printLines(`${lines.join('\n')}\n`))

      expect(controls(record)).toEqual([13, 10])
      expect(controls(document)).toEqual([10, 10])
    }),
  )
})

test('waits until what was printed has gone, and leaves nothing behind', async () => {
  const taken: (() => void)[] = []
  const slow = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => void taken.push(done),
  })
  for (let count = 0; count < 20; count += 1) {
    slow.write('xx')
    const gone = printed(slow)
    taken.pop()?.()
    expect(await gone).toBe(true)
  }

  expect(['drain', 'close', 'error'].map((event) => slow.listenerCount(event))).toEqual([0, 0, 0])
})

test('says so where nobody reads any more, also in the middle of it', async () => {
  const stuck = new Writable({ highWaterMark: 1, write: () => undefined })
  stuck.on('error', () => undefined)
  stuck.write('xx')
  const gone = printed(stuck)
  stuck.destroy(new Error('EPIPE'))

  expect(await gone).toBe(false)
  expect(await printed(stuck)).toBe(false)
})

test('no other module writes to a terminal by itself', () => {
  const root = resolve(import.meta.dirname, '..')
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !/\.test\.ts$|^testing/.test(path),
  )
  const writing = sources.filter((path) =>
    /\bprocess\.(stdout|stderr)\b|\bconsole\.(log|error|warn|info|debug)\b|\bstyleText\b/.test(
      readFileSync(resolve(root, path), 'utf8'),
    ),
  )

  // Main listens for closed pipes, progress and screens are printed through `shown`, help is our own text.
  expect(writing.toSorted()).toEqual([
    'main.ts',
    'output/print.ts',
    'output/progress.ts',
    'output/screen.ts',
    'program.ts',
  ])
})
