import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { systemClock } from '@lapse/core/ports'
import { memoryLedger, recordingLog, recordingMetrics } from '@lapse/core/testing'
import { door, type TokenRow } from '@lapse/webhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const sources = await readdir(join(root, 'packages/webhooks/src/sources'))
const examples = examplesIn(await readFile(join(root, 'docs/webhooks.md'), 'utf8'))

interface Queued {
  readonly stem: string
  readonly event: unknown
}

/** What each example is about. */
const expected: Readonly<Record<string, Queued>> = {
  standard: userDeleted('alice'),
  clerk: userDeleted('user_29wBMCtzATuFJut8jO2VNTVekS4'),
  polis: userSuspended('alice'),
  github: appOffboarded('notes', 'delete'),
  'ory-actions': userDeleted('alice'),
  cloudevents: appOffboarded('mail', 'suspend'),
  'global-token-revocation': {
    stem: 'user-signed-out-incident',
    event: expect.objectContaining({
      type: 'user.signed-out',
      data: expect.objectContaining({ subject: 'alice' }),
    }),
  },
}

const queued: Queued[] = []

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** What each source's sender signs with, where it is not a secret that both sides have. */
const signing: Readonly<Record<string, string>> = {
  'global-token-revocation': privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
}

const answers: Readonly<Record<string, RegExp>> = { 'global-token-revocation': /^204 \n$/ }

const app = door(async () => ({
  secretsOf: async () => [secret],
  sources,
  enqueue: async (stem, body) => void queued.push({ stem, event: JSON.parse(body) }),
  subjectField: 'subject',
  revocation: {
    issuers: [
      { issuer: 'https://acme.okta.com', jwksUri: '', subjectIssuers: ['https://acme.okta.com'] },
    ],
    get url() {
      const { port } = server.address() as AddressInfo
      return `http://127.0.0.1:${port}/webhooks/global-token-revocation`
    },
    keysAt: async () => ({
      keys: [{ ...publicKey.export({ format: 'jwk' }), kty: 'EC', kid: 'acme-1' }],
    }),
    ledger: memoryLedger<TokenRow>(),
  },
  clock: systemClock,
  log: recordingLog(),
  metrics: recordingMetrics(),
}))

const server = createServer((request, response) => void serve(request, response))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhook-examples-'))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
})

afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

test('every source has an example', () => {
  expect([...examples.keys()].sort()).toEqual([...sources].sort())
})

test.each([...examples])('the example for %s is taken', async (source, code) => {
  const file = join(folder, `${source}.mjs`)
  await writeFile(file, code)
  const { port } = server.address() as AddressInfo
  const env = {
    // As SST prints a function URL.
    LAPSE_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    LAPSE_WEBHOOK_SECRET: signing[source] ?? secret,
  }
  queued.length = 0

  const { stdout } = await promisify(execFile)(process.execPath, [file], { env })

  expect(stdout).toMatch(answers[source] ?? /^202 \{"id":"[^"]+"\}\n$/)
  expect(queued).toEqual([expected[source]])
})

function userDeleted(subject: string): Queued {
  return {
    stem: 'user-deleted',
    event: expect.objectContaining({ type: 'user.deleted', data: { subject } }),
  }
}

function userSuspended(subject: string): Queued {
  return {
    stem: 'user-suspended',
    event: expect.objectContaining({ type: 'user.suspended', data: { subject } }),
  }
}

function appOffboarded(client_id: string, mode: string): Queued {
  return {
    stem: 'app-offboarded',
    event: expect.objectContaining({ type: 'app.offboarded', data: { client_id, mode } }),
  }
}

/** The JavaScript under each source's heading. */
function examplesIn(document: string): ReadonlyMap<string, string> {
  const [, ...sections] = document.split(/^### `/m)
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf('`')),
      /^```js\n(.*?)^```$/ms.exec(section)?.[1] ?? '',
    ]),
  )
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await app.request(request.url ?? '/', {
    method: String(request.method),
    headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    body: await buffer(request),
  })
  response.writeHead(answer.status).end(await answer.text())
}
