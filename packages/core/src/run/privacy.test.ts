import fc from 'fast-check'
import { expect, test } from 'vitest'
import { masked } from './privacy.ts'

const ledgerKey = new Uint8Array(32).fill(7)
const maskedForm = /^hmac:[\w-]{43}$/
const mask = (text: string, subject: string | undefined) => masked(text, subject, ledgerKey)

const percentAll = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const goPath = (text: string) =>
  encodeURIComponent(text).replaceAll('%40', '@').replaceAll('%3A', ':').replaceAll('%2B', '+')
const base64 = (text: string) => Buffer.from(text).toString('base64')
const units = (text: string) =>
  Array.from({ length: text.length }, (_, n) => text.charCodeAt(n).toString(16).padStart(4, '0'))
const points = (text: string) => [...text].map((character) => character.codePointAt(0) as number)

/** Every way of writing a subject that must be found. */
const spellings: Readonly<Record<string, (subject: string) => string>> = {
  'as it stands': (subject) => subject,
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (subject) =>
    encodeURIComponent(subject).replace(/%../g, (percent) => percent.toLowerCase()),
  'percent-encoded to the last byte': percentAll,
  'percent-encoded as Go writes a path': goPath,
  'percent-encoded as Python writes a path': (subject) =>
    encodeURIComponent(subject).replaceAll('%2F', '/'),
  'percent-encoded twice': (subject) => encodeURIComponent(encodeURIComponent(subject)),
  'percent-encoded to the last byte, twice': (subject) => percentAll(percentAll(subject)),
  'as a form field': (subject) => new URLSearchParams({ a: subject }).toString().slice(2),
  'in upper case': (subject) => subject.toUpperCase(),
  'in lower case': (subject) => subject.toLowerCase(),
  composed: (subject) => subject.normalize('NFC'),
  decomposed: (subject) => encodeURIComponent(subject.normalize('NFD')),
  'in base64': base64,
  'in base64 without padding': (subject) => base64(subject).replace(/=+$/, ''),
  'in base64url': (subject) => Buffer.from(subject).toString('base64url'),
  'in base64, one byte later': (subject) => base64(`:${subject}`),
  'in base64, two bytes later': (subject) => base64(`u:${subject}:x`),
  'in base64 that is percent-encoded': (subject) => encodeURIComponent(base64(subject)),
  'percent-encoded, in base64url': (subject) =>
    Buffer.from(percentAll(subject)).toString('base64url'),
  'in base64, in upper case': (subject) => base64(subject.toUpperCase()),
  'in hex': (subject) => Buffer.from(subject).toString('hex'),
  'in hex in upper case': (subject) => Buffer.from(subject).toString('hex').toUpperCase(),
  'as JSON': (subject) => JSON.stringify(subject).slice(1, -1),
  'as JSON in ASCII': (subject) =>
    units(subject)
      .map((unit) => `\\u${unit}`)
      .join(''),
  'as HTML': (subject) =>
    points(subject)
      .map((point) => `&#${point};`)
      .join(''),
  'as HTML in hex': (subject) =>
    points(subject)
      .map((point) => `&#x${point.toString(16)};`)
      .join(''),
}

const characters = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    'ë',
    'ß',
    'Σ',
    'ς',
    'é',
    'e\u0301',
    'ज',
    '한',
    '😀',
    '👩‍💻',
    '%',
    '+',
    ' ',
    '@',
    '/',
    '&',
  ),
)
const subjects = fc
  .array(characters, { minLength: 4, maxLength: 40 })
  .map((parts) => parts.join(''))
  .filter((subject) => subject.trim() !== '')
/** No encoder leaves a bare percent sign, which would take the next letters for its own. */
const surroundings = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .filter((text) => !/%[\da-f]?$/i.test(text))

