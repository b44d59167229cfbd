import { expect, test } from 'vitest'
import type { IssuerGrant } from '../../issuers/index.ts'
import { missingTrusts, onRetiredKeys, type Rollover, refusalOf, siblingsOf } from './rollover.ts'

const expiresAt = Date.parse('2030-01-01T00:00:00Z')
const year = 365 * 86_400_000

const grant = (
  kid: string,
  subject: string | undefined,
  scope: readonly string[] = ['read'],
  change: Partial<IssuerGrant> = {},
): IssuerGrant => ({
  id: `${kid} of ${subject}`,
  kid,
  subject,
  scope,
  expiresAt,
  createdAt: 0,
  ...change,
})

const rollover = (change: Partial<Rollover> = {}, subject: string | undefined = 'alice') => ({
  kid: 'new',
  retired: ['k1'],
  siblings: 'follow' as const,
  isNamed: (named: { subject: string | undefined }) => named.subject === subject,
  own: { subject, scope: ['read'], expiresAt },
  ...change,
})

const missing = (grants: readonly IssuerGrant[], change: Partial<Rollover> = {}) =>
  missingTrusts(rollover(change), grants).map(({ terms, sibling }) => [
    terms.subject,
    terms.scope,
    sibling?.id,
  ])

const anyOf = (own: Rollover['own']): Partial<Rollover> => ({
  isNamed: ({ subject }) => subject === undefined,
  ...(own && { own }),
})

test('trusts the new key for what the event says, and then for each sibling', () => {
  const grants = [
    grant('k1', 'alice'),
    grant('k1', 'bob', ['write']),
    grant('k2', 'carol'),
    grant('k1', undefined, ['read', 'write']),
  ]

  expect(missing(grants)).toEqual([
    ['alice', ['read'], undefined],
    ['bob', ['write'], 'k1 of bob'],
    [undefined, ['read', 'write'], 'k1 of undefined'],
  ])
})

test('lets no sibling follow where they are to be refused, or nothing is retired', () => {
  const grants = [grant('k1', 'bob')]

  expect(missing(grants, { siblings: 'refuse' })).toEqual([['alice', ['read'], undefined]])
  expect(missing(grants, { retired: [] })).toEqual([['alice', ['read'], undefined]])
})

test('trusts nothing a second time', () => {
  const grants = [
    grant('k1', 'bob'),
    grant('new', 'bob'),
    grant('new', 'alice', ['read'], { expiresAt: expiresAt + 1000 }),
  ]

  expect(missing(grants)).toEqual([])
  expect(refusalOf(rollover(), grants)).toBeUndefined()
})

test('counts a grant of the event that allows something else as missing still', () => {
  expect(missing([grant('new', 'alice', ['write'])])).toEqual([['alice', ['read'], undefined]])
})

test('has a sibling on two keys follow with what covers both', () => {
  const grants = [grant('k1', 'bob', ['read']), grant('k2', 'bob', ['read', 'write'])]
  const both = { retired: ['k1', 'k2'] }

  expect(missing(grants, both)[1]).toEqual(['bob', ['read', 'write'], 'k2 of bob'])
  expect(refusalOf(rollover(both), grants)).toBeUndefined()
})

test('tells the named from siblings on the keys that go', () => {
  const grants = [grant('k1', 'alice'), grant('k1', 'bob'), grant('k2', 'bob')]

  expect(onRetiredKeys(rollover(), grants)).toEqual(grants.slice(0, 2))
  expect(siblingsOf(rollover(), grants)).toEqual([grants[1]])
})

test.each<[string, Partial<Rollover>, readonly IssuerGrant[]]>([
  ['siblings-on-retired-key', { siblings: 'refuse' }, [grant('k1', 'bob')]],
  ['siblings-on-retired-key', { siblings: 'refuse' }, [grant('k1', undefined)]],
  ['kid-in-use-on-other-terms', {}, [grant('new', 'alice', ['write'])]],
  ['kid-in-use-on-other-terms', {}, [grant('new', 'alice', ['read', 'write'])]],
  [
    'kid-in-use-on-other-terms',
    {},
    [grant('new', 'alice', ['read'], { expiresAt: expiresAt + year })],
  ],
  [
    'siblings-on-different-terms',
    { retired: ['k1', 'k2'] },
    [grant('k1', 'bob', ['read']), grant('k2', 'bob', ['write'])],
  ],
  [
    'siblings-on-different-terms',
    { retired: ['k1', 'k2'] },
    [
      grant('k1', 'bob', ['read', 'write']),
      grant('k2', 'bob', ['read'], { expiresAt: expiresAt + year }),
    ],
  ],
  [
    'siblings-on-different-terms',
    {},
    [grant('k1', 'bob', ['read', 'write']), grant('new', 'bob', ['read'])],
  ],
  // A grant for any subject would bind what is already there.
  [
    'scope-bound-by-any-subject',
    anyOf({ subject: undefined, scope: ['read'], expiresAt }),
    [grant('new', 'bob', ['read', 'write'])],
  ],
  [
    'scope-bound-by-any-subject',
    anyOf({ subject: undefined, scope: ['read'], expiresAt }),
    [grant('k1', 'bob', ['read', 'write'])],
  ],
  // What a sibling allows for any subject would be bound by the event's own grant, or the reverse.
  ['scope-bound-by-any-subject', {}, [grant('k1', undefined, ['write'])]],
  ['scope-bound-by-any-subject', {}, [grant('new', undefined, ['read', 'write'])]],
  [
    'scope-bound-by-any-subject',
    anyOf({ subject: undefined, scope: ['read', 'write'], expiresAt }),
    [grant('k1', undefined, ['read', 'write']), grant('k1', 'bob', ['read'])],
  ],
])('refuses: %s', (reason, change, grants) => {
  expect(refusalOf(rollover(change), grants)).toBe(reason)
})

test.each<[string, Partial<Rollover>, readonly IssuerGrant[]]>([
  [
    'grants on keys that stay',
    { siblings: 'refuse' },
    [grant('k2', 'bob'), grant('k2', undefined)],
  ],
  ['no other than its own', { siblings: 'refuse' }, [grant('k1', 'alice')]],
  [
    'a sibling whose scope a grant for any subject holds',
    anyOf({ subject: undefined, scope: ['read', 'write'], expiresAt }),
    [grant('k1', 'bob', ['read'])],
  ],
  [
    'a sibling whose grant on the new key allows more',
    {},
    [grant('k1', 'bob', ['read']), grant('new', 'bob', ['read', 'write'])],
  ],
  // Two that were there before the event are none of its business.
  [
    'scopes that are bound already',
    { retired: [] },
    [
      grant('new', 'bob', ['write']),
      grant('new', undefined, ['read']),
      grant('new', 'alice', ['read']),
    ],
  ],
])('may be done with %s', (_what, change, grants) => {
  expect(refusalOf(rollover(change), grants)).toBeUndefined()
})
