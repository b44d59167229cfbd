import { expect, test, vi } from 'vitest'
import { webhookHandler } from './lambda.ts'
import { brokenServices, doorway, type Headers } from './testing/doorway.ts'
import { signStandard } from './testing/sign.ts'

const body = JSON.stringify({
  type: 'user.deleted',
  timestamp: '2026-01-02T03:04:00Z',
  data: { subject: 'zoë' },
})

/** What Lambda hands a function URL, payload format 2.0. */
const functionUrlEvent = (headers: Headers, sent: string | null, isBase64Encoded: boolean) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: '/webhooks/standard',
  rawQueryString: '',
  headers: { host: 'abc.lambda-url.eu-west-1.on.aws', ...headers },
  requestContext: {
    accountId: 'anonymous',
    apiId: 'abc',
    authentication: null,
    authorizer: {},
    domainName: 'abc.lambda-url.eu-west-1.on.aws',
    domainPrefix: 'abc',
    http: {
      method: 'POST',
      path: '/webhooks/standard',
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.1',
      userAgent: 'test',
    },
    requestId: 'r-1',
    routeKey: '$default',
    stage: '$default',
    time: '02/Jan/2026:03:04:05 +0000',
    timeEpoch: 1_767_323_045_000,
  },
  body: sent,
  isBase64Encoded,
})

test.each([
  ['text', body, false],
  ['base64', Buffer.from(body).toString('base64'), true],
])('takes a body as %s', async (_name, sent, isBase64Encoded) => {
  const { services, queued } = doorway()
  const handler = webhookHandler(async () => services)

  const result = await handler(functionUrlEvent(signStandard(body), sent, isBase64Encoded))

  expect(result).toMatchObject({
    statusCode: 202,
    body: JSON.stringify({ id: 'msg_1' }),
    isBase64Encoded: false,
    headers: { 'content-type': 'application/json' },
  })
  expect(queued).toMatchObject([{ event: { data: { subject: 'zoë' } } }])
})

test('keeps bytes that are no text as they are', async () => {
  const { services, queued } = doorway()
  const bytes = Buffer.from(body, 'latin1')
  const event = functionUrlEvent(signStandard(bytes), bytes.toString('base64'), true)

  expect(await webhookHandler(async () => services)(event)).toMatchObject({ statusCode: 422 })
  expect(queued).toEqual([])
})

test('refuses a request without a body', async () => {
  const { services } = doorway()
  const handler = webhookHandler(async () => services)

  expect(await handler(functionUrlEvent({}, null, false))).toMatchObject({ statusCode: 401 })
})

test('refuses a body that is too large', async () => {
  const { services } = doorway()
  const large = 'x'.repeat(262_145)
  const event = functionUrlEvent(signStandard(large), large, false)

  expect(await webhookHandler(async () => services)(event)).toMatchObject({ statusCode: 413 })
})

test('answers 503 where there are no services', async () => {
  const printed = vi.spyOn(console, 'error').mockReturnValue(undefined)
  const event = functionUrlEvent(signStandard(body), body, false)

  expect(await webhookHandler(brokenServices)(event)).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': '5' },
  })
  printed.mockRestore()
})
