import fc from 'fast-check'
import { expect, test } from 'vitest'
import { widthOf } from './display-width.ts'
import { type Block, columns, command, hanging, indented, layOut, unwrapped } from './layout.ts'
import { timeText } from './time.ts'

const green = (text: string) => `\u001b[32m${text}\u001b[39m`
const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e'

test('aligns cells by what is seen of them, and pads no line’s end', () => {
  const rows = [
    [green('green'), 'x', 'last'],
    ['longer one', 'yy', ''],
  ]

  expect(layOut(columns(rows), 60)).toEqual([
    `  ${green('green')}       x   last`,
    '  longer one  yy',
  ])
})

test('goes on below the text, not below its title', () => {
  const rows = [
    ['title', 'a text that is longer than there is room for'],
    ['longer title', 'short'],
  ]

  expect(layOut(columns(rows), 40)).toEqual([
    '  title         a text that is longer',
    '                than there is room for',
    '  longer title  short',
  ])
})

test('shows where the next of a list begins', () => {
  const rows = [
    ['gone', 'one thing that is told in two lines'],
    ['', 'another'],
  ]

  expect(layOut(columns(rows, { hang: 2 }), 40)).toEqual([
    '  gone  one thing that is told in two',
    '          lines',
    '        another',
  ])
})

test('puts what fits below its title only there, and what fits nowhere on a line of its own', () => {
  const rows = [
    ['a version of it', uuid],
    ['an ARN', `arn:aws:${uuid} that is gone`],
    ['short', 'x'],
  ]

  expect(layOut(columns(rows), 46)).toEqual([
    '  a version of it',
    `    ${uuid}`,
    '  an ARN',
    `    arn:aws:${uuid}`,
    '    that is gone',
    '  short            x',
  ])
})

test('makes a list of a table that has no room, each cell under the head of its column', () => {
  const table = columns(
    [
      ['reports', 'native', 'old', 'works'],
      ['', '', 'new', 'refused'],
    ],
    { head: ['client', 'strategy of the client', 'which credential it is', 'before'] },
  )

  expect(layOut(table, 80)[0]).toMatch(/^ {2}client +strategy of the client +which/)
  expect(layOut(table, 60)).toEqual([
    '  client reports',
    '    strategy of the client  native',
    '    which credential it is  old',
    '    before                  works',
    '    which credential it is  new',
    '    before                  refused',
  ])
})

test('keeps a paragraph’s indent, and the gaps within a line', () => {
  expect(layOut(['  a text  with a gap  that goes on and on'], 20)).toEqual([
    '  a text  with a gap',
    '  that goes on and',
    '  on',
  ])
  expect(layOut([hanging('12:00:00  one two three')], 14)).toEqual(['12:00:00  one', '  two three'])
})

test('breaks no time', () => {
  const time = timeText('2026-01-02T03:04:05.678Z')

  expect(layOut([`it is due by ${time}`], 30)).toEqual(['it is due by', '2026-01-02 03:04:05Z'])
})

test('breaks a command as a shell does, and never between quotes', () => {
  const call = command("aws secretsmanager list-secrets --query 'SecretList[]. Name' --output text")

  expect(layOut(columns([['next', call]]), 40)).toEqual([
    '  next',
    '    aws secretsmanager list-secrets \\',
    "      --query 'SecretList[]. Name' \\",
    '      --output text',
  ])
  expect(unwrapped(columns([['next', call]]))).toEqual([
    "  next  aws secretsmanager list-secrets --query 'SecretList[]. Name' --output text",
  ])
})

test('counts wide characters as two columns, and those that join others as none', () => {
  const rows = [
    ['日本', 'x'],
    ['👨‍👩‍👧', 'y'],
    ['Zoe\u0308', 'z'],
  ]

  expect(layOut(columns(rows), 60)).toEqual(['  日本  x', '  👨‍👩‍👧    y', '  Zoe\u0308   z'])
  expect(layOut(['日本 日本 日本'], 9)).toEqual(['日本 日本', '日本'])
})

test('moves everything further in', () => {
  const blocks = indented(['a', '', hanging('b c', 1), ...columns([['d', 'e']])], 3)

  expect(layOut(blocks, 5)).toEqual(['   a', '', '   b', '    c', '     d', '       e'])
})

const time = '1970-01-01 00:00:00Z'
const word = fc.string({ unit: fc.constantFrom(...'abcé-/:'), minLength: 1, maxLength: 90 })
const short = fc.string({ unit: fc.constantFrom(...'xyz'), minLength: 1, maxLength: 9 })
const token = fc.oneof(
  { weight: 6, arbitrary: short },
  word,
  fc.constant(timeText(0)),
  short.map(green),
  fc.constantFrom('日本語', '👋👋', '👨‍👩‍👧', 'ha\u0308', '한국'),
)
const text = fc.array(token, { minLength: 1, maxLength: 25 }).map((tokens) => tokens.join(' '))
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.tuple(fc.nat(4), text).map(([by, told]) => ' '.repeat(by) + told),
  fc.tuple(text, fc.nat(6)).map(([told, by]) => hanging(told, by)),
  fc.tuple(text, fc.nat(6)).map(([told, by]) => hanging(command(told), by)),
  fc
    .integer({ min: 1, max: 5 })
    .chain((cells) =>
      fc.array(fc.array(text, { minLength: cells, maxLength: cells }), { minLength: 1 }),
    )
    .map((rows) => columns(rows)[0] as Block),
)

/** But for what a command's lines end with. */
const words = (lines: readonly string[]) =>
  lines
    .join(' ')
    .split(/ +/)
    .filter((word) => word !== '' && word !== '\\')

test('makes no line longer than the width, unless it is one word, and breaks none', () => {
  const width = fc.integer({ min: 60, max: 120 })
  fc.assert(
    fc.property(fc.array(block, { maxLength: 6 }), width, (blocks, columnCount) => {
      const lines = layOut(blocks, columnCount)
      const unbroken = unwrapped(blocks)
      const tooLong = lines.filter((line) => widthOf(line) > columnCount)

      expect(tooLong.filter((line) => words([line]).length > 1)).toEqual([])
      expect(words(lines)).toEqual(words(unbroken))
      expect(lines.join('\n').split(time)).toHaveLength(unbroken.join('\n').split(time).length)
      expect(lines.filter((line) => line.endsWith(' '))).toEqual([])
    }),
  )
})
