import { ConfigError } from '@lapse/core/errors'
import { createOry } from '@lapse/core/ory'
import { expect, test } from 'vitest'
import { bySettingNames } from './ory.ts'

const admin = 'http://127.0.0.1:4445'

test.each([
  [{ adminUrl: 'localhost:4445' }, 'ORY_ADMIN_URL must begin with https:// or http://'],
  [{ adminUrl: admin, publicUrl: 'ory' }, 'ORY_PUBLIC_URL is not a URL: give one like https://'],
  [
    { adminUrl: 'https://me@ory.example' },
    'ORY_ADMIN_URL must not hold credentials: give the key as ORY_API_KEY_SECRET_ID',
  ],
])('says of %o what is wrong by the name of the setting', (options, problem) => {
  const make = () => bySettingNames(() => createOry(options))

  expect(make).toThrow(ConfigError)
  expect(make).toThrow(problem)
})

test('gives back what was made, and leaves other errors alone', () => {
  const stranger = new TypeError('adminUrl')

  expect(bySettingNames(() => 7)).toBe(7)
  expect(() =>
    bySettingNames(() => {
      throw stranger
    }),
  ).toThrow(stranger)
})
