import { expect, test } from 'vitest'
import { GoError } from './go-error.ts'
import { parseUuid } from './uuid.ts'

const id = '18ca7cc6-c703-4382-bbb3-a9b41f1f9aea'
const digits = id.replaceAll('-', '')

test.each([id, id.toUpperCase(), `{${id}}`, `urn:uuid:${id}`, `urn:uuid:${digits}`, digits])(
  'takes %s for the same id',
  (text) => {
    expect(parseUuid(text)).toBe(id)
  },
)

test.each([
  ['x', 'uuid: incorrect UUID length 1 in string "x"'],
  ['€', 'uuid: incorrect UUID length 3 in string "€"'],
  [`${id}0`, `uuid: incorrect UUID length 37 in string "${id}0"`],
  [id.replace('-', 'x'), `uuid: incorrect UUID format in string "${id.replace('-', 'x')}"`],
  [`(${id}}`, `uuid: incorrect UUID format in string "(${id}}"`],
  [`urn:uuix:${id}`, 'uuid: incorrect UUID format in string "urn:uuix:"'],
  [id.replace('1', 'z'), 'uuid: invalid UUID format'],
  [digits.replace('1', 'z'), 'uuid: invalid UUID format'],
])('refuses %s', (text, complaint) => {
  expect(() => parseUuid(text)).toThrow(new GoError(complaint))
})
