import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { passedOverSource } from './passed-over.ts'
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

const ledgerKey = new Uint8Array(32).fill(7)
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

  expect(parseUserDeleted(body, fields)).toMatchObject({ subject: 'bob' })
})

const batched = 'batched-events: a message holds one event; send each of them by itself'

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64')
const { data: _data, ...bare } = event

test.each([
  ['datacontenttype', { datacontenttype: null }],
  ['dataschema and subject', { dataschema: null, subject: null }],
  ['data_base64', { data_base64: null }],
  ['an extension', { traceparent: null }],
])('takes an event whose %s is null for one without it', (_which, nulls) => {
  expect(parse({ ...event, ...nulls })).toEqual(parse(event))
})

test.each([
  ['a JSON text', { ...bare, data: ' {"subject": "zoë", "why": null}' }],
  ['base64', { ...bare, data_base64: base64('{"why":null,"subject":"zoë"}') }],
  [
    'base64 beside a null',
    { ...event, data: null, data_base64: base64('{"subject":"zoë","why":null}') },
  ],
  [
    'base64 in EventBridge',
    eventBridge({ ...bare, data_base64: base64('{"subject":"zoë","why":null}') }),
  ],
])('reads content that is sent as %s, as the same event', (_how, content) => {
  const data = { subject: 'zoë', why: null }

  expect(parse(content)).toEqual({ ...parse({ ...event, data }), data })
  expect(idempotencyKey(ledgerKey, parse(content))).toBe(
    idempotencyKey(ledgerKey, parse({ ...event, data })),
  )
})

test.each([
  [
    'text that is not JSON',
    { data: 'alice' },
    'malformed-event: data holds a text that is not JSON',
  ],
  ['no base64', { data_base64: 'e30' }, 'malformed-event: data_base64 is not base64'],
  [
    'two contents',
    { data: { subject: 'alice' }, data_base64: base64('{"subject":"bob"}') },
    'malformed-event: it holds data and data_base64; send one of them',
  ],
  [
    'a list for content',
    { data: [{ subject: 'alice' }] },
    'malformed-event: data has to be an object',
  ],
  ['a number for base64', { data_base64: 7 }, 'malformed-event: data_base64 is not base64'],
  [
    'bytes that are no UTF-8',
    { data_base64: base64(Buffer.from('{"subject":"ren\xe9"}', 'latin1')) },
    'malformed-event: data_base64 is not UTF-8',
  ],
  [
    'bytes that are no JSON',
    { data_base64: base64('alice') },
    'malformed-event: data_base64 holds a text that is not JSON',
  ],
  [
    'content with a member twice',
    { data: '{"subject":"alice","subject":"bob"}' },
    'duplicate-member: an object holds the same member twice',
  ],
  [
    'content of another kind',
    { datacontenttype: 'application/xml', data_base64: base64('{"subject":"alice"}') },
    'malformed-event: datacontenttype has to be application/json, or application/ with a type that ends in +json',
  ],
])('refuses %s, by its name', (_which, content, reason) => {
  expect(reasonOf(JSON.stringify({ ...bare, ...content }))).toBe(reason)
})

test.each([
  ['a path', 'object.user_id', { object: { user_id: 'auth0|1' } }, 'auth0|1'],
  ['a path into a list', 'users.0.id', { users: [{ id: 'bob' }] }, 'bob'],
  [
    'a member that is called like a path',
    'https://acme.example/id',
    { 'https://acme.example/id': 'bob' },
    'bob',
  ],
  ['such a member before the path', 'a.b', { 'a.b': 'bob', a: { b: 'alice' } }, 'bob'],
])('takes the subject from %s', (_what, userDeleted, data, subject) => {
  const fields = { userDeleted, identityDeleted: 'IdentityID' }

  expect(parseUserDeleted(JSON.stringify({ ...event, data }), fields)).toMatchObject({ subject })
})

test.each([
  'object.user_id',
  'constructor.name',
  '__proto__.subject',
  'subject.length',
  'subject.',
])('refuses an event that has nothing of its own at %s', (userDeleted) => {
  const fields = { userDeleted, identityDeleted: 'IdentityID' }

  expect(() => parseUserDeleted(JSON.stringify(event), fields)).toThrow(
    `malformed-event: data.${userDeleted} is missing; it has to be the OAuth2 subject, a text of 1 to 255 characters, unless the setting USER_DELETED_SUBJECT_FIELD names another member`,
  )
})

