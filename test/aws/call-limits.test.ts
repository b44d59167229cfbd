import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { secretVersions } from '@lapse/aws/secret-versions'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { sqsOutbox } from '@lapse/aws/sqs-outbox'
import { UnavailableError } from '@lapse/core/errors'
import { systemClock } from '@lapse/core/ports'
import { afterEach, expect, test } from 'vitest'

const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A server that takes connections, says what it is told to at the first byte, and hangs. */
async function startHanging(says = '') {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    if (says !== '') socket.on('data', () => socket.write(says))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.length,
  }
}

const short = { connectMs: 100, answerMs: 100, attempts: 2, callMs: 120_000 }

/** Every port, and a call of it. */
function callsAt(endpoint: string, limits = short) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const config = { region: 'us-east-1', credentials, endpoint, limits }
  const ledger = dynamoDbLedger('t', systemClock, config)
  const key = { workflow: 'w', event: 'e', pass: 'p' }
  const secrets = secretVersions(config)
  const outbox = sqsOutbox({ queueUrl: `${endpoint}/0/q`, dlqUrl: `${endpoint}/0/d` }, config)
  return {
    'a read of the ledger': () => ledger.read(key),
    'a write to the ledger': () => ledger.write(key, {}, 0, undefined),
    'a read of a secret': () => secretsManager(config).get('s'),
    'a description of a secret': () => secrets.describe('s'),
    'a list of secrets': () => Array.fromAsync(secrets.list()),
    'a deletion of a secret': () => secrets.delete('s', 30),
    'a message to a queue': () => outbox.send({ body: 'b', attributes: {} }),
  }
}

const names = Object.keys(callsAt('http://127.0.0.1:1')) as (keyof ReturnType<typeof callsAt>)[]

async function timed(call: () => Promise<unknown>) {
  const from = performance.now()
  const failure = await call().catch((error: unknown) => error)
  return { failure, ms: performance.now() - from }
}

test.each(names)(
  '%s that is never answered ends as unavailable, tried again once',
  async (name) => {
    const { endpoint, connections } = await startHanging()
    const { failure, ms } = await timed(callsAt(endpoint)[name])

    expect(failure).toBeInstanceOf(UnavailableError)
    expect(ms).toBeLessThan(60_000)
    await expect.poll(connections).toBe(2)
  },
)

test.each(['a read of the ledger', 'a read of a secret'] as const)(
  '%s whose answer stops halfway ends as unavailable, tried again once',
  async (name) => {
    const halfway = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'
    const { endpoint, connections } = await startHanging(halfway)
    const { failure } = await timed(callsAt(endpoint)[name])

    expect(failure).toMatchObject({ code: 'ERR_UNAVAILABLE', failure: 'TimeoutError' })
    await expect.poll(connections).toBe(2)
  },
)

test.each(['a read of the ledger', 'a read of a secret'] as const)(
  '%s where no TLS comes about ends as unavailable, tried again once',
  async (name) => {
    const { endpoint, connections } = await startHanging()
    const limits = { ...short, answerMs: 60_000 }
    const { failure } = await timed(callsAt(endpoint.replace('http:', 'https:'), limits)[name])

    expect(failure).toMatchObject({ code: 'ERR_UNAVAILABLE', failure: 'TimeoutError' })
    await expect.poll(connections).toBe(2)
  },
)

test.each([
  ['a message to a queue', 'AbortError'],
  ['a read of the ledger', 'TimeoutError'],
] as const)('%s ends in its own time, however long an attempt may take', async (name, failed) => {
  const { endpoint } = await startHanging()
  const limits = { ...short, answerMs: 100_000, callMs: 200 }
  const warnings: Error[] = []
  const warned = (warning: Error) => void warnings.push(warning)
  process.on('warning', warned)
  const { failure, ms } = await timed(callsAt(endpoint, limits)[name])
  process.off('warning', warned)

  expect(warnings).toEqual([])
  expect(failure).toMatchObject({ code: 'ERR_UNAVAILABLE', failure: failed })
  expect(ms).toBeLessThan(60_000)
})

test('a server that refuses connections is unavailable, by the code of the network', async () => {
  const { failure } = await timed(callsAt('http://127.0.0.1:1')['a read of the ledger'])

  expect(failure).toMatchObject({
    code: 'ERR_UNAVAILABLE',
    message: 'table t is unavailable for now: ECONNREFUSED',
  })
})

test.each(['a read of the ledger', 'a read of a secret'] as const)(
  '%s that is answered with a garbled text ends without a word of it',
  async (name) => {
    const garbled =
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{"SecretString":"hush"}'
    const { endpoint } = await startHanging(garbled)
    const limits = { ...short, connectMs: 60_000, answerMs: 60_000 }
    const { failure } = await timed(callsAt(endpoint, limits)[name])

    expect(failure).toMatchObject({ name: 'HTTPParserError' })
    expect(inspect(failure, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toMatch(
      /hush/,
    )
  },
)
