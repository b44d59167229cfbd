import { ConfigError, OryTransportError, UnavailableError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { CommandError, UsageError } from '../errors.ts'
import { planProblem, settingsProblem } from './plan-problem.ts'

const ory = { adminUrl: 'https://ory.example', apiKey: undefined }
const missing = new ConfigError('LEDGER_KEY_SECRET_ID is not set; give it a value')
const denied = new ConfigError(
  'secret s: AWS answered AccessDenied; check that it exists and that this function may use it',
)
const lost = { reason: 'connect', mayHaveRun: false, message: 'lost' } as const

test.each([
  [missing, UsageError, /^LEDGER_KEY_SECRET_ID is not set/],
  [
    denied,
    CommandError,
    /^secret s: AWS answered AccessDenied; .* that these credentials may use it$/,
  ],
  [new UnavailableError('table t', 'ECONNREFUSED'), CommandError, /AWS could not be reached/],
  [new Error('Region is missing'), UsageError, /set AWS_REGION/],
  [new OryTransportError('getX', lost), CommandError, /nothing answers at https:\/\/ory\.example/],
])('says what to do about %o', (error, kind, line) => {
  const problem = planProblem(error, ory)

  expect(problem).toBeInstanceOf(kind)
  expect((problem as Error).message).toMatch(line)
})

test('takes a setting that cannot be read for a mistake in the environment', () => {
  expect(() => settingsProblem(missing)).toThrow(UsageError)
  expect(() => settingsProblem(new TypeError('not ours'))).toThrow(TypeError)
})
