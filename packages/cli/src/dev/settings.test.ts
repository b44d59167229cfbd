import { expect, test } from 'vitest'
import { settingsOf } from './settings.ts'

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
