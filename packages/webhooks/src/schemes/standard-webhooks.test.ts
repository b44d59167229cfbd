import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { otherSecret, secret } from '../testing/doorway.ts'
import { signStandard } from '../testing/sign.ts'
import { signedRequest } from '../testing/signed-request.ts'
import { standardWebhooks } from './standard-webhooks.ts'

const { verify, replayable } = standardWebhooks()
const body = '{"type":"user.deleted"}'
const startMs = Date.parse('2026-01-02T03:04:05Z')

// Of the Standard Webhooks libraries, which have it from Svix.
const published = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  body: '{"test": 2432232314}',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
}

test('verifies the published request', () => {
  const at = '2021-02-25T15:02:10Z'
  const request = signedRequest(published.body, published.headers, { at })

  expect(verify(request, [published.secret])).toEqual({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: 1_614_265_330_000,
  })
})

// printf '%s' "msg_2.1767323045.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY -binary | base64
// with KEY=$(printf '%s' MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | base64 -d | od -An -tx1 | tr -d ' \n')
test('verifies what openssl signed, under the headers of Svix', () => {
  const request = signedRequest(
    '{"data":{"deleted":true,"id":"user_1","object":"user"},"object":"event","type":"user.deleted"}',
    {
      'svix-id': 'msg_2',
      'svix-timestamp': '1767323045',
      'svix-signature': 'v1,jEPjU2BLtwdWAsolnkB8XSdcIb+sU66HKKZX1jBjYME=',
    },
  )

  expect(standardWebhooks({ prefix: 'svix' }).verify(request, [otherSecret])).toEqual({
    id: 'msg_2',
    at: startMs,
  })
  expect(verify(request, [otherSecret])).toBeUndefined()
})

test('refuses an id with a full stop, which would be signed like another with another time', () => {
  const headers = signStandard(body, { id: 'msg_1.1767323045' })

  expect(verify(signedRequest(body, headers), [secret])).toBeUndefined()
})

test('takes a secret without its prefix', () => {
  const request = signedRequest(body, signStandard(body))

  expect(verify(request, [secret.replace('whsec_', '')])).toBeDefined()
})

test('takes either of two secrets, and no third', () => {
  const headers = signStandard(body, { secret: otherSecret })
  const third = `whsec_${Buffer.from('somebody else entirely').toString('base64')}`

  expect(verify(signedRequest(body, headers), [secret, otherSecret])).toBeDefined()
  expect(verify(signedRequest(body, headers), [otherSecret, secret])).toBeDefined()
  expect(verify(signedRequest(body, headers), [secret, third])).toBeUndefined()
})

test('takes one good signature among others, whatever their version', () => {
  const headers = signStandard(body)
  const good = headers['webhook-signature']
  const listed = (list: string) =>
    verify(signedRequest(body, { ...headers, 'webhook-signature': list }), [secret])

  expect(listed(`v1,bm8= ${good}`)).toBeDefined()
  expect(listed(`${good} v1,bm8=`)).toBeDefined()
  expect(listed(`v1a,${good?.slice(3)} ${good}`)).toBeDefined()
  expect(listed(`v1a,${good?.slice(3)}`)).toBeUndefined()
  expect(listed(`v2,${good?.slice(3)}`)).toBeUndefined()
  expect(listed(String(good?.slice(3)))).toBeUndefined()
  expect(listed('v1,')).toBeUndefined()
  expect(listed('')).toBeUndefined()
})

test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
  'refuses a request without %s',
  (name) => {
    const { [name]: _left, ...headers } = signStandard(body)

    expect(verify(signedRequest(body, headers), [secret])).toBeUndefined()
  },
)

test('refuses an empty id, though it is signed', () => {
  expect(verify(signedRequest(body, signStandard(body, { id: '' })), [secret])).toBeUndefined()
})

test.each([
  ['five minutes old', '1767322745', true],
  ['older', '1767322744', false],
  ['five minutes ahead', '1767323345', true],
  ['further ahead', '1767323346', false],
])('looks at the time of a request that is %s', (_name, timestamp, isTaken) => {
  const request = signedRequest(body, signStandard(body, { timestamp }))

  expect(verify(request, [secret]) !== undefined).toBe(isTaken)
})

test.each([
  '01767323045',
  '1767323045.0',
  '+1767323045',
  ' 1767323045',
  '1.767323045e9',
  '',
  'now',
])('refuses the time %j, though it is signed', (timestamp) => {
  const request = signedRequest(body, signStandard(body, { timestamp }))

  expect(verify(request, [secret])).toBeUndefined()
})

test('verifies bytes that are no text', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x7d])
  const replaced = Buffer.from(bytes.toString())

  expect(verify(signedRequest(bytes, signStandard(bytes)), [secret])).toBeDefined()
  expect(verify(signedRequest(bytes, signStandard(replaced)), [secret])).toBeUndefined()
})

test.each(['not base64!', 'whsec_', 'whsec_not base64'])(
  'calls the secret %j a mistake of ours',
  (malformed) => {
    const request = signedRequest(body, signStandard(body))

    expect(() => verify(request, [secret, malformed])).toThrow(ConfigError)
    expect(() => verify(request, [malformed])).toThrow(
      /^a secret of the webhook source standard is/,
    )
  },
)

test('cannot be replayed', () => {
  expect(replayable).toBe(false)
})
