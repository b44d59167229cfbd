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

  expect(settings).toMatchObject({ EVENT_SOURCES: 'https://accounts.example' })
  expect(settings['ROTATED_SECRETS']).toContain('lapse/dev/clients/Reports')
  expect(Object.keys(settings)).toHaveLength(2)
  expect(() => seededSettings({ ROTATED_SECRETS: '[]' })).toThrow(UsageError)
})
