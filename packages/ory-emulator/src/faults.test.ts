import { request } from 'node:http'
import { expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from './start.ts'
import { ask } from './testing/ask.ts'

const create = (ory: OryEmulator, client_id: string) =>
  ask('POST', ory.adminUrl, '/admin/clients', { json: { client_id } })

const exists = async (ory: OryEmulator, id: string) =>
  (await ask('GET', ory.adminUrl, `/admin/clients/${id}`)).status === 200

test('drops the answer after the work was done', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: 'createOAuth2Client', kind: 'drop-after' })

  await expect(create(ory, 'mail')).rejects.toMatchObject({ code: 'ECONNRESET' })

  expect(await exists(ory, 'mail')).toBe(true)
  expect(ory.requests[0]).toMatchObject({ status: undefined, fault: 'drop-after' })
})

test('resets the connection before anything was done', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: 'createOAuth2Client', kind: 'reset-before' })

  await expect(create(ory, 'mail')).rejects.toMatchObject({ code: 'ECONNRESET' })

  expect(await exists(ory, 'mail')).toBe(false)
})

test.each([
  ['headers', 0],
  ['half-body', 1],
] as const)('resets the connection after the %s', async (after, leastBytes) => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: 'createOAuth2Client', kind: 'reset-during', after })

  const { status, bytes, announced, error } = await readUntilReset(ory, 'mail')

  expect(status).toBe(201)
  expect(error).toMatchObject({ code: 'ECONNRESET' })
  expect(bytes).toBeGreaterThanOrEqual(leastBytes)
  expect(bytes).toBeLessThan(announced)
  expect(await exists(ory, 'mail')).toBe(true)
})

function readUntilReset(ory: OryEmulator, client_id: string) {
  const { hostname, port } = new URL(ory.adminUrl)
  const options = { hostname, port, path: '/admin/clients', method: 'POST', agent: false }
  return new Promise<{ status?: number; bytes: number; announced: number; error: Error }>(
    (resolve, reject) => {
      const asked = request(options, (answer) => {
        // From here on the connection's end is the answer's error as well.
        asked.off('error', reject)
        asked.on('error', () => {})
        const read = { status: answer.statusCode ?? 0, bytes: 0 }
        const announced = Number(answer.headers['content-length'])
        answer.on('data', (chunk: Buffer) => {
          read.bytes += chunk.length
        })
        answer.on('error', (error) => resolve({ ...read, announced, error }))
        answer.on('end', () => reject(new Error('the answer came to its end')))
      })
      asked.on('error', reject)
      asked.end(JSON.stringify({ client_id }))
    },
  )
}

test('answers instead of working, with the headers and body asked for', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({
    operation: 'createOAuth2Client',
    kind: 'status',
    status: 429,
    headers: { 'x-ratelimit-reset': ['0', '12'] },
    json: { error: { code: 429 } },
  })

  const answer = await create(ory, 'mail')

  expect(answer).toMatchObject({ status: 429, json: { error: { code: 429 } } })
  expect(answer.headers['x-ratelimit-reset']).toBe('0, 12')
  expect(await exists(ory, 'mail')).toBe(false)
})

test('answers with an empty body where none is asked for', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: 'createOAuth2Client', kind: 'status', status: 503 })

  const answer = await create(ory, 'mail')

  expect(answer).toMatchObject({ status: 503, text: '' })
  expect(answer.headers['content-type']).toBeUndefined()
})

test('says that it deleted, and did not', async () => {
  await using ory = await startOryEmulator()
  await create(ory, 'mail')
  ory.faults.add({ operation: 'deleteOAuth2Client', kind: 'ignore', times: 1 })

  const first = await ask('DELETE', ory.adminUrl, '/admin/clients/mail')

  expect(first.status).toBe(204)
  expect(await exists(ory, 'mail')).toBe(true)
  expect((await ask('DELETE', ory.adminUrl, '/admin/clients/mail')).status).toBe(204)
  expect(await exists(ory, 'mail')).toBe(false)
})

