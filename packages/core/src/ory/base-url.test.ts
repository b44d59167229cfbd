import { expect, test } from 'vitest'
import { ConfigError } from '../errors.ts'
import { parseBaseUrl } from './base-url.ts'

test.each([
  ['http://127.0.0.1:4445', 'http://127.0.0.1:4445', ''],
  ['https://slug.projects.oryapis.com/', 'https://slug.projects.oryapis.com', ''],
  ['https://gateway.test/ory/hydra//', 'https://gateway.test', '/ory/hydra'],
  ['HTTPS://Gateway.test:443/a b', 'https://gateway.test', '/a%20b'],
])('reads %s', (given, origin, prefix) => {
  expect(parseBaseUrl('adminUrl', given)).toEqual({ origin, prefix })
  expect(parseBaseUrl('adminUrl', new URL(given))).toEqual({ origin, prefix })
})

test.each([
  [undefined],
  [null],
  [''],
  [' '],
  ['localhost:4445'],
  ['//localhost:4445'],
  ['ftp://localhost'],
  ['https://user@localhost'],
  ['https://:pass-phrase@localhost'],
  ['https://localhost?tenant=a'],
  ['https://localhost#admin'],
  [4445],
  [{}],
])('refuses %j in one line that names the setting and not its value', (given) => {
  const refusal = () => parseBaseUrl('adminUrl', given)

  expect(refusal).toThrow(ConfigError)
  expect(refusal).toThrow(/^adminUrl [^\n]+$/)
  expect(refusal).not.toThrow(/pass-phrase|tenant/)
})
