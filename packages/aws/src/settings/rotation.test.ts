import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { rotationSettings } from './rotation.ts'

const settings = (ROTATED_SECRETS: string) =>
  rotationSettings({ ORY_PUBLIC_URL: 'http://127.0.0.1:4444/', ROTATED_SECRETS })

test('reads entries, and takes the token endpoint from the public URL', () => {
  expect(settings('[{"secretId":"a","overlap":"1h"}]')).toMatchObject({
    entries: [{ secretId: 'a', overlap: '1h' }],
    tokenEndpoint: 'http://127.0.0.1:4444/oauth2/token',
  })
})

test.each([
  ['', /^ROTATED_SECRETS is not set; give it a JSON array like \[\{"secretId": /],
  ['[{]', /^ROTATED_SECRETS is not JSON: line 1, column 3: the name of a member.* like \[\{"sec/],
  ['{}', /^ROTATED_SECRETS must be a JSON array of objects with secretId and overlap$/],
  ['[{"secretId":"a"}]', /^ROTATED_SECRETS\[0\]\.overlap must be a duration like PT1H or 1h$/],
])('says by the setting’s name what is wrong with %j', (json, problem) => {
  expect(() => settings(json)).toThrow(ConfigError)
  expect(() => settings(json)).toThrow(problem)
})
