import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { isAboutOwner, parseAppOffboarded } from './app-offboarded.ts'

const event = (data: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'e-1',
    source: 's',
    type: 'app.offboarded',
    time: '2026-01-02T03:04:05Z',
    data,
  })

const parse = (data: object) => parseAppOffboarded(event(data))

test('reads the offboarding of a client', () => {
  const data = {
    client_id: 'mail',
    mode: 'delete',
    issuers: ['https://p.example'],
    secret_ids: ['s'],
  }

  expect(parse(data)).toEqual({
    type: 'app.offboarded',
    id: 'e-1',
    source: 's',
    time: '2026-01-02T03:04:05Z',
    data,
    mode: 'delete',
    clientId: 'mail',
    issuers: ['https://p.example'],
    secretIds: ['s'],
  })
})

test('reads the offboarding of an owner', () => {
  expect(parse({ owner: 'acme', mode: 'suspend' })).toMatchObject({
    owner: 'acme',
    mode: 'suspend',
  })
})

test('tells a client and an owner apart', () => {
  const events = [
    parse({ client_id: 'mail', mode: 'delete' }),
    parse({ owner: 'a', mode: 'delete' }),
  ]

  expect(events.map(isAboutOwner)).toEqual([false, true])
})

test('reads nothing that only lapse may say', () => {
  const told = { of_owner: 'acme', after_client_id: 'zzzz', parts_of_owner: 'acme', derived: {} }
  const { data: _, ...plain } = parse({ owner: 'acme', mode: 'delete' })
  const { data: __, ...forged } = parse({ owner: 'acme', mode: 'delete', ...told })

  expect(forged).toEqual(plain)
  expect(() => parse({ parts_of_owner: 'acme', mode: 'delete' })).toThrow(/^internal-event: /)
})

test.each([
  'mail/',
  'mail//',
  '/',
  'mail%2F',
  'mail%2f',
  '.',
  '..',
  '../mail',
  'a/./b',
  'a%2f%2e%2E',
  'a\\..',
])('refuses the client id %j, which no path reaches', (client_id) => {
  expect(() => parse({ client_id, mode: 'delete' })).toThrow(
    'unaddressable-id: data.client_id ends in a slash or has . or .. as a path segment',
  )
})

test.each(['a/b', '/a', '...', '.a', 'https://app.example/x', 'a%2Fb', 'b%', '*', ' '])(
  'takes the client id %j',
  (client_id) => {
    expect(parse({ client_id, mode: 'delete' })).toMatchObject({ clientId: client_id })
  },
)

test('takes owners and issuers that end in a slash', () => {
  const issuers = ['https://p.example/']

  expect(parse({ owner: 'acme/', mode: 'delete', issuers })).toMatchObject({
    owner: 'acme/',
    issuers,
  })
})

test.each([
  ['data.client_id', { client_id: 'ma\u0000il', mode: 'delete' }],
  ['data.owner', { owner: 'acme\n', mode: 'delete' }],
  ['data.issuers.1', { client_id: 'mail', mode: 'delete', issuers: ['i', 'i\u0085'] }],
  ['data.secret_ids.0', { client_id: 'mail', mode: 'delete', secret_ids: ['\u0001'] }],
])('refuses a control character in %s', (path, data) => {
  expect(() => parse(data)).toThrow(`malformed-event: ${path} holds a control character`)
})

test('refuses a member that occurs twice', () => {
  const body = event({ client_id: 'mail', mode: 'delete' })

  expect(() => parseAppOffboarded(body.replace('"mail"', '"console","client_id":"mail"'))).toThrow(
    /^duplicate-member: /,
  )
})

const modes = '"delete", "suspend", "restore" or "reset"'
const anId = 'the id of an OAuth 2.0 client, a text of 1 to 255 characters'
const aText = 'a text of 1 to 255 characters'
const texts = 'a list of at most 50 texts'

test.each([
  ['data.mode', { client_id: 'mail' }, `is missing; it has to be ${modes}`],
  ['data.mode', { client_id: 'mail', mode: 'destroy' }, `has to be ${modes}`],
  ['data.client_id', { client_id: '', mode: 'delete' }, `has to be ${anId}`],
  ['data.client_id', { client_id: '\ud83d', mode: 'delete' }, 'holds half of a surrogate pair'],
  ['data.owner', { owner: '', mode: 'delete' }, `has to be ${aText}`],
  ['data.issuers.0', { client_id: 'mail', mode: 'delete', issuers: [''] }, `has to be ${aText}`],
  ['data.secret_ids', { client_id: 'mail', mode: 'delete', secret_ids: 's' }, `has to be ${texts}`],
])('names %s of %j, and says what it has to be', (path, data, problem) => {
  expect(() => parse(data)).toThrow(new EventError(`malformed-event: ${path} ${problem}`))
})

test.each([
  ['neither', { mode: 'delete' }],
  ['both', { mode: 'delete', client_id: 'mail', owner: 'acme' }],
])('refuses %s of client and owner', (_name, data) => {
  expect(() => parse(data)).toThrow('data has to have one of client_id and owner')
})

test('takes an optional member that is null for an absent one', () => {
  const nulls = { of_owner: null, after_client_id: null, parts_of_owner: null, issuers: null }
  const data = { client_id: 'mail', owner: null, mode: 'suspend', secret_ids: null, ...nulls }
  const read = parse(data)

  expect(read).toMatchObject({ clientId: 'mail', issuers: [], secretIds: [] })
  expect(read.data).toEqual(data)
  expect(() => parse({ ...data, mode: null })).toThrow('data.mode is missing')
  expect(() => parse({ ...data, issuers: [null], mode: 'delete' })).toThrow('data.issuers.0')
})

test.each(['suspend', 'restore'])('refuses issuers and secrets with %s', (mode) => {
  const issuers = ['https://p.example']

  expect(() => parse({ client_id: 'mail', mode, issuers })).toThrow(
    'data.issuers goes with delete only',
  )
  expect(() => parse({ client_id: 'mail', mode, secret_ids: ['s'] })).toThrow(
    'data.secret_ids goes with delete and reset only',
  )
})

test('reads a reset of one client with its secret, and of no owner and no issuer', () => {
  expect(parse({ client_id: 'mail', mode: 'reset', secret_ids: ['s'] })).toMatchObject({
    clientId: 'mail',
    mode: 'reset',
    secretIds: ['s'],
  })
  expect(() => parse({ owner: 'acme', mode: 'reset' })).toThrow('a reset is of one client')
  expect(() => parse({ client_id: 'mail', mode: 'reset', issuers: ['i'] })).toThrow(
    'data.issuers goes with delete only',
  )
})

test('refuses another type of event', () => {
  const other = event({ client_id: 'mail', mode: 'delete' }).replace('app.offboarded', 'app.gone')

  expect(() => parseAppOffboarded(other)).toThrow(/^unexpected-type/)
})
