import { expect, test } from 'vitest'
import { columnsOf } from './width.ts'

const terminal = { isTTY: true, columns: 100 }
const elsewhere = { isTTY: false }

test.each([
  ['the terminal', terminal, {}, 100],
  ['COLUMNS, which goes first', terminal, { COLUMNS: '60' }, 60],
  ['COLUMNS where nothing else is known', elsewhere, { COLUMNS: '72' }, 72],
  ['a terminal that does not say', { isTTY: true, columns: 0 }, {}, 80],
  ['a COLUMNS that is not a number', terminal, { COLUMNS: 'wide' }, 100],
  ['too little of it', terminal, { COLUMNS: '3' }, 40],
  ['what is not a terminal', elsewhere, {}, Number.POSITIVE_INFINITY],
])('goes by %s', (_, stream, environment, width) => {
  expect(columnsOf(stream, environment)).toBe(width)
})
