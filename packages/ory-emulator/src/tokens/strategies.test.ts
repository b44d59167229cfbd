import { expect, test } from 'vitest'
import { coversAudience, coversScope } from './strategies.ts'

test.each([
  ['read', 'read', true],
  ['read', 'write', false],
  ['read', 'Read', false],
  ['mail', 'mail.read', false],
  ['mail.read', 'mail', false],
  ['mail.*', 'mail.read', true],
  ['mail.*', 'mail.read.all', true],
  ['mail.*', 'mail', false],
  ['mail.*', 'mail.', false],
  ['mail.*', 'calendar.read', false],
  ['*', 'anything', true],
  ['*', 'any.thing', true],
  ['*.read', 'mail.read', true],
  ['*.read', 'mail.write', false],
  ['mail.*.read', 'mail.inbox.read', true],
  ['mail.*.read', 'mail.inbox.sub.read', false],
])('a client with scope %s may ask for %s: %s', (allowed, requested, covered) => {
  expect(coversScope(['other', allowed], requested)).toBe(covered)
})

test('covers nothing without any scope', () => {
  expect(coversScope([], 'read')).toBe(false)
})

test.each([
  ['https://api.example', 'https://api.example', true],
  ['https://api.example', 'https://api.example/', true],
  ['https://api.example/', 'https://api.example', true],
  ['https://api.example/v1', 'https://api.example/v1/mail', true],
  ['https://api.example/v1/', 'https://api.example/v1/mail', true],
  ['https://api.example/v1', 'https://api.example/v10', false],
  ['https://api.example/v1', 'https://api.example/', false],
  ['https://api.example', 'http://api.example', false],
  ['https://api.example', 'https://api.example:8443', false],
  ['https://api.example', 'https://evil.example', false],
  ['api', 'api', true],
  ['api', 'api/mail', true],
  ['api', 'apis', false],
  ['urn:a', 'urn:b', true],
  ['urn:a', 'tag:a', false],
])('a client with audience %s may ask for %s: %s', (allowed, requested, covered) => {
  expect(coversAudience(['https://other.example', allowed], requested)).toBe(covered)
})
