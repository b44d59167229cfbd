import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64, decodeBase64Url } from './base64.ts'
import { GoError } from './go-error.ts'

test.each([
  ['1', 0],
  ['ab', 0],
  ['abcdef', 4],
  ['abc!', 3],
  ['a b', 1],
  ['abcde=', 5],
  ['AAAAAAAA=', 8],
  ['AAAA====', 4],
  ['AA=', 3],
  ['AA=A', 2],
  ['AA===', 4],
  ['AA==AAAA', 4],
])('gives up on %j at byte %i', (text, at) => {
  expect(() => decodeBase64Url(text)).toThrow(
    new GoError(`illegal base64 data at input byte ${at}`),
  )
})

test('decodes whatever is padded', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
      expect([...decodeBase64Url(text)]).toEqual([...bytes])
    }),
  )
})

test.each([
  ['*', 0],
  ['AA-A', 2],
  ['MII', 0],
  ['AAAA_AAA', 4],
])('gives up on the standard alphabet’s %j at byte %i', (text, at) => {
  expect(() => decodeBase64(text)).toThrow(new GoError(`illegal base64 data at input byte ${at}`))
})

test('passes over line breaks in base64', () => {
  expect([...decodeBase64('+/+/\r\nAA==\n')]).toEqual([0xfb, 0xff, 0xbf, 0])
})
