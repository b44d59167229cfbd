import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { revocationIssuers } from './revocation.ts'

const acme = { issuer: 'https://acme.okta.com', jwksUri: 'https://acme.okta.com/oauth2/v1/keys' }
const read = (value: unknown) => revocationIssuers({ REVOCATION_ISSUERS: JSON.stringify(value) })

test('reads who may sign users out, and whom', () => {
  const issuers = [
    { ...acme, emailDomains: ['acme.example'], subjectIssuers: ['https://a'], opaqueIds: true },
  ]

  expect(read(issuers)).toEqual(issuers)
  expect(revocationIssuers({})).toBeUndefined()
})

test.each(['http://127.0.0.1:1/keys', 'http://localhost/keys', 'http://[::1]:1/keys'])(
  'takes keys from %s, which is this machine',
  (jwksUri) => {
    expect(read([{ ...acme, jwksUri }])).toHaveLength(1)
  },
)

test.each([
  ['nobody', []],
  ['no list', acme],
  ['no issuer', [{ jwksUri: acme.jwksUri }]],
  ['an empty issuer', [{ ...acme, issuer: ' ' }]],
  ['no keys', [{ issuer: acme.issuer }]],
  ['keys in the clear', [{ ...acme, jwksUri: 'http://acme.okta.com/keys' }]],
  [
    'keys at a name that begins like this machine',
    [{ ...acme, jwksUri: 'http://localhost.evil.example/' }],
  ],
  ['a member that is misspelt', [{ ...acme, emailDomain: ['acme.example'] }]],
  ['one domain that is no list', [{ ...acme, emailDomains: 'acme.example' }]],
  ['an empty domain', [{ ...acme, emailDomains: [''] }]],
  ['a text for a boolean', [{ ...acme, opaqueIds: 'no' }]],
])('refuses %s', (_what, value) => {
  expect(() => read(value)).toThrow(ConfigError)
  expect(() => read(value)).toThrow(/^REVOCATION_ISSUERS is not a JSON array of issuers; write it/)
})

test('refuses what is not JSON', () => {
  expect(() => revocationIssuers({ REVOCATION_ISSUERS: '[' })).toThrow(
    /^REVOCATION_ISSUERS is not JSON/,
  )
})
