import { expect, test } from 'vitest'
import { columns } from './columns.ts'

test('aligns cells by what is seen of them, and pads no line’s end', () => {
  const rows = [
    ['\u001b[32mgreen\u001b[39m', 'x', 'last'],
    ['longer one', 'yy', ''],
  ]

  expect(columns(rows)).toEqual(['  \u001b[32mgreen\u001b[39m       x   last', '  longer one  yy'])
})
