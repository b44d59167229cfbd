import { expect, test } from 'vitest'
import { parseMediaType } from './media-type.ts'

test.each([
  ['text/plain', 'text/plain', {}],
  ['TEXT/Plain; Charset="a \\"b\\""; x=y', 'text/plain', { charset: 'a "b"', x: 'y' }],
  [' text/plain ;', 'text/plain', {}],
])('reads %j whole', (header, type, parameters) => {
  expect(parseMediaType(header)).toEqual({ type, parameters, isWhole: true })
})

test('keeps a type whose parameter cannot be read', () => {
  expect(parseMediaType('text/plain; charset')).toEqual({
    type: 'text/plain',
    parameters: {},
    isWhole: false,
  })
})

test.each(['', ';', 'text/', 'text/plain; a=b; A=c'])('cannot read %j', (header) => {
  expect(parseMediaType(header)).toMatchObject({ type: '', isWhole: false })
})
