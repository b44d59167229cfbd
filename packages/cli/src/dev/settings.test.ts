import { expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { seededSettings, settingsOf } from './settings.ts'

test('takes what the functions are told, and nothing else of the environment', () => {
  expect(
    settingsOf({
      ROTATED_SECRETS: '[]',
      PROTECTED_CLIENT_IDS: '',
      AWS_SECRET_ACCESS_KEY: 's3cret',
      ORY_ADMIN_URL: 'https://elsewhere.example',
    }),
  ).toEqual({ ROTATED_SECRETS: '[]' })
})

test('a seeded system rotates the secrets that are seeded, and takes no others', () => {
  const settings = seededSettings({ EVENT_SOURCES: 'https://accounts.example', HOME: '/home' })
  const seeded = expect.stringContaining('lapse/dev/clients/Reports')

  expect(settings).toEqual({
    EVENT_SOURCES: 'https://accounts.example',
    ROTATED_SECRETS: seeded,
    ROTATED_SECRET_NAMES: seeded,
  })
  expect(() => seededSettings({ ROTATED_SECRETS: '[]' })).toThrow(UsageError)
})

test.each([
  [{ ROTATED_SECRETS: '[{]' }, /^ROTATED_SECRETS is not JSON: line 1, column 3: /],
  [{ ROTATED_SECRETS: '[{"secretId":"a"}]' }, /^ROTATED_SECRETS\[0\]\.overlap must be a duration/],
  [{ LOGIN_CONSENT_TTL: '1day' }, /^LOGIN_CONSENT_TTL is not a duration; write it like 30m/],
  [{ ACCESS_TOKEN_LIFESPAN: '-1h' }, /^ACCESS_TOKEN_LIFESPAN is not a duration/],
  [{ PROTECTED_OWNERS: '["a' }, /^PROTECTED_OWNERS is not JSON: line 1, column 2: /],
  [{ EVENT_SOURCES: '[7]' }, /^EVENT_SOURCES is not a JSON array of texts; write it like/],
])('refuses %o before anything is started', (environment, problem) => {
  expect(() => settingsOf(environment)).toThrow(UsageError)
  expect(() => settingsOf(environment)).toThrow(problem)
})
