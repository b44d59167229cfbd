import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testLogKey } from '../../testing/index.ts'
import { localSigner } from '../local-signer.ts'
import { originOf, parseCheckpoint, printCheckpoint } from './checkpoint.ts'
import { judgeNote, parseNote, printNote } from './signed-note.ts'
import { parseVerifierKey, printVerifierKey } from './verifier-key.ts'

// The example of C2SP signed-note.
const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const line =
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='
const text = 'This is an example message.\n'
const note = `${text}\n${line}\n`

test('reads the example of the specification, and finds it signed', () => {
  const key = parseVerifierKey(vkey)

  expect(key).toMatchObject({ name: 'example.com/foo', id: '530d903a' })
  expect(printVerifierKey(key)).toBe(vkey)
  expect(judgeNote(parseNote(note), key)).toBe('signed')
  expect(printNote(parseNote(note))).toBe(note)
})

test('ignores signatures of others, and believes none that only bears the key’s name', () => {
  const key = parseVerifierKey(vkey)
  const other = '— example.com/bar Uw2QOkn8srV1yJGh2VYRlL1T'
  const sameName = '— example.com/foo AAAAAUn8srV1yJGh2VYRlL1T'

  expect(judgeNote(parseNote(`${text}\n${other}\n${line}\n${sameName}\n`), key)).toBe('signed')
  expect(judgeNote(parseNote(`${text}\n${other}\n${sameName}\n`), key)).toBe('unknown-key')
  expect(judgeNote(parseNote(`${text}.\n\n${line}\n`), key)).toBe('wrong-signature')
  const twice = `${text}\n${line}\n${line.replace('Ok', 'Ol')}\n`
  expect(judgeNote(parseNote(twice), key)).toBe('wrong-signature')
})

test('takes the last empty line for the end of the text', () => {
  const { text: read } = parseNote(`One.\n\nTwo.\n\n${line}\n`)

  expect(read).toBe('One.\n\nTwo.\n')
})

test.each([
  ['no signature', text],
  ['no empty line', `${text}${line}\n`],
  ['no newline at its end', note.slice(0, -1)],
  ['an empty line at its end', `${note}\n`],
  ['a carriage return', note.replace('\n', '\r\n')],
  ['a control character', note.replace('This', 'Th\u0001is')],
  ['half a surrogate pair', note.replace('This', 'Th\ud800is')],
  ['no text', `\n${line}\n`],
  ['a hyphen for the dash', note.replace('—', '-')],
  ['two blanks', note.replace('— ', '—  ')],
  ['a blank at the end of a line', note.replace('=\n', '= \n')],
  ['a name with a plus', note.replace('foo ', 'f+o ')],
  ['a name with a no-break space', note.replace('foo ', 'f\u00a0o ')],
  ['base64 without padding', note.replace('=', '')],
  ['base64 with other spare bits', note.replace('QM=', 'QN=')],
  ['base64 for addresses', note.replace('Uw2Q', 'Uw-_')],
  ['a signature that is an id alone', `${text}\n— example.com/foo Uw2QOg==\n`],
  ['65 signatures', `${text}\n${`${line}\n`.repeat(65)}`],
])('does not read a note with %s', (_what, wrong) => {
  expect(wrong).not.toBe(note)
  expect(() => parseNote(wrong)).toThrow('not a signed note')
})

test.each([
  ['another id', vkey.replace('530d903a', '530d903b')],
  ['another name', vkey.replace('foo', 'fop')],
  ['an id in capitals', vkey.replace('530d903a', '530D903A')],
  ['another type of signature', vkey.replace('+Aek', '+Auk')],
  ['a key that is too short', vkey.slice(0, -4)],
  ['nothing', ''],
  ['a private key', `PRIVATE+KEY+${vkey}`],
])('does not take a key with %s', (_what, wrong) => {
  expect(() => parseVerifierKey(wrong)).toThrow('not an Ed25519 verifier key')
})

const checkpoint = {
  origin: 'lapse/production/acme',
  size: 20_852_163,
  root: Buffer.alloc(32, 7),
  time: Date.UTC(2026, 10, 29),
}
const printed = printCheckpoint(checkpoint)

test('reads every checkpoint that it prints', () => {
  fc.assert(
    fc.property(
      fc.nat(Number.MAX_SAFE_INTEGER),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }),
      (size, root, date) => {
        const one = { ...checkpoint, size, root: Buffer.from(root), time: date.getTime() }
        expect(parseCheckpoint(printCheckpoint(one))).toEqual(one)
      },
    ),
  )
})

test.each([
  ['a size with a leading zero', printed.replace('\n2085', '\n02085')],
  ['a negative size', printed.replace('\n2085', '\n-2085')],
  ['a size that no double holds', printed.replace('20852163', '9007199254740993')],
  ['no time', printed.replace(/time .*\n/, '')],
  ['a time in another spelling', printed.replace('.000Z', 'Z')],
  ['a day that is not there', printed.replace('11-29', '02-30')],
  ['another line', `${printed}more\n`],
  ['a root of 31 bytes', printed.replace('BwcHBwcH', 'BwcHBwc')],
  ['an empty origin', printed.replace(/^.*/, '')],
])('does not read a checkpoint with %s', (_what, wrong) => {
  expect(wrong).not.toBe(printed)
  expect(() => parseCheckpoint(wrong)).toThrow('not a checkpoint')
})

test('names a log after stage and project, whatever is in them', () => {
  expect(originOf({ stage: 'production', project: 'acme' })).toBe('lapse/production/acme')
  expect(originOf({ stage: 'a+b c', project: 'https://x/' })).toBe(
    'lapse/a%2Bb%20c/https%3A%2F%2Fx%2F',
  )
})

test('signs with a local key so that its public key verifies it, the same way each time', async () => {
  const { signer, key } = localSigner('lapse/test/x', testLogKey('x'))
  const [signature, again] = await Promise.all([1, 2].map(() => signer.sign(Buffer.from(printed))))

  expect(again).toEqual(signature)
  const signed = { text: printed, signatures: [{ ...key, signature: signature ?? Buffer.of() }] }
  expect(judgeNote(parseNote(printNote(signed)), key)).toBe('signed')
})
