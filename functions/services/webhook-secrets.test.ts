import { ConfigError } from '@lapse/core/errors'
import type { SecretStore } from '@lapse/core/ports'
import { manualClock } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { webhookSecrets } from './webhook-secrets.ts'

function prepared(values: Record<string, string | Error>, json = '{"clerk":"hooks/clerk"}') {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const reads: string[] = []
  const secrets: SecretStore = {
    async get(secretId) {
      reads.push(secretId)
      const value = values[secretId]
      if (typeof value === 'string') return value
      throw value ?? new ConfigError(`secret ${secretId}: AWS answered ResourceNotFoundException`)
    },
  }
  return { ...webhookSecrets(json, { secrets, clock }), clock, reads, values }
}

test('takes the names of its members for the sources', () => {
  expect(prepared({}, '{"clerk":"hooks/clerk","polis":"hooks/polis"}').sources).toEqual([
    'clerk',
    'polis',
  ])
  expect(prepared({}, '{}').sources).toEqual([])
})

test.each([
  ['', 'line 1, column 1: it ends where a value has to follow'],
  ['clerk', 'line 1, column 1: a value has to stand here'],
  ['{"clerk": "s3cret"', 'line 1, column 19: it ends where a comma or } has to follow'],
])('says where the setting %j is not JSON', (json, place) => {
  expect(() => prepared({}, json)).toThrow(
    new ConfigError(`WEBHOOK_SECRETS is not JSON: ${place}; write it like {"clerk": "arn:…"}`),
  )
})

test.each(['[]', 'null', '"arn"', '{"clerk":7}', '{"clerk":" "}', '{"":"arn"}'])(
  'refuses %j as a setting, in one line',
  (json) => {
    expect(() => prepared({}, json)).toThrow(ConfigError)
    expect(() => prepared({}, json)).toThrow(/^WEBHOOK_SECRETS is not a JSON object .* like .*$/)
  },
)

test.each([
  ['whsec_b25l', ['whsec_b25l']],
  [' whsec_b25l\n', ['whsec_b25l']],
  ['whsec_b25l whsec_dHdv', ['whsec_b25l', 'whsec_dHdv']],
  ['whsec_b25l\r\nwhsec_dHdv\n', ['whsec_b25l', 'whsec_dHdv']],
  ['["with a blank"]', ['with a blank']],
  ['[ "one", "two" ]', ['one', 'two']],
  [' ["with a blank", "another one"] ', ['with a blank', 'another one']],
])('reads %j as what is signed with', async (value, texts) => {
  expect(await prepared({ 'hooks/clerk': value }).secretsOf('clerk')).toEqual(texts)
})

test.each([
  '',
  ' \n',
  's3cret two three',
  '[]',
  '["s3cret", ""]',
  '["s3cret", " "]',
  '["s3cret", 7]',
  '["s3cret", "two", "three"]',
  '["s3cret"',
])('refuses %j as what is signed with, and does not repeat it', async (value) => {
  const error = await prepared({ 'hooks/clerk': value })
    .secretsOf('clerk')
    .catch((thrown: Error) => thrown)

  expect(error).toBeInstanceOf(ConfigError)
  expect(String(error)).toMatch(/secret hooks\/clerk must hold one text, or two .*; set it anew$/)
  expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain('s3cret')
})

test.each([
  '{"key":"s3cret-s3cret-s3cret"}',
  '{"clerk": "s3cret-s3cret-s3cret"}',
  '{ "key": "s3cret", "previous": "s3cret" }',
  '{\n  "key":"s3cret-s3cret-s3cret"\n}',
  '{"key":"s3cret-s3cret-s3cret"',
  '{}',
  '"s3cret-s3cret-s3cret"',
  ' "s3cret-s3cret-s3cret"\n',
  '"s3cret-s3cret-s3cret" "s3cret-s3cret-s3cret-2"',
  's3cret-s3cret-s3cret "s3cret-s3cret-s3cret-2"',
  '"s3cret with a blank"',
  "'s3cret-s3cret-s3cret'",
  '\\"s3cret-s3cret-s3cret\\"',
  "{'clerk':'s3cret-s3cret-s3cret'}",
  '\u201cs3cret-s3cret-s3cret\u201d',
])('takes %j for a mistake and not for what is signed with', async (value) => {
  const error = await prepared({ 'hooks/clerk': value })
    .secretsOf('clerk')
    .catch((thrown: Error) => thrown)

  expect(error).toBeInstanceOf(ConfigError)
  expect(String(error)).toMatch(/secret hooks\/clerk is stored with something around it, .*\)$/)
  expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain('s3cret')
})

test.each(['{braces-in-a-password}', 'quote"inside"it', '"only-at-the-start'])(
  'takes %j for a text like any other',
  async (value) => {
    expect(await prepared({ 'hooks/clerk': value }).secretsOf('clerk')).toEqual([value])
  },
)

test('does not go on with a secret that was taken away', async () => {
  const { secretsOf, clock, values } = prepared({ 'hooks/clerk': 'old' })
  await secretsOf('clerk')
  delete values['hooks/clerk']
  clock.advance(60_000)

  await expect(secretsOf('clerk')).rejects.toThrow(ConfigError)
})

test.each([
  ['is not there', undefined],
  ['cannot be read', new Error('throttled')],
  ['holds nothing', ' '],
])('asks Secrets Manager once in five seconds for a secret that %s', async (_why, value) => {
  const { secretsOf, clock, reads } = prepared(value === undefined ? {} : { 'hooks/clerk': value })
  const ask = () => secretsOf('clerk').catch((error: unknown) => error)
  const first = await ask()
  for (let asked = 0; asked < 1000; asked += 1) {
    clock.advance(4)
    expect(await ask()).toBe(first)
  }
  expect(reads).toHaveLength(1)

  clock.advance(1000)
  await ask()
  expect(reads).toHaveLength(2)
})

test('says of a source that is not named where to name it', async () => {
  await expect(prepared({}).secretsOf('polis')).rejects.toThrow(
    'WEBHOOK_SECRETS names no secret for polis; add it',
  )
  await expect(prepared({}).secretsOf('constructor')).rejects.toThrow(ConfigError)
})

test('reads a secret once in a minute, and what replaced it a minute later', async () => {
  const { secretsOf, clock, reads, values } = prepared({ 'hooks/clerk': 'old' })
  await Promise.all([secretsOf('clerk'), secretsOf('clerk')])
  values['hooks/clerk'] = 'old new'

  clock.advance(59_999)
  expect(await secretsOf('clerk')).toEqual(['old'])
  clock.advance(1)
  expect(await secretsOf('clerk')).toEqual(['old', 'new'])
  expect(reads).toHaveLength(2)
})

test('goes on with what it read while Secrets Manager fails, for a quarter of an hour', async () => {
  const { secretsOf, clock, values } = prepared({ 'hooks/clerk': 'old' })
  await secretsOf('clerk')
  values['hooks/clerk'] = new Error('throttled')
  clock.advance(60_000)
  expect(await secretsOf('clerk')).toEqual(['old'])
  clock.advance(15 * 60_000 - 60_001)
  expect(await secretsOf('clerk')).toEqual(['old'])
  clock.advance(1)

  await expect(secretsOf('clerk')).rejects.toThrow('throttled')
  values['hooks/clerk'] = 'new'
  clock.advance(5000)
  expect(await secretsOf('clerk')).toEqual(['new'])
})
