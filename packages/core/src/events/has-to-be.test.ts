import * as v from 'valibot'
import { expect, test } from 'vitest'
import { certificate, certified } from '../testing/certificate.ts'
import { hasToBe } from './has-to-be.ts'
import { parseAppOffboarded, parseKeyRotated, parseUserDeleted } from './index.ts'

const at = (...keys: readonly unknown[]) => keys.map((key) => ({ key, input: undefined }))

test('says what a schema says of itself, and otherwise what its kind says', () => {
  const schema = v.object({
    day: v.optional(v.pipe(v.string(), v.description('a day like 2026-01-02'))),
    mode: v.picklist(['on', 'off', 'auto']),
    exact: v.literal(true),
    free: v.boolean(),
    parts: v.array(v.object({ size: v.number() })),
  })

  expect(hasToBe(schema)).toBe('an object')
  expect(hasToBe(schema, at('day'))).toBe('a day like 2026-01-02')
  expect(hasToBe(schema, at('mode'))).toBe('"on", "off" or "auto"')
  expect(hasToBe(schema, at('exact'))).toBe('true')
  expect(hasToBe(schema, at('free'))).toBe('true or false')
  expect(hasToBe(schema, at('parts'))).toBe('a list')
  expect(hasToBe(schema, at('parts', 0))).toBe('an object')
  expect(hasToBe(schema, at('parts', 0, 'size'))).toBe('number')
})

test('goes by the member that chooses one of several shapes', () => {
  const schema = v.variant('kind', [
    v.object({ kind: v.literal('line'), size: v.literal('m') }),
    v.object({ kind: v.literal('plane'), size: v.literal('m2') }),
  ])
  const sizeOf = (kind: string) => hasToBe(schema, [{ key: 'size', input: { kind } }])

  expect([sizeOf('line'), sizeOf('plane'), sizeOf('none')]).toEqual(['"m"', '"m2"', '"m" or "m2"'])
  expect(hasToBe(schema, at('kind'))).toBe('"line" or "plane"')
})

const event = { specversion: '1.0', id: 'e-1', source: 's', time: '2026-01-02T03:04:05Z' }
const jwk = {
  ...certified,
  kid: 'k2',
  use: 'sig',
  alg: 'ES256',
  x5c: [certificate],
}

/** Every member that each type of event may have. */
const complete: readonly (readonly [(body: string) => unknown, object])[] = [
  [parseUserDeleted, { ...event, type: 'user.deleted', data: { subject: 'alice' } }],
  [
    parseAppOffboarded,
    {
      ...event,
      type: 'app.offboarded',
      datacontenttype: 'application/json',
      data: { client_id: 'mail', mode: 'delete', issuers: ['i'], secret_ids: ['s'] },
    },
  ],
  [
    parseKeyRotated,
    {
      ...event,
      type: 'key.rotated',
      data: {
        issuer: 'https://partner.example',
        subject: 'alice',
        scope: ['read'],
        jwk,
        expires_at: '2126-01-02T03:04:05Z',
        retire: { kids: ['k1'], after: 'P1D' },
        siblings: 'follow',
      },
    },
  ],
]

/** A value with one member of it, however deep, replaced by another; each of them in turn. */
function mutants(value: unknown, other: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [other]
  const inner = Object.entries(value).flatMap(([name, member]) =>
    mutants(member, other).map((mutant) =>
      Array.isArray(value) ? [mutant] : { ...value, [name]: mutant },
    ),
  )
  return [other, ...inner]
}

test.each([
  ['a number', 7],
  ['an empty text', ''],
  ['a list in a list', [['s3cret']]],
  ['another object', { s3cret: true }],
  ['nothing', null],
])('says of any member of an event what it has to be where it is %s', (_what, other) => {
  const reasons = complete.flatMap(([parse, whole]) =>
    mutants(whole, other)
      .slice(1)
      .map((mutant) => reasonOf(parse, JSON.stringify(mutant)))
      .filter((reason) => reason !== undefined),
  )

  expect(reasons.length).toBeGreaterThan(20)
  for (const reason of reasons) {
    expect(reason).toMatch(/ (has|have) to (be|have) [^ ]|^unexpected-type: |is not JSON$/)
    expect(reason).not.toMatch(/undefined|null|s3cret|Object|Array|string$/)
  }
})

function reasonOf(parse: (body: string) => unknown, body: string): string | undefined {
  try {
    parse(body)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
