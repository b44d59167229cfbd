import { expect, test } from 'vitest'
import { signGitHub } from '../testing/sign.ts'
import { signedRequest } from '../testing/signed-request.ts'
import { bodyHmac } from './body-hmac.ts'

const { verify, replayable } = bodyHmac({ header: 'x-hub-signature-256' })
const source = 'github'

// Of GitHub's documentation, "Validating webhook deliveries".
const published = {
  secret: "It's a Secret to Everybody",
  body: 'Hello, World!',
  signature: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
}

const withSignature = (signature: string) =>
  verify(signedRequest(published.body, { 'x-hub-signature-256': signature }, { source }), [
    published.secret,
  ])

test('verifies the published request', () => {
  expect(withSignature(published.signature)).toBeDefined()
})

test.each([
  ['nothing', ''],
  ['another algorithm', published.signature.replace('sha256', 'sha1')],
  ['no algorithm', published.signature.replace('sha256=', '')],
  ['other digits', published.signature.replaceAll('e', 'E')],
  ['half a signature', published.signature.slice(0, 39)],
  ['more than a signature', `${published.signature}0`],
])('refuses %s', (_name, signature) => {
  expect(withSignature(signature)).toBeUndefined()
})

test('takes either of two secrets', () => {
  const request = signedRequest('{}', signGitHub('{}', { secret: 'new' }), { source })

  expect(verify(request, ['old', 'new'])).toBeDefined()
  expect(verify(request, ['new', 'old'])).toBeDefined()
  expect(verify(request, ['old'])).toBeUndefined()
})

// printf 'github\n2026-01-02T03\n%s' '{"a":1}' | openssl dgst -sha256
test('makes an id of the source, the hour and the body', () => {
  const body = '{"a":1}'
  const proofAt = (at: string) =>
    verify(signedRequest(body, signGitHub(body, { secret: 's' }), { source, at }), ['s'])
  const id = 'ce3cde3fa5904f444d1f9301e1f0ac8d3f171553d29b906de8fddfec74920b44'

  expect(proofAt('2026-01-02T03:04:05Z')).toEqual({ id, at: Date.parse('2026-01-02T03:04:05Z') })
  expect(proofAt('2026-01-02T03:59:59Z')?.id).toBe(id)
  expect(proofAt('2026-01-02T04:00:00Z')?.id).not.toBe(id)
  expect(proofAt('2026-01-03T03:04:05Z')?.id).not.toBe(id)
})

test('can be replayed', () => {
  expect(replayable).toBe(true)
})
