import { expect, test } from 'vitest'
import { murmur3 } from './murmur3.ts'

test.each([
  ['', 0],
  ['hello', 0x248bfa47],
  ['hello, world', 0x149bbb7f],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('hashes %j as the published vectors do', (text, hash) => {
  expect(murmur3(text)).toBe(hash)
})
