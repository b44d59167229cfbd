import { UnavailableError } from '@lapse/core/errors'
import { manualClock } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { keySets } from './key-sets.ts'

const uri = 'https://acme.okta.com/oauth2/v1/keys'
const setOf = (...ids: readonly string[]) =>
  JSON.stringify({ keys: ids.map((kid) => ({ kty: 'RSA', kid, n: 'AQAB', e: 'AQAB' })) })

/** A server of keys that answers what it is told to. */
function served(first: string) {
  const clock = manualClock('2026-01-02T03:04:05.000Z')
  const state = { body: first, status: 200, asked: 0, init: {} as RequestInit }
  const keysAt = keySets({
    clock,
    fetch: async (_url, init) => {
      state.asked += 1
      state.init = init
      return new Response(state.body, { status: state.status })
    },
  })
  const idsAt = async (id: string) => (await keysAt(uri, id)).keys.map(({ kid }) => kid)
  return { clock, state, keysAt, idsAt }
}

test('reads keys once in ten minutes', async () => {
  const { clock, state, idsAt } = served(setOf('key-1'))
  await idsAt('key-1')
  clock.advance(10 * 60_000 - 1)
  expect(await idsAt('key-1')).toEqual(['key-1'])
  expect(state.asked).toBe(1)

  state.body = setOf('key-2')
  clock.advance(1)
  expect(await idsAt('key-1')).toEqual(['key-2'])
  expect(state.asked).toBe(2)
})

test('asks once for all who wait', async () => {
  const { state, idsAt } = served(setOf('key-1'))
  await Promise.all([idsAt('key-1'), idsAt('key-1'), idsAt('key-2')])

  expect(state.asked).toBe(1)
})

test('asks again for a key that is new, and seldom for one that is not there', async () => {
  const { clock, state, idsAt } = served(setOf('key-1'))
  await idsAt('key-1')
  state.body = setOf('key-1', 'key-2')
  expect(await idsAt('key-2')).toEqual(['key-1'])
  clock.advance(10_000)
  expect(await idsAt('key-2')).toEqual(['key-1', 'key-2'])

  for (let times = 0; times < 100; times += 1) await idsAt('key-3')
  expect(state.asked).toBe(2)
})

test('keeps keys that it knows for an hour while their URL fails', async () => {
  const { clock, state, idsAt } = served(setOf('key-1'))
  await idsAt('key-1')
  state.status = 500
  clock.advance(60 * 60_000 - 1)
  expect(await idsAt('key-1')).toEqual(['key-1'])

  clock.advance(1)
  await expect(idsAt('key-1')).rejects.toThrow(UnavailableError)
})

test('cannot say that there is no such key while its URL fails', async () => {
  const { clock, state, idsAt } = served(setOf('key-1'))
  await idsAt('key-1')
  state.status = 500
  clock.advance(10_000)

  await expect(idsAt('key-2')).rejects.toThrow(UnavailableError)
  // And neither within the seconds in which it is not asked again.
  await expect(idsAt('key-2')).rejects.toThrow(UnavailableError)
  expect(state.asked).toBe(2)
  expect(await idsAt('key-1')).toEqual(['key-1'])
})

test.each([
  ['not JSON', '<html>'],
  ['no set', '{}'],
  ['a set of something else', '{"keys":{}}'],
  ['a set twice', '{"keys":[],"keys":[]}'],
  ['more than a set', `{"keys":[],"more":"${'x'.repeat(65_536)}"}`],
])('takes %s for no keys', async (_what, body) => {
  await expect(served(body).idsAt('key-1')).rejects.toThrow(UnavailableError)
})

test('follows nobody to another URL', async () => {
  const { state, idsAt } = served(setOf('key-1'))
  await idsAt('key-1')

  expect(state.init.redirect).toBe('error')
})
