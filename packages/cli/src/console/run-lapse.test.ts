import { expect, test } from 'vitest'
import { problemIn } from './run-lapse.ts'

test.each([
  [
    'lapse: nothing answers at http://x\n  (ECONNREFUSED); check the port,\nand the network',
    /^nothing answers at http:\/\/x \(ECONNREFUSED\); check the port, and the network$/,
  ],
  ['LEDGER_TABLE is not set\nlapse: no queue is\nknown', /^no queue is known$/],
  ['lapse: one\nlapse: two', /^two$/],
  ['something else', /^something else$/],
  ['', /^nothing was said$/],
])('says in one line what went wrong: %j', (errors, problem) => {
  expect(problemIn(errors)).toMatch(problem)
})
