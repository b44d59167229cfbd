import { createPublicKey, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { rsaKeyOf, uuidOf } from './derived-keys.ts'

test('the same text makes the same key, on every machine', () => {
  const { n } = createPublicKey(rsaKeyOf('the tests of mail')).export({ format: 'jwk' })

  expect(n).toMatch(/^nlDWklDui64UpdOKYlbtcgl9/)
  expect(uuidOf('the tests of mail')).toBe('f55de8b4-6ad3-4628-83fa-cc02820fc050')
  expect(uuidOf('other tests')).not.toBe(uuidOf('the tests of mail'))
})

test('what the key signs its public half verifies', () => {
  const key = rsaKeyOf('another text')
  const message = Buffer.from('a message')

  expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65537n })
  expect(verify('sha256', message, createPublicKey(key), sign('sha256', message, key))).toBe(true)
})

test('the numbers of a key belong together', () => {
  const jwk = rsaKeyOf('another text').export({ format: 'jwk' })
  const number = (name: 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi') =>
    BigInt(`0x${Buffer.from(jwk[name] ?? '', 'base64url').toString('hex')}`)
  const [p, q, d] = [number('p'), number('q'), number('d')]

  expect(number('n')).toBe(p * q)
  expect((number('e') * d) % ((p - 1n) * (q - 1n))).toBe(1n)
  expect([number('dp'), number('dq')]).toEqual([d % (p - 1n), d % (q - 1n)])
  expect((number('qi') * q) % p).toBe(1n)
})
