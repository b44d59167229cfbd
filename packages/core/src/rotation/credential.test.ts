import { expect, test } from 'vitest'
import { RotationError } from '../errors.ts'
import { parseCredential, secretValueOf } from './credential.ts'

const private_jwk = { kty: 'EC', kid: 'k', d: 'hidden-part' }

test.each([
  ['a client secret', { client_id: 'c', client_secret: 's' }],
  ['a private key', { client_id: 'c', private_jwk }],
])('reads %s, and writes it', (_name, credential) => {
  expect(parseCredential(JSON.stringify(credential))).toEqual(credential)
  expect(parseCredential(secretValueOf(parseCredential(JSON.stringify(credential))))).toEqual(
    credential,
  )
})

test.each([
  ['a text', 'hidden-part'],
  ['null', 'null'],
  ['a client without an id', { client_secret: 'hidden-part' }],
  ['an empty id', { client_id: '', client_secret: 'hidden-part' }],
  ['an empty secret', { client_id: 'c', client_secret: '' }],
  ['both', { client_id: 'c', client_secret: 'hidden-part', private_jwk }],
  ['a public key', { client_id: 'c', private_jwk: { kty: 'EC', kid: 'k' } }],
  ['a key without a kid', { client_id: 'c', private_jwk: { ...private_jwk, kid: undefined } }],
  ['a key that is a text', { client_id: 'c', private_jwk: 'hidden-part' }],
])('refuses %s, and repeats nothing of it', (_name, value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const error = (() => {
    try {
      return parseCredential(text)
    } catch (thrown) {
      return thrown
    }
  })()

  expect(error).toBeInstanceOf(RotationError)
  expect(error).toMatchObject({ reason: 'secret-shape' })
  expect(`${error} ${JSON.stringify(error)}`).not.toContain('hidden-part')
})