test('reads what Auth0 sends of a deleted user', () => {
  const deleted = {
    specversion: '1.0',
    type: 'user.deleted',
    source: 'urn:auth0:example.auth0app.com',
    id: 'evt_1234567890abcdef',
    time: '2026-11-29T03:00:00.000Z',
    data: { object: { user_id: 'auth0|507f1f77bcf86cd799439020', identities: [{ user_id: '5' }] } },
    a0tenant: 'my-tenant',
    a0stream: 'est_1234567890abcdef',
  }
  const fields = { userDeleted: 'object.user_id', identityDeleted: 'IdentityID' }

  expect(parseUserDeleted(JSON.stringify(deleted), fields)).toMatchObject({
    subject: 'auth0|507f1f77bcf86cd799439020',
  })
})

test.each([
  ['as it is', (content: object) => content],
  ['in SNS', sns],
])('passes over an updated identity of an Ory stream %s, and no other event', (_how, wrap) => {
  const sourceOf = (content: object) => passedOverSource(JSON.stringify(wrap(content)))

  expect(sourceOf({ ...identityDeleted, name: 'IdentityUpdated' })).toBe('ory')
  expect(sourceOf(identityDeleted)).toBeUndefined()
  expect(sourceOf({ ...identityDeleted, name: 'IdentityCreated' })).toBeUndefined()
  expect(sourceOf(event)).toBeUndefined()
  expect(() => sourceOf([])).toThrow(EventError)
})

test.each([
  ['no JSON', 'alice was here', 'not-json'],
  ['an empty body', '', 'not-json'],
  ['a batch', JSON.stringify([event, event]), batched],
  ['an empty batch', '[]', batched],
  ['a batch in SNS', JSON.stringify(sns([event])), batched],
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

const time = 'a time with its zone as in RFC 3339, like 2026-01-02T03:04:05Z'
const aText = 'a text of 1 to 1,024 characters'
const aSubject = 'the OAuth2 subject, a text of 1 to 255 characters'

test.each([
  ['specversion', { specversion: '0.3' }, 'has to be "1.0"'],
  ['specversion', { specversion: null }, 'is missing; it has to be "1.0"'],
  ['id', { id: '' }, `has to be ${aText}`],
  ['id', { id: 'x'.repeat(1025) }, `has to be ${aText}`],
  ['id', { id: null }, `is missing; it has to be ${aText}`],
  ['source', { source: 7 }, `has to be ${aText}`],
  ['source', { source: 'x'.repeat(1025) }, `has to be ${aText}`],
  ['time', { time: undefined }, `is missing; it has to be ${time}`],
  ['time', { time: 'yesterday' }, `has to be ${time}`],
  ['time', { time: '2026-13-02T03:04:05Z' }, `has to be ${time}`],
  ['time', { time: '2026-02-30T03:04:05Z' }, `has to be ${time}`],
  ['time', { time: '2026-06-31T03:04:05Z' }, `has to be ${time}`],
  ['time', { time: '2100-02-29T03:04:05Z' }, `has to be ${time}`],
  ['data', { data: null }, 'is missing; it has to be an object'],
  ['data', { data: 7 }, 'has to be an object'],
  ['data', { data: '"alice"' }, 'has to be an object'],
  ['data.subject', { data: { subject: null } }, `has to be ${aSubject}`],
  ['data.subject', { data: { subject: '' } }, `has to be ${aSubject}`],
  ['data.subject', { data: { subject: 42 } }, `has to be ${aSubject}`],
  ['data.subject', { data: { subject: 'a'.repeat(256) } }, `has to be ${aSubject}`],
  ['data.subject', { data: { subject: 'half: \ud83d' } }, 'holds half of a surrogate pair'],
])('names %s where it is %j, and says what it has to be', (path, change, problem) => {
  expect(reasonOf(JSON.stringify({ ...event, ...change }))).toBe(
    `malformed-event: ${path} ${problem}`,
  )
})

test.each([
  ['user.deleted', 'data.subject', 'USER_DELETED_SUBJECT_FIELD', { ...event, data: {} }],
  [
    'Ory',
    'data.IdentityID',
    'IDENTITY_DELETED_SUBJECT_FIELD',
    { ...identityDeleted, eventAttributes: {} },
  ],
])('names the setting where an event of %s has no subject', (_whose, path, setting, body) => {
  expect(reasonOf(JSON.stringify(body))).toBe(
    `malformed-event: ${path} is missing; it has to be ${aSubject}, unless the setting ${setting} names another member`,
  )
})

test.each(['2028-02-29T23:59:59Z', '2000-02-29T00:00:00Z', '0001-12-31T00:00:00Z'])(
  'takes %s, a day of its month',
  (day) => {
    expect(parse({ ...event, time: day }).time).toBe(day)
  },
)

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
