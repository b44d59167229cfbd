import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OAuth2Client, OAuth2ClientPatch } from '../../ory/index.ts'
import { freeze, isFrozen, isMarkerMissing, isSuspended, restore } from './suspension.ts'

const held = ['lapse:suspended']
const client = (change: object = {}) =>
  ({
    client_id: 'mail',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    metadata: { team: 'blue' },
    ...change,
  }) as unknown as OAuth2Client

/** What Ory makes of a patch of these two lists and the marker. */
function patched(one: OAuth2Client, patches: readonly OAuth2ClientPatch[]): OAuth2Client {
  const after = structuredClone(one) as unknown as Record<string, Record<string, unknown>>
  for (const { op, path, value } of patches as readonly {
    op: string
    path: string
    value?: never
  }[]) {
    const [, member = '', inner] = path.split('/')
    if (inner === undefined) Object.assign(after, { [member]: value })
    else if (op === 'remove') delete after[member]?.[inner]
    else Object.assign(after[member] ?? {}, { [inner]: value })
  }
  return after as unknown as OAuth2Client
}

const suspend = (one: OAuth2Client) => patched(one, freeze(one))

test('goes back to what it was, however often it is suspended', () => {
  const types = fc.array(fc.constantFrom('code', 'token', 'refresh_token'), { minLength: 1 })
  fc.assert(
    fc.property(types, types, fc.integer({ min: 1, max: 4 }), (grants, responses, times) => {
      const before = client({ grant_types: grants, response_types: responses })
      const suspended = Array.from({ length: times }).reduce<OAuth2Client>(suspend, before)

      expect([isFrozen(suspended), isSuspended(suspended)]).toEqual([true, true])
      expect(patched(suspended, restore(suspended))).toEqual(before)
    }),
  )
})

test('never takes the placeholder for what a list was', () => {
  const half = { ...suspend(client()), grant_types: ['client_credentials'] }
  const mixed = { ...suspend(client()), response_types: ['lapse:suspended', 'token'] }

  expect(freeze(half)[0]).toMatchObject({
    value: { grant_types: ['client_credentials'], response_types: ['code'] },
  })
  expect(freeze(mixed)[0]).toMatchObject({
    value: { grant_types: ['authorization_code'], response_types: ['token'] },
  })
})

test.each([
  ['is not suspended', {}, false],
  ['is frozen and has no marker', { grant_types: held, response_types: held }, true],
  ['is half frozen and has no marker', { grant_types: held }, true],
  [
    'has the placeholder in its marker',
    {
      grant_types: held,
      response_types: held,
      metadata: { lapse_suspended: { grant_types: held, response_types: held } },
    },
    true,
  ],
])('knows whether a client that %s has lost its marker', (_what, change, expected) => {
  expect(isMarkerMissing(client(change))).toBe(expected)
})
