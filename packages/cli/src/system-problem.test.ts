import { expect, test } from 'vitest'
import { startProblem, systemProblem } from './system-problem.ts'

const ofSystem = (code: string, message: string) =>
  Object.assign(new Error(message), { code, syscall: 'listen' })

test.each([
  [
    ofSystem('EADDRINUSE', 'listen EADDRINUSE: address already in use 127.0.0.1:4566'),
    'SQS cannot start: listen EADDRINUSE: address already in use 127.0.0.1:4566; stop what listens there, or choose another port',
  ],
  [
    ofSystem('EMFILE', 'too many'),
    'SQS cannot start: too many (EMFILE); too many files are open; raise the limit with ulimit -n',
  ],
  [
    ofSystem('EWHATEVER', 'odd'),
    'SQS cannot start: odd (EWHATEVER); put that right, and try again',
  ],
  [
    Object.assign(new Error('no table'), { code: 'ERR_X' }),
    'SQS cannot start: no table (ERR_X); put that right, and try again',
  ],
  [new TypeError('odd'), 'SQS cannot start: odd; put that right, and try again'],
  ['a text', 'SQS cannot start: a text; put that right, and try again'],
])('says of a part why it cannot start: %o', (error, line) => {
  expect(startProblem('SQS', error)).toBe(line)
})

test('knows an error of the system from a stranger’s that has a code', () => {
  expect(systemProblem(Object.assign(new Error('s3cret'), { code: 'ERR_X' }))).toBeUndefined()
  expect(systemProblem(new Error('s3cret'))).toBeUndefined()
  expect(systemProblem(undefined)).toBeUndefined()
})
