import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  ConfigError,
  OryAbortedError,
  OryMismatchError,
  OryResponseError,
} from '@lapse/core/errors'
import { createOry, type OryOptions } from '@lapse/core/ory'
import { expect, onTestFinished, test } from 'vitest'
import { createBareClient, createClient, unique } from './setup/created.ts'
import { adminUrl, ory, publicUrl } from './setup/server.ts'
import { configurationError, transportError } from './setup/thrown.ts'
import { isActive } from './setup/tokens.ts'

const connect = (options: Partial<OryOptions>) =>
  createOry({ adminUrl, publicUrl, retry: { maxAttempts: 1 }, ...options })

/** Another server than Ory on this machine, until the end of the test. */
const listen = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')

  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An address that nobody listens at. */
const deadUrl = async (): Promise<string> => {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')

  return `http://127.0.0.1:${port}`
}

test('OryConfigurationError: the public URL in place of the admin one is not a client that is gone', async () => {
  const { client_id: id } = await createBareClient()
  const mistaken = connect({ adminUrl: publicUrl })

  const errors = [
    await configurationError(mistaken.getOAuth2Client({ id })),
    await configurationError(mistaken.deleteOAuth2Client({ id })),
    await configurationError(mistaken.listOAuth2Clients()),
  ]

  for (const error of errors) {
    expect(error).toMatchObject({
      name: 'OryConfigurationError',
      code: 'ERR_ORY_CONFIGURATION',
      reason: 'route-not-found',
      status: 404,
      configuration: true,
    })
  }
  expect(await ory.getOAuth2Client({ id })).toMatchObject({ client_id: id })
})

test('OryConfigurationError: the admin URL in place of the public one', async () => {
  const { basic } = await createClient()
  const mistaken = connect({ publicUrl: adminUrl })

  const error = await configurationError(mistaken.revokeOAuth2Token({ token: 'any', basic }))

  expect(error).toMatchObject({ reason: 'route-not-found', status: 404 })
})

test('OryConfigurationError: a base path that the server does not have', async () => {
  const { client_id: id } = await createBareClient()
  const mistaken = connect({ adminUrl: new URL('/no/such/base', adminUrl) })

  const error = await configurationError(mistaken.deleteOAuth2Client({ id }))

  expect(error).toMatchObject({ reason: 'route-not-found', status: 404 })
})

test('OryConfigurationError: a server that sends its callers elsewhere', async () => {
  const elsewhere = await listen((_request, response) =>
    response.writeHead(302, { location: new URL('/admin/clients', adminUrl).href }).end(),
  )

  const error = await configurationError(connect({ adminUrl: elsewhere }).listOAuth2Clients())

  expect(error).toMatchObject({ reason: 'redirected', status: 302 })
})

test('OryConfigurationError: a host that does not exist', async () => {
  const mistaken = connect({ adminUrl: 'http://no-such-host.invalid:4445' })

  const error = await configurationError(mistaken.getOAuth2Client({ id: 'any' }))

  expect(error).toMatchObject({ reason: 'dns', status: undefined })
})

test('OryConfigurationError: TLS asked of a server that speaks none', async () => {
  const plainUrl = await listen((_request, response) => response.end())
  const mistaken = connect({ adminUrl: plainUrl.replace('http:', 'https:') })

  const error = await configurationError(mistaken.getOAuth2Client({ id: 'any' }))

  expect(error).toMatchObject({ reason: 'tls', status: undefined })
})

test('OryTransportError: nobody listens, so nothing can have been done', async () => {
  const url = await deadUrl()
  const mistaken = connect({ adminUrl: url, publicUrl: url })

  const error = await transportError(mistaken.createOAuth2Client({ body: {} }))

  expect(error).toMatchObject({
    name: 'OryTransportError',
    code: 'ERR_ORY_TRANSPORT',
    reason: 'connect',
    mayHaveRun: false,
    retryable: true,
  })
})

test('OryTransportError: no answer in time, so it may have been done', async () => {
  const timers: (() => void)[] = []
  const clock = {
    now: Date.now,
    setTimeout: (callback: () => void) => timers.push(callback),
    clearTimeout: () => undefined,
  }
  const adminUrl = await listen(() => {
    for (const timeIsUp of timers.splice(0)) timeIsUp()
  })

  const error = await transportError(connect({ adminUrl, clock }).deleteOAuth2Client({ id: 'any' }))

  expect(error).toMatchObject({ reason: 'timeout', mayHaveRun: true })
})

