import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createScrub } from './scrub.ts'

const scrub = (text: string, ...sent: unknown[]) => createScrub(sent)(text)

test.each([
  ['subject alice is unknown', { subject: 'alice' }, 'subject […] is unknown'],
  ['subject ALICE is unknown', { subject: 'alice' }, 'subject […] is unknown'],
  ['unknown: bob', { body: { deep: [{ subject: 'bob' }] } }, 'unknown: […]'],
  ["the subject 'a 'b' c'", { subject: 'a "b" c' }, "the subject '[…]'"],
  ['the subject \\"x\\\\y\\"', { subject: 'x\\y' }, 'the subject \\"[…]\\"'],
  ['in /clients/a%2Fb%20c', { id: 'a/b c' }, 'in /clients/[…]'],
  ['in q=a%2Fb+c', { id: 'a/b c' }, 'in q=[…]'],
  ["the subject 'a 'b\\c' d'", { subject: 'a "b\\c" d' }, "the subject '[…]'"],
  ["the subject 'a \\'b\\' c'", { subject: 'a "b" c' }, "the subject '[…]'"],
  ['the subject bob', { subject: '  bob ' }, 'the subject […]'],
  ['header Ym9iOng=', { basic: 'bob:x' }, 'header […]'],
  ['part fn5+Pj8= or fn5-Pj8', { basic: '~~~>?' }, 'part […] or […]'],
  ['abcd and abcdefgh', { client: 'abcd', subject: 'abcdefgh' }, '[…] and […]'],
  ['number 4711', { subject: 4711 }, 'number […]'],
])('takes what was sent out of %j', (text, sent, clean) => {
  expect(scrub(text, sent)).toBe(clean)
})

test('takes a short value only where it stands alone', () => {
  expect(scrub('a parameter, subject a', { subject: 'a' })).toBe('[…] parameter, subject […]')
  expect(scrub('42 of 4242', { subject: '42' })).toBe('[…] of 4242')
})

test('keeps the words of the protocol', () => {
  const text = "is not allowed to use authorization grant 'client_credentials'"

  expect(scrub(text, { grant_type: 'client_credentials', client_id: 'c-1' })).toBe(text)
})

test.each([
  'token ory_at_abc.def-ghi is expired',
  'token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln is expired',
  'user alice@example.org is gone',
  'id 6f7fe1b0-3c39-4c2e-9d52-0d5e4c0a4a10 is gone',
  'secret pIWv2mUTaxPlhMN5KvIzxP8qhB is wrong',
])('takes out what looks like a credential or an address: %s', (text) => {
  expect(scrub(text)).toMatch(/^\w+ \[…\] is \w+$/)
})

test.each([
  'missing_required_parameter',
  'The request could not be authorized. The login request has expired, please try again.',
  "Field 'token_endpoint_auth_method' of the client is not 'client_secret_basic'",
  'Unable to serialize access due to a concurrent update in another session',
])("keeps Ory's own words: %s", (text) => {
  expect(scrub(text)).toBe(text)
})

test('keeps a text short', () => {
  expect(scrub('word '.repeat(1000)).length).toBeLessThanOrEqual(401)
})

test('reads no more of a text than it has to, or it would never end', () => {
  expect(scrub('a'.repeat(1_000_000), { subject: 'b' })).toMatch(/^a{400}…$/)
})

test('leaves nothing of a sent value, wherever it stands and whatever it is made of', () => {
  const value = fc.string({ unit: 'grapheme', minLength: 5 }).filter((text) => /\S{3}/.test(text))
  fc.assert(
    fc.property(value, fc.lorem(), fc.lorem(), (sent, before, after) => {
      const clean = scrub(`${before}${sent}${after}`, { subject: sent })
      expect(clean.toLowerCase()).not.toContain(sent.toLowerCase())
    }),
  )
})
