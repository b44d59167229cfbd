import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { LambdaFunctionURLEvent } from 'aws-lambda'
import { expect, onTestFinished, test } from 'vitest'
import { PortTakenError } from '../errors.ts'
import { manualClock } from '../fixtures/manual-clock.ts'
import { createFunction } from '../lambda/function.ts'
import { type FunctionUrlOptions, startFunctionUrl } from './server.ts'

const start = async (options: Partial<FunctionUrlOptions> = {}) => {
  const lambda = createFunction({
    name: 'url',
    module: new URL('./fixtures/url.ts', import.meta.url).href,
    timeoutMs: 10_000,
  })
  const clock = manualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 6))
  const service = await startFunctionUrl({ name: 'URL', function: () => lambda, clock, ...options })
  onTestFinished(async () => {
    await service.stop()
    await lambda.stop()
  })
  const eventFor = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${service.endpoint}${path}`, init)
    return (await answer.json()) as LambdaFunctionURLEvent
  }
  return { service, eventFor }
}

/** A request as it goes over the wire, and the whole answer. */
const exchange = async (port: number, request: string) => {
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  return text(socket)
}

test('hands a request over in payload format 2.0', async () => {
  const { service, eventFor } = await start()

  const event = await eventFor('/webhooks/a%2Fb%20c?x=1&x=%C3%BC&y=', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': 'sender/1', 'X-Other': 'Value' },
    body: '{"a": "ü"}',
  })

  expect(event).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/webhooks/a%2Fb%20c',
    rawQueryString: 'x=1&x=%C3%BC&y=',
    queryStringParameters: { x: '1,ü', y: '' },
    headers: expect.objectContaining({
      'content-type': 'application/json',
      host: `127.0.0.1:${service.port}`,
      'x-other': 'Value',
    }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: `127.0.0.1:${service.port}`,
      domainPrefix: 'local',
      http: {
        method: 'POST',
        path: '/webhooks/a%2Fb%20c',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'sender/1',
      },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      routeKey: '$default',
      stage: '$default',
      time: '02/Jan/2026:03:04:05 +0000',
      timeEpoch: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    },
    body: '{"a": "ü"}',
    isBase64Encoded: false,
  })
})

test('hands over no body, query or cookies where there are none', async () => {
  const { eventFor } = await start()
  const event = await eventFor('/')

  expect(event).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false })
  for (const name of ['body', 'cookies', 'queryStringParameters'])
    expect(event).not.toHaveProperty(name)
})

test('joins what came more than once, and keeps cookies apart from it', async () => {
  const { service } = await start({ allowedHosts: ['x.example'] })
  const answer = await exchange(
    service.port,
    'GET /?a?b HTTP/1.1\r\nhost: x.example\r\nx-two: 1\r\nX-Two: 2\r\ncookie: a=1; b=2\r\nCookie: c=3\r\nconnection: close\r\n\r\n',
  )
  const event = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as LambdaFunctionURLEvent

  expect(event.headers).toEqual({ host: 'x.example', 'x-two': '1,2', connection: 'close' })
  expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3'])
  expect(event.rawQueryString).toBe('a?b')
})

test.each([
  ['text/plain;charset=utf-8', false],
  ['application/json; charset=utf-8', false],
  ['Application/JSON', false],
  ['application/xml', false],
  ['application/javascript', false],
  ['application/cloudevents+json', true],
  ['application/json-seq', true],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
])('hands over a body of type %s, encoded: %s', async (type, isEncoded) => {
  const { eventFor } = await start()
  const { body = '', isBase64Encoded } = await eventFor('/', {
    method: 'POST',
    headers: { 'content-type': type },
    body: new TextEncoder().encode('ü'),
  })

  expect(isBase64Encoded).toBe(isEncoded)
  expect(Buffer.from(body, isEncoded ? 'base64' : 'utf8').toString()).toBe('ü')
})

test('hands over byte for byte what was compressed', async () => {
  const { eventFor } = await start()
  const bytes = new Uint8Array([0, 255, 10])
  const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' }
  const event = await eventFor('/', { method: 'POST', headers, body: bytes })

  expect(Buffer.from(event.body ?? '', 'base64')).toEqual(Buffer.from(bytes))
})

test('answers as the function says', async () => {
  const { service } = await start()
  const answer = await fetch(`${service.endpoint}/teapot`, { method: 'PUT' })

  expect(answer.status).toBe(418)
  expect(answer.headers.get('x-kind')).toBe('pot')
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(await answer.text()).toBe('short')
})

test('answers 502 where the function fails, and where there is none', async () => {
  const { service } = await start()
  const none = await start({ function: () => undefined })
  const answers = [
    await fetch(`${service.endpoint}/throws`),
    await fetch(none.service.endpoint, { method: 'POST', body: 'x' }),
  ]

  expect(answers.map(({ status }) => status)).toEqual([502, 502])
  expect(await answers[0]?.text()).toBe('Internal Server Error')
})

test('hands over 6 MB and not a byte more', async () => {
  const { service } = await start()
  const post = (bytes: number) =>
    fetch(`${service.endpoint}/teapot`, { method: 'POST', body: new Uint8Array(bytes) })

  expect((await post(6 * 1024 * 1024)).status).toBe(418)
  const refused = await post(6 * 1024 * 1024 + 1)
  expect(refused.status).toBe(413)
  expect(await refused.json()).toEqual({ Message: 'Request Too Large' })
})

test('outlives a client that is cut off in the middle of a call', async () => {
  const { service } = await start()
  const socket = connect(service.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half')

  // The first call gives the server time to take the half call in, the second to see it end.
  await fetch(`${service.endpoint}/teapot`)
  socket.resetAndDestroy()
  await once(socket, 'close')
  await fetch(`${service.endpoint}/teapot`)

  expect((await fetch(`${service.endpoint}/teapot`)).status).toBe(418)
})

test('says whose port is taken', async () => {
  const { service } = await start()
  const again = startFunctionUrl({ name: 'URL', port: service.port, function: () => undefined })
  const failure = await again.catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(PortTakenError)
  expect(failure).toMatchObject({ service: 'URL', port: service.port })
})
