import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { parseUserDeleted } from './user-deleted.ts'

const event = {
  specversion: '1.0',
  id: 'e-1',
  source: 'https://accounts.example',
  type: 'user.deleted',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
}

const eventBridge = (detail: unknown) => ({
  version: '0',
  id: 'eb-1',
  'detail-type': 'user.deleted',
  source: 'accounts',
  account: '000000000000',
  time: '2026-01-02T03:04:05Z',
  region: 'eu-central-1',
  resources: [],
  detail,
})

const sns = (message: unknown) => ({
  Type: 'Notification',
  MessageId: 'sns-1',
  TopicArn: 'arn:aws:sns:eu-central-1:000000000000:users',
  Message: typeof message === 'string' ? message : JSON.stringify(message),
  Timestamp: '2026-01-02T03:04:06Z',
})

const identityDeleted = {
  name: 'IdentityDeleted',
  version: '1',
  timestamp: '2026-01-02T03:04:05Z',
  projectId: 'p-1',
  eventAttributes: { IdentityID: 'alice', ProjectID: 'p-1' },
}

const parse = (content: unknown) => parseUserDeleted(JSON.stringify(content))

const reasonOf = (body: string): string => {
  try {
    parseUserDeleted(body)
  } catch (error) {
    if (error instanceof EventError) return error.reason
    throw error
  }
  throw new Error('it was read')
}

test('reads a CloudEvent', () => {
  expect(parse(event)).toEqual({
    type: 'user.deleted',
    id: 'e-1',
    source: 'https://accounts.example',
    time: '2026-01-02T03:04:05Z',
    data: { subject: 'alice' },
    subject: 'alice',
  })
})

test('reads an EventBridge event by its own id, source, time and detail', () => {
  expect(parse(eventBridge({ subject: 'alice' }))).toMatchObject({
    id: 'eb-1',
    source: 'accounts',
    time: '2026-01-02T03:04:05Z',
    subject: 'alice',
  })
})

test.each([
  ['EventBridge', eventBridge(event)],
  ['SNS', sns(event)],
  ['SNS in EventBridge', eventBridge(sns(event))],
  ['EventBridge in SNS', sns(eventBridge(event))],
])('takes the CloudEvent inside %s for the event', (_name, content) => {
  expect(parse(content)).toEqual(parse(event))
})

test.each([
  ['as it is', identityDeleted],
  ['in SNS', sns(identityDeleted)],
])('reads IdentityDeleted of an Ory stream %s', (_name, content) => {
  expect(parse(content)).toMatchObject({
    type: 'user.deleted',
    source: 'ory:p-1',
    subject: 'alice',
    time: '2026-01-02T03:04:05Z',
  })
})

