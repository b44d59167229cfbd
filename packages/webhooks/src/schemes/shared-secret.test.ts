import { expect, test } from 'vitest'
import { signedRequest } from '../testing/signed-request.ts'
import { sharedSecret } from './shared-secret.ts'

const { verify, replayable } = sharedSecret({ header: 'x-lapse-secret' })

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`

const isTaken = (headers: Record<string, string>, secrets = ['old', 'new:er secret']) =>
  verify(signedRequest('{}', headers, { source: 'ory-actions' }), secrets) !== undefined

test.each([
  ['a bearer token', { authorization: 'Bearer old' }],
  ['a bearer token in small letters', { authorization: 'bearer new:er secret' }],
  ['a password', { authorization: basic('lapse:old') }],
  ['a password with a colon', { authorization: basic('lapse:new:er secret') }],
  ['a password of nobody', { authorization: basic(':old') }],
  ['the secret as it is', { authorization: 'old' }],
  ['a header of its own', { 'x-lapse-secret': 'new:er secret' }],
  ['one good secret of two', { authorization: 'Bearer no', 'x-lapse-secret': 'old' }],
])('takes %s', (_name, headers: Record<string, string>) => {
  expect(isTaken(headers)).toBe(true)
})

test.each([
  ['nothing', {}],
  ['another secret', { authorization: 'Bearer older' }],
  ['a part of it', { 'x-lapse-secret': 'ol' }],
  ['other letters', { 'x-lapse-secret': 'OLD' }],
  ['an empty one', { 'x-lapse-secret': '' }],
  ['a user called like it', { authorization: basic('old:') }],
  ['no password', { authorization: basic('old') }],
  ['another scheme', { authorization: 'Token old' }],
  [
    'its digest',
    { 'x-lapse-secret': 'cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4' },
  ],
])('refuses %s', (_name, headers: Record<string, string>) => {
  expect(isTaken(headers)).toBe(false)
})

test('makes the same id of the same body within an hour', () => {
  const idAt = (at: string) =>
    verify(signedRequest('{}', { 'x-lapse-secret': 's' }, { source: 'ory-actions', at }), ['s'])?.id

  expect(idAt('2026-01-02T03:59:59Z')).toBe(idAt('2026-01-02T03:00:00Z'))
  expect(idAt('2026-01-02T04:00:00Z')).not.toBe(idAt('2026-01-02T03:00:00Z'))
})

test('can be replayed', () => {
  expect(replayable).toBe(true)
})