test.each(Object.entries(spellings))('masks a text with the subject %s', (_name, spell) => {
  fc.assert(
    fc.property(surroundings, subjects, surroundings, (before, subject, after) => {
      expect(mask(`${before}${spell(subject)}${after}`, subject)).toMatch(maskedForm)
    }),
    { numRuns: 200 },
  )
})

test.each([
  ['https://accounts.example/users/zo%C3%AB@acme.example', 'zoë@acme.example'],
  ['https://accounts.example/users/acme/carol%40acme.example', 'acme/carol@acme.example'],
  ['/users/zo%EB@acme.example', 'zoë@acme.example'],
  ['urn:alice%2540example.org', 'alice@example.org'],
  ['urn:&lt;alice&gt;', '<alice>'],
  ['/users/jose\u0301\u0323', 'jose\u0301'],
  ['evt.eyJzdWIiOiJhbGljZUBleGFtcGxlLm9yZyJ9', 'alice@example.org'],
])('masks %s of %s', (text, subject) => {
  expect(mask(text, subject)).toMatch(maskedForm)
})

test('leaves a text as it is that has nothing of the subject', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 200 })
  const others = fc.string({ unit: fc.constantFrom('ф', 'ы', 'ж'), minLength: 4, maxLength: 30 })
  fc.assert(
    fc.property(texts, others, (text, subject) => {
      expect(mask(text, subject)).toBe(text)
    }),
  )

  const ids = [fc.uuid(), fc.webUrl(), fc.base64String(), fc.stringMatching(/^[\da-f]{16,64}$/)]
  fc.assert(
    fc.property(fc.oneof(...ids), (text) => {
      expect(mask(text, 'alice@example.org')).toBe(text)
    }),
  )
})

test('leaves a text as it is where there is no subject', () => {
  expect(mask('/users/alice', undefined)).toBe('/users/alice')
  expect(mask('/users/alice', '')).toBe('/users/alice')
})

test.each([
  ['al', '/users/al/deleted'],
  ['al', '/users/AL'],
  ['al', '/users/%61%6C?x'],
  ['al', 'id=YWw='],
  ['al', 'id:616c'],
  ['~~?', 'id=fn4/'],
  ['7', 'user_7'],
  ['é', '/users/e%CC%81'],
  ['a@b', '/users/a%40b'],
  ['😀', 'x😀y'],
])('masks a short subject where it is a whole word: %s in %s', (subject, text) => {
  expect(mask(text, subject)).toMatch(maskedForm)
})

test.each([
  ['al', '/users/alice'],
  ['al', '/portal/'],
  ['ali', '/users/alice'],
  ['7', 'evt-17'],
  ['7', 'evt-7f'],
  ['é', 'café'],
  ['al', 'xYWwx'],
  ['al', '0616c0'],
])(
  'leaves a text as it is where a short subject is a part of a word: %s in %s',
  (subject, text) => {
    expect(mask(text, subject)).toBe(text)
  },
)

test('keeps nothing of a text that it masks', () => {
  expect(mask('/users/alice/2026', 'alice')).not.toContain('2026')
})

test('gives the same for the same text and key, and something else for any other', () => {
  const text = '/users/alice'
  expect(mask(text, 'alice')).toBe(mask(text, 'alice'))
  expect(mask(text, 'alice')).not.toBe(mask('/users/alice/', 'alice'))
  expect(mask(text, 'alice')).not.toBe(masked(text, 'alice', new Uint8Array(32).fill(8)))
})

test.each([
  ['letters', 'a'],
  ['escapes', '%25C3%25AB'],
  ['stray escapes', '%'],
  ['separators', '/-_+'],
  ['letters that are not ASCII', 'ë한😀'],
])('comes to an end with 200 KB of %s, which a search that went back would not', (_name, unit) => {
  const text = unit.repeat(200_000 / unit.length)
  const subject = `${'a'.repeat(127)}ë${'a'.repeat(127)}`

  expect(mask(text, subject)).toBe(text)
})
