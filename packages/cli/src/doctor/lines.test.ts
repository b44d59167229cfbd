import { expect, test } from 'vitest'
import { layOut, unwrapped } from '../output/layout.ts'
import { doctorDocument } from './document.ts'
import type { Examined } from './examine.ts'
import { doctorLines } from './lines.ts'

const examined: readonly Examined[] = [
  { name: 'ory-urls', about: 'Ory: URLs', outcome: 'well', says: 'both lead to Ory' },
  {
    name: 'dlqs',
    about: 'SQS: DLQs',
    outcome: 'wrong',
    problems: [
      { says: 'one forgets', todo: 'set its retention' },
      { says: 'a key goes', todo: 'aws kms cancel-key-deletion --key-id 1' },
    ],
  },
  { name: 'clocks', about: 'clocks', outcome: 'cannot-tell', why: 'nothing\u00a0answers' },
]

test('has a line for each check, one for each thing to do, and the sum', () => {
  expect(unwrapped(doctorLines(examined))).toEqual([
    'well         Ory: URLs  both lead to Ory',
    'wrong        SQS: DLQs  one forgets',
    '                        do: set its retention',
    '                        a key goes',
    '                        do: aws kms cancel-key-deletion --key-id 1',
    'cannot tell  clocks     nothing answers',
    '',
    '1 wrong, 1 cannot be told, 1 well.',
  ])
})

test.each([60, 80, 120])('fits into %i columns', (width) => {
  for (const line of layOut(doctorLines(examined), width))
    expect(line.length).toBeLessThanOrEqual(width)
})

test('gives a program the same members of every check', () => {
  expect(doctorDocument(examined)).toEqual({
    counts: { wrong: 1, cannot_tell: 1, well: 1 },
    checks: [
      {
        check: 'ory-urls',
        about: 'Ory: URLs',
        outcome: 'well',
        says: 'both lead to Ory',
        problems: [],
      },
      {
        check: 'dlqs',
        about: 'SQS: DLQs',
        outcome: 'wrong',
        says: '',
        problems: [
          { says: 'one forgets', do: 'set its retention' },
          { says: 'a key goes', do: 'aws kms cancel-key-deletion --key-id 1' },
        ],
      },
      {
        check: 'clocks',
        about: 'clocks',
        outcome: 'cannot-tell',
        says: 'nothing answers',
        problems: [],
      },
    ],
  })
})
