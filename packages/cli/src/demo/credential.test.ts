import { OryApiError } from '@lapse/core/errors'
import { importJWK, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { signAssertion, unlessRefused } from './credential.ts'
import { newKey, publicHalf } from './key.ts'

const answered = (status: number) =>
  new OryApiError('oauth2TokenExchange', { status, body: {}, retryable: false })

test.each([400, 401])('takes %d for a refusal', async (status) => {
  expect(await unlessRefused(Promise.reject(answered(status)))).toBeUndefined()
})

test.each([answered(500), answered(403), new TypeError('lost')])(
  'takes %o for what it is, and not for a refusal',
  async (error) => {
    await expect(unlessRefused(Promise.reject(error))).rejects.toBe(error)
  },
)

test('signs what the public half verifies, anew each time', async () => {
  const key = newKey('k-1')
  const sign = () => signAssertion({ iss: 'notes', aud: 'https://ory.example' }, key)
  const verifier = await importJWK(publicHalf(key), 'ES256')

  const [one, other] = await Promise.all(
    [sign(), sign()].map((assertion) => jwtVerify(assertion, verifier, { issuer: 'notes' })),
  )

  expect(one?.protectedHeader).toMatchObject({ alg: 'ES256', kid: 'k-1' })
  expect(one?.payload.jti).not.toBe(other?.payload.jti)
  expect(publicHalf(key)).not.toHaveProperty('d')
})
