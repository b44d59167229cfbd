import { expect, test } from 'vitest'
import { parseAppOffboarded } from './app-offboarded.ts'

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
    ofOwner: undefined,
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

test.each([
  ['data.mode', { client_id: 'mail' }],
  ['data.mode', { client_id: 'mail', mode: 'destroy' }],
  ['data.client_id', { client_id: '', mode: 'delete' }],
  ['data.owner', { owner: '', mode: 'delete' }],
  ['data.issuers.0', { client_id: 'mail', mode: 'delete', issuers: [''] }],
  ['data.secret_ids', { client_id: 'mail', mode: 'delete', secret_ids: 's' }],
])('names %s when it is not as it has to be', (path, data) => {
  expect(() => parse(data)).toThrow(`malformed-event: ${path} is missing or not as it has to be`)
})

test.each([
  ['neither', { mode: 'delete' }],
  ['both', { mode: 'delete', client_id: 'mail', owner: 'acme' }],
])('refuses %s of client and owner', (_name, data) => {
  expect(() => parse(data)).toThrow('data has to have one of client_id and owner')
})

test.each(['suspend', 'restore'])('refuses issuers and secrets with %s', (mode) => {
  const reason = 'data.issuers and data.secret_ids go with delete only'

  expect(() => parse({ client_id: 'mail', mode, issuers: ['https://p.example'] })).toThrow(reason)
  expect(() => parse({ client_id: 'mail', mode, secret_ids: ['s'] })).toThrow(reason)
})

test('refuses another type of event', () => {
  const other = event({ client_id: 'mail', mode: 'delete' }).replace('app.offboarded', 'app.gone')

  expect(() => parseAppOffboarded(other)).toThrow(/^unexpected-type/)
})