test.each([
  ['2026-01-02 03:04:05', '2026-01-02T03:04:05Z'],
  ['2026-01-02 03:04:05.678', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.678901Z', '2026-01-02T03:04:05.678901Z'],
])('reads the time %s of an Ory stream', (timestamp, time) => {
  expect(parse({ ...identityDeleted, timestamp }).time).toBe(time)
})

test('takes an Ory event without a project for one of Ory', () => {
  const { projectId: _, ...without } = identityDeleted

  expect(parse(without).source).toBe('ory')
})

test('makes the same id of the same Ory event, and another of any other', () => {
  const other = { ...identityDeleted, timestamp: '2026-01-02T03:04:06Z' }

  expect(parse(identityDeleted).id).toBe(parse(sns(identityDeleted)).id)
  expect(parse(other).id).not.toBe(parse(identityDeleted).id)
})

test('takes the subject from the configured field', () => {
  const body = JSON.stringify({ ...event, data: { user: { id: 1 }, external_id: 'bob' } })
  const fields = { userDeleted: 'external_id', identityDeleted: 'IdentityID' }

  expect(parseUserDeleted(body, fields).subject).toBe('bob')
})

test.each([
  ['no JSON', 'alice was here', 'not-json'],
  ['an empty body', '', 'not-json'],
  ['a list', '[]', 'unknown-envelope'],
  ['null', 'null', 'unknown-envelope'],
  ['an unknown shape', '{"user":"alice"}', 'unknown-envelope'],
  ['an SNS message that is text', JSON.stringify(sns('hello')), 'not-json'],
])('refuses %s', (_name, body, reason) => {
  expect(reasonOf(body)).toBe(reason)
})

test('refuses another type of event', () => {
  expect(reasonOf(JSON.stringify({ ...event, type: 'user.created' }))).toMatch(/^unexpected-type/)
  expect(reasonOf(JSON.stringify({ ...event, type: 'toString' }))).toMatch(/^unexpected-type/)
  expect(reasonOf(JSON.stringify({ ...identityDeleted, name: 'IdentityUpdated' }))).toMatch(
    /^unexpected-type/,
  )
})

test.each([
  ['specversion', { specversion: '0.3' }],
  ['id', { id: '' }],
  ['id', { id: 'x'.repeat(1025) }],
  ['source', { source: 7 }],
  ['source', { source: 'x'.repeat(1025) }],
  ['time', { time: undefined }],
  ['time', { time: 'yesterday' }],
  ['time', { time: '2026-13-02T03:04:05Z' }],
  ['data', { data: 'alice' }],
  ['data.subject', { data: {} }],
  ['data.subject', { data: { subject: '' } }],
  ['data.subject', { data: { subject: 42 } }],
  ['data.subject', { data: { subject: 'a'.repeat(256) } }],
  ['data.subject', { data: { subject: 'half a pair: \ud83d' } }],
  ['datacontenttype', { datacontenttype: 'text/xml' }],
])('names %s when it is not as it has to be', (path, change) => {
  expect(reasonOf(JSON.stringify({ ...event, ...change }))).toBe(
    `malformed-event: ${path} is missing or not as it has to be`,
  )
})

const controls = ['\u0000', '\n', '\t', '\u001f', '\u007f', '\u0085']

test.each([
  ['that is blank', ' ', 'is blank'],
  ['of all kinds of white space', '\u00a0\u2003\ufeff', 'is blank'],
  ['that stands for everybody', '*', 'is *, which is not a user'],
  ...controls.map((character) => [
    `with ${JSON.stringify(character)}`,
    `ali${character}ce`,
    'holds a control character',
  ]),
])('refuses a subject %s', (_which, subject, problem) => {
  expect(reasonOf(JSON.stringify({ ...event, data: { subject } }))).toBe(
    `malformed-event: data.subject ${problem}`,
  )
})

test.each(['alice/', '/', '..', 'a b', ' alice', '**', 'ren\u00e9', '\u{1F600}', 'a\u2028b'])(
  'takes the subject %j',
  (subject) => {
    expect(parse({ ...event, data: { subject } }).subject).toBe(subject)
  },
)

const twice = (json: string, member: string) => json.replace(`"${member}":`, `"${member}":1,$&`)

test.each([
  ['of the event', twice(JSON.stringify(event), 'id')],
  ['of its content', twice(JSON.stringify(event), 'subject')],
  ['of a wrapper', twice(JSON.stringify(eventBridge(event)), 'region')],
  ['of what a wrapper holds as text', JSON.stringify(sns(twice(JSON.stringify(event), 'subject')))],
  ['of an Ory event', twice(JSON.stringify(identityDeleted), 'IdentityID')],
])('refuses a member %s that occurs twice', (_whose, body) => {
  expect(reasonOf(body)).toBe('duplicate-member: an object holds the same member twice')
})

test('refuses what is nested too deeply, wherever it stands', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const within = (content: object) =>
    JSON.stringify(content).replace('"deep":"deep"', `"deep":${deep}`)
  const data = { subject: 'alice', deep: 'deep' }
  const attributes = { ...identityDeleted.eventAttributes, deep: 'deep' }
  const bodies = [
    deep,
    within({ ...event, data }),
    within(eventBridge(data)),
    JSON.stringify(sns(within({ ...event, data }))),
    within({ ...identityDeleted, eventAttributes: attributes }),
  ]

  expect(bodies.map(reasonOf)).toEqual(bodies.map(() => 'malformed-event: it is nested too deeply'))
})

test('does not unwrap without end', () => {
  const nested = Array.from({ length: 9 }).reduce((inner) => sns(inner), event as unknown)

  expect(reasonOf(JSON.stringify(nested))).toBe('unknown-envelope')
})

test('never lets a value of the message into the reason', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.constantFrom('id', 'time', 'type', 'data', 'source'),
      (json, member) => {
        const secret = 'subject-7f3a'
        const body = JSON.stringify({ ...event, data: JSON.parse(json), [member]: { secret } })
        expect(reasonOf(body)).not.toContain(secret)
      },
    ),
  )
})

test('reads or refuses any text, and throws nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      expect(typeof reasonOf(body)).toBe('string')
    }),
  )
})