test('ignores with the status that says success where 204 does not', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: 'revokeOAuth2Token', kind: 'ignore', status: 200 })

  const answer = await ask('POST', ory.publicUrl, '/oauth2/revoke', { form: { token: 'x' } })

  expect(answer).toMatchObject({ status: 200, text: '' })
})

test('works late', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: 'createOAuth2Client', kind: 'delay', ms: 30 })
  const asked = performance.now()

  const answer = await create(ory, 'mail')

  expect(answer.status).toBe(201)
  // Timers may fire a millisecond early.
  expect(performance.now() - asked).toBeGreaterThan(28)
})

test('does not work at all for a caller who hung up meanwhile', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: 'createOAuth2Client', kind: 'delay', ms: 60_000, times: 1 })
  const { hostname, port } = new URL(ory.adminUrl)
  const asked = request({ hostname, port, path: '/admin/clients', method: 'POST', agent: false })
  const hungUp = new Promise((resolve) => asked.once('error', resolve))
  asked.end('{"client_id":"mail"}')
  await requestSeen(ory)

  asked.destroy()
  await hungUp

  expect(await exists(ory, 'mail')).toBe(false)
  expect(ory.requests[0]).toMatchObject({ status: undefined, fault: 'delay' })
})

async function requestSeen(ory: OryEmulator): Promise<void> {
  while (ory.requests.length === 0) await new Promise(setImmediate)
}

test('hits so many times, after so many were let through', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({
    operation: 'createOAuth2Client',
    kind: 'status',
    status: 500,
    skip: 1,
    times: 2,
  })

  const statuses = []
  for (const id of ['a', 'b', 'c', 'd']) statuses.push((await create(ory, id)).status)

  expect(statuses).toEqual([201, 500, 500, 201])
})

test('hits only its operation, and only what its predicate picks', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({
    operation: 'getOAuth2Client',
    kind: 'status',
    status: 500,
    when: ({ path }) => path.endsWith('/mail'),
  })

  expect((await create(ory, 'mail')).status).toBe(201)
  expect((await create(ory, 'chat')).status).toBe(201)
  expect(await exists(ory, 'chat')).toBe(true)
  expect((await ask('GET', ory.adminUrl, '/admin/clients/mail')).status).toBe(500)
})

test('shows its predicate the operation, method, path and query', async () => {
  await using ory = await startOryEmulator()
  const shown: unknown[] = []
  ory.faults.add({
    operation: '*',
    kind: 'status',
    status: 500,
    when: ({ operation, method, path, query }) => {
      shown.push([operation, method, path, query.get('owner')])
      return false
    },
  })

  await ask('HEAD', ory.adminUrl, '/clients/?owner=al%20ice')

  expect(shown).toEqual([['listOAuth2Clients', 'HEAD', '/admin/clients', 'al ice']])
})

test('the fault added first hits first, and * is every operation', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: '*', kind: 'status', status: 502, times: 1 })
  ory.faults.add({ operation: 'createOAuth2Client', kind: 'status', status: 503, times: 1 })

  const statuses = []
  for (const id of ['a', 'b', 'c']) statuses.push((await create(ory, id)).status)

  expect(statuses).toEqual([502, 503, 201])
})

test('is well again once a fault is removed, or all are cleared', async () => {
  await using ory = await startOryEmulator()
  const remove = ory.faults.add({ operation: '*', kind: 'status', status: 502 })
  ory.faults.add({ operation: '*', kind: 'status', status: 503 })

  remove()
  expect((await create(ory, 'a')).status).toBe(503)
  ory.faults.clear()
  expect((await create(ory, 'a')).status).toBe(201)
})

test('does not arm a fault that could never hit', async () => {
  await using ory = await startOryEmulator()

  expect(() => ory.faults.add({ operation: 'createClient', kind: 'drop-after' })).toThrow(
    'Ory has no operation called createClient',
  )
})

test('leaves what has no route to its 404', async () => {
  await using ory = await startOryEmulator()
  ory.faults.add({ operation: '*', kind: 'status', status: 502 })

  expect((await ask('GET', ory.adminUrl, '/admin/nowhere')).status).toBe(404)
})
