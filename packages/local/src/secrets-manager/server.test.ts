import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { startCalls } from './fixtures/calls.ts'
import { startSecretsManager } from './server.ts'

const sm = await startCalls()
afterAll(sm.stop)

const post = (headers: Record<string, string>, body: string) =>
  fetch(sm.server.endpoint, { method: 'POST', headers, body })

const authorized = { authorization: 'AWS4-HMAC-SHA256' }

test.each([
  ['secretsmanager.GetSecretValue', '[]', 'SerializationException'],
  ['secretsmanager.GetSecretValue', '{"SecretId":', 'SerializationException'],
  ['secretsmanager.GetSecretValue', '{"SecretId":7}', 'SerializationException'],
  ['secretsmanager.GetSecretValue', '{}', 'ValidationException'],
  ['secretsmanager.ListSecrets', '{"MaxResults":"7"}', 'SerializationException'],
  ['secretsmanager.ListSecrets', '{"IncludePlannedDeletion":1}', 'SerializationException'],
  ['secretsmanager.ListSecrets', '{"Filters":["name"]}', 'SerializationException'],
  [
    'secretsmanager.ListSecrets',
    '{"Filters":[{"Key":"name","Values":[1]}]}',
    'SerializationException',
  ],
  ['secretsmanager.Nothing', '{}', 'UnknownOperationException'],
  ['AmazonSQS.ListSecrets', '{}', 'UnknownOperationException'],
])('refuses %s with the body %s as AWS does', async (target, body, type) => {
  const response = await post({ 'x-amz-target': target, ...authorized }, body)

  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1')
  expect(await response.json()).toMatchObject({ __type: type, Message: expect.any(String) })
})

test('refuses a call that nobody signed', async () => {
  const response = await post({ 'x-amz-target': 'secretsmanager.ListSecrets' }, '{}')

  expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
})

test('outlives a client that is cut off in the middle of a call', async () => {
  const socket = connect(sm.server.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half')

  // The first call gives the server time to take the half call in, the second to see it end.
  await sm.list({})
  socket.resetAndDestroy()
  await once(socket, 'close')
  await sm.list({})

  await expect(sm.list({})).resolves.toBeDefined()
})

test('stops although a call is only half sent', async () => {
  const other = await startSecretsManager()
  const socket = connect(other.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half')
  await once(socket, 'connect')
  await fetch(other.endpoint)

  await expect(other.stop()).resolves.toBeUndefined()
})
