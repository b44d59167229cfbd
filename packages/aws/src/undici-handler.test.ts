import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { signedDynamoDb } from './dynamodb-signed.ts'
import { overUndici } from './undici-handler.ts'

/** A server that says who it is, what it was asked, and two cookies. */
const listening = (name: string) =>
  listeningWith(async (request, response) => {
    response.writeHead(418, { 'x-server': name, 'set-cookie': ['a', 'b'] })
    response.end(`${request.method} ${request.url} ${await text(request)}`)
  })

async function listeningWith(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** What AWS's clients see of a request handler. */
interface Handler {
  handle(
    request: object,
    options?: { abortSignal: AbortSignal },
  ): Promise<{
    response: { statusCode: number; headers: Record<string, string>; body: Uint8Array }
  }>
}

const posted = { method: 'POST', protocol: 'http:', hostname: '127.0.0.1', path: '/p', body: 'ü' }

test('sends each request where it is for, as AWS’s clients have STS asked over the same handler', async () => {
  const ports = [await listening('one'), await listening('two')]
  const { requestHandler } = overUndici({}) as { requestHandler?: Handler }
  const answers = []
  for (const port of [...ports, ports[0]]) {
    const answer = await requestHandler?.handle({ ...posted, port, headers: {} })
    answers.push([answer?.response.headers['x-server'], answer?.response])
  }

  expect(answers.map(([server]) => server)).toEqual(['one', 'two', 'one'])
  expect(answers[0]?.[1]).toMatchObject({
    statusCode: 418,
    headers: { 'set-cookie': 'a,b' },
    body: Buffer.from('POST /p ü'),
  })
})

test('ends a request that is aborted, as Node’s own handler does', async () => {
  const aborting = new AbortController()
  const port = await listeningWith(() => aborting.abort())
  const { requestHandler } = overUndici({}) as { requestHandler?: Handler }
  const options = { abortSignal: aborting.signal }

  await expect(
    requestHandler?.handle({ ...posted, port, headers: {} }, options),
  ).rejects.toMatchObject({ name: 'AbortError' })
})

const limits = { connectMs: 100, answerMs: 100, attempts: 1, callMs: 10_000 }
const name = (error: unknown) => (error as Error).name

/** A server that never answers, and time that goes by once it was asked: as long as an answer may take. */
async function neverAnswering() {
  const asked = Promise.withResolvers<void>()
  const port = await listeningWith(() => asked.resolve())
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const cameOf = async (call: Promise<unknown> | undefined) => {
    const outcome = call?.catch(name)
    await asked.promise
    vi.advanceTimersByTime(limits.answerMs)
    return Promise.race([outcome, setImmediate('still waits')])
  }
  return { port, cameOf }
}

test('gives an attempt up when its time is over, and not a second later as undici would', async () => {
  const { port, cameOf } = await neverAnswering()
  const { requestHandler } = overUndici({ limits }) as { requestHandler?: Handler }
  const asked = requestHandler?.handle({ ...posted, port, headers: {} })

  expect(await cameOf(asked)).toBe('TimeoutError')
})

test('gives an attempt at DynamoDB up when its time is over', async () => {
  const { port, cameOf } = await neverAnswering()
  const endpoint = `http://127.0.0.1:${port}`
  const credentials = { accessKeyId: 'id', secretAccessKey: 'key' }
  const db = signedDynamoDb({ region: 'us-east-1', endpoint, credentials }, { limits })

  expect(await cameOf(db.getItem({ TableName: 't', Key: {} }))).toBe('TimeoutError')
})
