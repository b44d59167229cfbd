import { expect, test } from 'vitest'
import type { Ory, TrustedOAuth2JwtGrantIssuer } from '../ory/index.ts'
import { covers, type GrantTerms, isNewerThan, issuerGrants, sameTerms } from './issuer-grants.ts'

const listed = (change: Partial<TrustedOAuth2JwtGrantIssuer>): TrustedOAuth2JwtGrantIssuer => ({
  id: 'g-1',
  issuer: 'https://partner.example',
  subject: 'alice',
  allow_any_subject: false,
  scope: ['read'],
  public_key: { set: 'https://partner.example', kid: 'k1' },
  created_at: '2026-01-01T00:00:00Z',
  expires_at: '2027-01-01T00:00:00Z',
  ...change,
})

const grantsOf = (...items: readonly TrustedOAuth2JwtGrantIssuer[]) => {
  const list = async function* () {
    yield* items
  }
  const ory = { listTrustedOAuth2JwtGrantIssuers: list } as unknown as Ory
  return issuerGrants('https://partner.example', { ory })
}

test('reads for whom, what and until when', async () => {
  expect(await grantsOf(listed({}))).toEqual([
    {
      id: 'g-1',
      kid: 'k1',
      subject: 'alice',
      scope: ['read'],
      expiresAt: Date.parse('2027-01-01T00:00:00Z'),
      createdAt: Date.parse('2026-01-01T00:00:00Z'),
    },
  ])
  expect(
    await grantsOf(listed({ subject: '', allow_any_subject: true, scope: null })),
  ).toMatchObject([{ subject: undefined, scope: [] }])
})

test('takes no other issuer’s grant, whatever a server makes of the filter', async () => {
  expect(await grantsOf(listed({ issuer: 'https://partner.example/' }))).toEqual([])
})

const terms = (change: Partial<GrantTerms> = {}): GrantTerms => ({
  subject: 'alice',
  scope: ['read', 'write'],
  expiresAt: 10_000,
  ...change,
})

test.each<[string, Partial<GrantTerms>, boolean]>([
  ['the order of scopes', { scope: ['write', 'read'] }, true],
  ['a second, which Ory rounds to', { expiresAt: 11_000 }, true],
  ['more than a second', { expiresAt: 11_001 }, false],
  ['a scope less', { scope: ['read'] }, false],
  ['a scope more', { scope: ['read', 'write', 'admin'] }, false],
  ['a subject', { subject: undefined }, false],
])('two grants that differ by %s', (_what, change, same) => {
  expect(sameTerms(terms(), terms(change))).toBe(same)
})

test.each<[string, Partial<GrantTerms>, boolean]>([
  ['less', { scope: ['read'], expiresAt: 0 }, true],
  ['the same', {}, true],
  ['another scope', { scope: ['admin'] }, false],
  ['the same for longer', { expiresAt: 11_001 }, false],
])('a grant covers one that allows %s: %s', (_what, change, expected) => {
  expect(covers(terms(), terms(change))).toBe(expected)
})

test('is newer only where whole seconds can tell', () => {
  const grant = { ...terms(), id: 'g', kid: 'k', createdAt: 5000 }

  expect([isNewerThan(3999, grant), isNewerThan(4000, grant)]).toEqual([true, false])
})
