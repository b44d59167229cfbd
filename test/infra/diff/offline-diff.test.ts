import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../engine/platform.ts'
import { synthesize } from '../engine/synthesize.ts'
import { type OfflineDiff, offlineDiff } from './offline-diff.ts'

let diff: OfflineDiff
const kept = mkdtempSync(join(tmpdir(), 'lapse-bundles-'))

beforeAll(async () => {
  diff = await offlineDiff('test', (made) => {
    // A bundle is split: what is loaded later is in files of their own beside it.
    for (const { name, file } of made.bundles)
      cpSync(dirname(file), join(kept, name), { recursive: true })
    return made
  })
})

afterAll(() => rmSync(kept, { recursive: true }))

const entry = (name: string) => join(kept, name, 'bundle.mjs')
const text = (name: string) =>
  readdirSync(join(kept, name))
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => readFileSync(join(kept, name, file), 'utf8'))
    .join('\n')

test("SST's own command line plans what is asserted of the stack", async () => {
  const { resources } = await synthesize({ stage: 'test' })
  const named = (urns: readonly string[]) => [...new Set(urns.map(nameIn))].toSorted()

  expect(named(diff.created)).toEqual(named(resources.map(({ urn }) => urn)))
})

test('sst-env.d.ts is what SST writes', async () => {
  await expect(diff.types).toMatchFileSnapshot(resolve(root, 'sst-env.d.ts'))
})

test('every bundle loads and exports its handler', async () => {
  expect(diff.bundles.length).toBeGreaterThan(4)
  const loaded = await Promise.all(diff.bundles.map(({ name }) => handlerOf(entry(name))))

  expect(loaded).toEqual(diff.bundles.map(() => 'function'))
})

test('no bundle asks for HTTP/2', () => {
  const asking = diff.bundles.filter(({ name }) => /["'](node:)?http2["']/.test(text(name)))

  expect(asking.map(({ name }) => name)).toEqual([])
})

test("every bundle holds one of undici's four parsers", () => {
  // As base64: what every WebAssembly module begins with.
  const parsersIn = (name: string) => text(name).match(/AGFzbQEAAAA/g)?.length ?? 0
  const counted = Object.fromEntries(diff.bundles.map(({ name }) => [name, parsersIn(name)]))

  expect(new Set(Object.values(counted))).toEqual(new Set([1]))
})

test('the door holds every source, and not the Ory client', () => {
  const door = text('Webhook')

  expect(door).toContain('x-hub-signature-256')
  expect(door).toContain('ory-polis-signature')
  expect(door).not.toContain('revokeOAuth2ConsentSessions')
})

test('the bundled door knows every source by its own scheme', async () => {
  const sources = readdirSync(resolve(root, 'packages/webhooks/src/sources'))
  const answers = await answersOf(entry('Webhook'), [...sources, 'nobody'])

  // 401 is for a source that was loaded and its signature looked at; 503 would be for one that is not there.
  expect(answers).toEqual({
    ...Object.fromEntries(sources.map((name) => [name, 401])),
    nobody: 503,
  })
})

/** What a bundled door answers to a request without a signature, source by source. */
async function answersOf(file: string, sources: readonly string[]): Promise<unknown> {
  const secret = { SecretString: `whsec_${Buffer.alloc(24).toString('base64')}` }
  const server = createServer((_request, response) => void response.end(JSON.stringify(secret)))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const script = `
    const { handler } = await import(${JSON.stringify(file)})
    const answers = {}
    for (const name of ${JSON.stringify(sources)}) {
      const http = { method: 'POST', path: '/webhooks/' + name, sourceIp: '127.0.0.1' }
      const requestContext = { http, domainName: 'door.example' }
      const headers = { host: 'door.example', 'content-type': 'application/json' }
      const request = { version: '2.0', rawPath: http.path, rawQueryString: '', headers, requestContext }
      const { statusCode } = await handler({ ...request, body: '{}', isBase64Encoded: false }, {})
      answers[name] = statusCode
    }
    process.stdout.write('answers:' + JSON.stringify(answers))
  `
  const queue = 'http://127.0.0.1:9/queue'
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    {
      env: {
        APP_OFFBOARDED_INCIDENT_QUEUE_URL: queue,
        APP_OFFBOARDED_QUEUE_URL: queue,
        AWS_ACCESS_KEY_ID: 'offline',
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
        AWS_REGION: 'eu-central-1',
        AWS_SECRET_ACCESS_KEY: 'offline',
        KEY_ROTATED_INCIDENT_QUEUE_URL: queue,
        KEY_ROTATED_QUEUE_URL: queue,
        USER_DELETED_INCIDENT_QUEUE_URL: queue,
        USER_DELETED_QUEUE_URL: queue,
        USER_SIGNED_OUT_INCIDENT_QUEUE_URL: queue,
        USER_SIGNED_OUT_QUEUE_URL: queue,
        USER_SUSPENDED_INCIDENT_QUEUE_URL: queue,
        USER_SUSPENDED_QUEUE_URL: queue,
        WEBHOOK_SECRETS: JSON.stringify(Object.fromEntries(sources.map((name) => [name, name]))),
      },
    },
  ).finally(() => {
    server.close()
    server.closeAllConnections()
  })
  return JSON.parse(stdout.slice(stdout.indexOf('answers:') + 'answers:'.length))
}

function nameIn(urn: string): string {
  const [, , types = '', name = ''] = urn.split('::')
  return `${types.split('$').at(-1)} ${name}`
}

async function handlerOf(file: string): Promise<string> {
  const script = `import(${JSON.stringify(file)}).then((bundle) => console.log(typeof bundle.handler))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script])
  return stdout.trim()
}