test('OryTransportError: the connection ends without an answer', async () => {
  const rude = connect({ adminUrl: await listen(({ socket }) => socket.destroy()) })

  const error = await transportError(rude.deleteOAuth2Client({ id: 'any' }))

  expect(error).toMatchObject({ reason: 'reset', mayHaveRun: true })
})

test.each([
  ['a page for people', '<html>hello</html>'],
  ['a list', '[]'],
  ['half an object', '{"client_id":'],
  ['nothing', ''],
])('OryResponseError: 200 with %s where a client was to come', async (_what, body) => {
  const strange = connect({ adminUrl: await listen((_request, response) => response.end(body)) })

  const call = strange.getOAuth2Client({ id: 'any' })

  await expect(call).rejects.toBeInstanceOf(OryResponseError)
  await expect(call).rejects.toMatchObject({
    name: 'OryResponseError',
    code: 'ERR_ORY_RESPONSE',
    operation: 'getOAuth2Client',
    status: 200,
  })
})

test('OryMismatchError: another client is answered than the one asked for', async () => {
  const { client_id } = await createBareClient()
  // As a database that takes capitals for small letters would have it, or a proxy that rewrites paths.
  const mistaken = connect({
    adminUrl: await listen(async (_request, response) => {
      const answered = await fetch(new URL(`/admin/clients/${client_id}`, adminUrl))
      response.end(await answered.text())
    }),
  })

  const call = mistaken.getOAuth2Client({ id: client_id.toUpperCase() })

  await expect(call).rejects.toBeInstanceOf(OryMismatchError)
  await expect(call).rejects.toMatchObject({
    name: 'OryMismatchError',
    code: 'ERR_ORY_MISMATCH',
    operation: 'getOAuth2Client',
    retryable: false,
    configuration: false,
  })
  expect(await mistaken.getOAuth2Client({ id: client_id })).toMatchObject({ client_id })
})

test('OryAbortedError: the caller gave up before the call, and nothing was sent', async () => {
  const client_id = unique('never')
  const signal = AbortSignal.abort()

  const call = ory.createOAuth2Client({ body: { client_id } }, { signal })

  await expect(call).rejects.toBeInstanceOf(OryAbortedError)
  await expect(ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ rowMissing: true })
})

test('OryAbortedError: the caller gave up while waiting for the answer', async () => {
  const gaveUp = new AbortController()
  const silent = connect({ adminUrl: await listen(() => gaveUp.abort()) })

  const call = silent.getOAuth2Client({ id: 'any' }, { signal: gaveUp.signal })

  await expect(call).rejects.toMatchObject({
    name: 'OryAbortedError',
    code: 'ERR_ORY_ABORTED',
    operation: 'getOAuth2Client',
  })
})

test('ConfigError: a public operation without a public URL, and no other', async () => {
  const adminOnly = createOry({ adminUrl })
  const { client_id: id } = await createBareClient()

  expect(await adminOnly.getOAuth2Client({ id })).toMatchObject({ client_id: id })
  await expect(
    adminOnly.oauth2TokenExchange({ grant_type: 'client_credentials', client_id: id }),
  ).rejects.toBeInstanceOf(ConfigError)
})

test('says no secret, no token and no subject of the call in an error', async () => {
  const token = 'ory_at_a-token-of-this-case'
  const client_secret = 'a-secret-of-this-case'

  const error = await ory
    .revokeOAuth2Token({ token, basic: { client_id: unique('unknown'), client_secret } })
    .catch((thrown: unknown) => thrown as Error)

  const said = `${error?.message} ${error?.stack} ${JSON.stringify(error)}`
  expect(error).toBeInstanceOf(Error)
  expect(said).not.toContain(token)
  expect(said).not.toContain(client_secret)
})

test('repeats nothing of a malformed body that the server repeats in its answer', async () => {
  const client_uri = 'a-client-uri-of-this-case'

  const error = await createBareClient({ logo_uri: `ftp://${client_uri}` }).catch(
    (thrown: unknown) => thrown as Error,
  )

  expect(JSON.stringify(error)).toContain('invalid_client_metadata')
  expect(JSON.stringify(error)).not.toContain(client_uri)
})

test('keeps working after an error on the same connection', async () => {
  const { client_id: id } = await createBareClient()

  await ory.getOAuth2Client({ id: unique('unknown') }).catch(() => undefined)

  expect(await ory.getOAuth2Client({ id })).toMatchObject({ client_id: id })
  expect(await isActive('no-such-token')).toBe(false)
})
