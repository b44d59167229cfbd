import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { Agent, Client, type Dispatcher, interceptors } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { OryConfigurationError, OryTransportError } from '../errors.ts'
import { createOry, type OryClock, type OryOptions } from './index.ts'
import { rejectionOf } from './mocked-ory.ts'
import { systemClock } from './transport/clock.ts'

const soon = { baseMs: 1, floorMs: 0, capMs: 1 }

/** An HTTP server on loopback that knows how often it was asked and how many connections it took. */
const serve = async (listener: RequestListener) => {
  const seen = { requests: 0, connections: 0, closed: 0 }
  const server = createServer((request, response) => {
    seen.requests += 1
    request.resume()
    listener(request, response)
  })
  server.on('connection', (socket: Socket) => {
    seen.connections += 1
    socket.on('close', () => {
      seen.closed += 1
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })

  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const connect = (adminUrl: string, options: Partial<OryOptions> = {}) => {
  const ory = createOry({ adminUrl, retry: soon, ...options })
  onTestFinished(() => ory[Symbol.asyncDispose]())

  return ory
}

/** Answers in turn; the last one from then on. */
const inTurn = (...turns: readonly ((response: ServerResponse) => void)[]): RequestListener => {
  let turn = 0

  return (_request, response) => {
    const answer = turns[Math.min(turn, turns.length - 1)]
    turn += 1
    answer?.(response)
  }
}

const noContent = (response: ServerResponse) => response.writeHead(204).end()
const client = (response: ServerResponse) => response.end('{"client_id":"c1"}')
const drop = (response: ServerResponse) => response.socket?.destroy()
const never = () => {}

const closedPort = async (): Promise<string> => {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')

  return `http://127.0.0.1:${port}`
}

test('keeps its connections from call to call', async () => {
  const { url, seen } = await serve((_request, response) => noContent(response))
  const ory = connect(url)
  for (let call = 0; call < 20; call += 1) await ory.deleteOAuth2Client({ id: 'c1' })

  // undici rests a connection for one turn of the event loop after an answer, hence two.
  expect(seen.requests).toBe(20)
  expect(seen.connections).toBeLessThanOrEqual(2)
})

test('opens no more connections than it may', async () => {
  const { url, seen } = await serve((_request, response) => setImmediate(noContent, response))
  const ory = connect(url, { connections: 2 })
  await Promise.all(Array.from({ length: 20 }, () => ory.deleteOAuth2Client({ id: 'c1' })))

  expect(seen).toMatchObject({ requests: 20, connections: 2 })
})

test('closes its connections when it is disposed of', async () => {
  const { url, seen } = await serve((_request, response) => noContent(response))
  {
    await using ory = createOry({ adminUrl: url, publicUrl: url })
    await ory.deleteOAuth2Client({ id: 'c1' })
  }
  await expect.poll(() => seen.closed).toBe(1)
})

test.each<[string, (url: string) => Dispatcher]>([
  ['an agent', () => new Agent()],
  ['a client', (url) => new Client(url)],
  ['one with an interceptor', () => new Agent().compose(interceptors.responseError())],
])('goes through %s of undici that is given, and leaves it open', async (_, create) => {
  const { url } = await serve((_request, response) => noContent(response))
  const dispatcher = create(url)
  onTestFinished(() => dispatcher.destroy())
  {
    await using ory = createOry({ adminUrl: url, publicUrl: url, dispatcher })
    expect(await ory.deleteOAuth2Client({ id: 'c1' })).toBeUndefined()
  }
  const { statusCode } = await dispatcher.request({ origin: url, path: '/', method: 'GET' })
  expect(statusCode).toBe(204)
})

test('reads a body in pieces, cut anywhere', async () => {
  const bytes = Buffer.from('{"client_id":"ü€"}')
  const { url } = await serve((_request, response) => {
    response.write(bytes.subarray(0, 15))
    setImmediate(() => response.end(bytes.subarray(15)))
  })

  expect(await connect(url).getOAuth2Client({ id: 'ü€' })).toEqual({ client_id: 'ü€' })
})

test('passes over what comes before an answer', async () => {
  const { url } = await serve((_request, response) => {
    response.writeEarlyHints({ link: '</x>; rel=preload' })
    client(response)
  })

  expect(await connect(url).getOAuth2Client({ id: 'c1' })).toEqual({ client_id: 'c1' })
})

test('follows no redirect', async () => {
  const { url: elsewhere, seen } = await serve((_request, response) => client(response))
  const { url } = await serve((_request, response) => {
    response.writeHead(307, { location: elsewhere }).end()
  })

  expect(await rejectionOf(connect(url).getOAuth2Client({ id: 'c1' }))).toMatchObject({
    reason: 'redirected',
    status: 307,
  })
  expect(seen.requests).toBe(0)
})

test('sends a repeatable call again after its connection broke', async () => {
  const { url, seen } = await serve(inTurn(drop, drop, noContent))

  expect(await connect(url).deleteOAuth2Client({ id: 'c1' })).toBeUndefined()
  expect(seen.requests).toBe(3)
})

test('sends a repeatable call again after half an answer', async () => {
  const half = (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('{"client_id":')
    setImmediate(() => drop(response))
  }
  const { url, seen } = await serve(inTurn(half, client))

  expect(await connect(url).getOAuth2Client({ id: 'c1' })).toEqual({ client_id: 'c1' })
  expect(seen.requests).toBe(2)
})

test('does not send an unrepeatable call again after its connection broke', async () => {
  const { url, seen } = await serve((_request, response) => drop(response))

  const error = await rejectionOf(connect(url).rotateOAuth2ClientSecret({ id: 'c1' }))
  expect(error).toBeInstanceOf(OryTransportError)
  expect(error).toMatchObject({ reason: 'reset', mayHaveRun: true, retryable: true })
  expect(seen.requests).toBe(1)
})

test('sends an unrepeatable call again where no connection came about', async () => {
  let waits = 0
  const random = () => {
    waits += 1
    return 0
  }
  const ory = connect(await closedPort(), { random, retry: { ...soon, maxAttempts: 3 } })

  const error = await rejectionOf(ory.rotateOAuth2ClientSecret({ id: 'c1' }))
  expect(error).toBeInstanceOf(OryTransportError)
  expect(error).toMatchObject({
    reason: 'connect',
    mayHaveRun: false,
    cause: { code: 'ECONNREFUSED' },
  })
  expect(waits).toBe(2)
})

/** Time as a test lets it pass: timers of so many milliseconds fire when they are told to, and no others. */
function firedByHand(ms: number) {
  const timers: (() => void)[] = []
  const clock: OryClock = {
    ...systemClock,
    setTimeout: (callback, after) =>
      after === ms ? timers.push(callback) : systemClock.setTimeout(callback, after),
  }
  return { clock, fire: () => timers.shift()?.() }
}

test('ends an attempt that is never answered, and its connection', async () => {
  const { clock, fire } = firedByHand(60)
  const { url, seen } = await serve(inTurn(fire, noContent))
  const ory = connect(url, { attemptTimeoutMs: 60, clock })

  expect(await ory.deleteOAuth2Client({ id: 'c1' })).toBeUndefined()
  expect(seen.requests).toBe(2)
  await expect.poll(() => seen.closed).toBe(1)
})

test('ends an attempt whose answer never ends', async () => {
  const { clock, fire } = firedByHand(60)
  const drip = (response: ServerResponse) => {
    response.write('{"x":"')
    const timer = setInterval(() => response.write('x'), 5)
    response.on('close', () => clearInterval(timer))
    fire()
  }
  const { url } = await serve((_request, response) => drip(response))
  const ory = connect(url, { attemptTimeoutMs: 60, clock, retry: { ...soon, maxAttempts: 1 } })

  expect(await rejectionOf(ory.getOAuth2Client({ id: 'c1' }))).toMatchObject({
    reason: 'timeout',
    mayHaveRun: true,
  })
})

test('knows that a call which only ever waited for a connection was not seen', async () => {
  const { url, seen } = await serve(never)
  const ory = connect(url, { connections: 1, retry: { ...soon, maxAttempts: 1 } })
  const abort = new AbortController()
  const first = ory.rotateOAuth2ClientSecret({ id: 'c1' }, { signal: abort.signal })
  await expect.poll(() => seen.requests).toBe(1)

  const second = await rejectionOf(ory.rotateOAuth2ClientSecret({ id: 'c1' }, { timeoutMs: 40 }))
  expect(second).toMatchObject({ reason: 'timeout', mayHaveRun: false })

  abort.abort()
  expect(await rejectionOf(first)).toMatchObject({ name: 'OryAbortedError', mayHaveRun: true })
  expect(seen.requests).toBe(1)
})

test('says of a server that does not speak HTTP no more than that', async () => {
  const server = createTcpServer((socket) => socket.end('-ERR secret of another protocol\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo

  const error = await rejectionOf(connect(`http://127.0.0.1:${port}`).getOAuth2Client({ id: 'c1' }))
  expect(error).toMatchObject({ name: 'OryTransportError', reason: 'unknown', mayHaveRun: true })
  expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain('secret')
})

test('takes plain HTTP on an https URL for a mistake of the deployment', async () => {
  const { url } = await serve((_request, response) => client(response))

  const error = await rejectionOf(
    connect(url.replace('http:', 'https:')).getOAuth2Client({ id: 'c1' }),
  )
  expect(error).toBeInstanceOf(OryConfigurationError)
  expect(error).toMatchObject({ reason: 'tls', configuration: true })
})

test('does not keep its process alive', async () => {
  const { url, seen } = await serve((_request, response) => noContent(response))
  const script = `
    import { createOry } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
    await createOry({ adminUrl: ${JSON.stringify(url)} }).deleteOAuth2Client({ id: 'c1' })
    setTimeout(() => console.log('lingers'), 2000).unref()`
  const ran = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])

  expect(await ran).toMatchObject({ stdout: '' })
  expect(seen.requests).toBe(1)
})
