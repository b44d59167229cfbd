import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Local, startLocal } from '@lapse/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretsManagerAt } from '../demo/secrets-manager.ts'
import { writeDevFile } from '../dev-file.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import { runLapse } from '../testing/lapse-process.ts'

const oneLine = /^lapse: [^\n]+\n$/
const entries = [
  { secretId: 'app/notes', overlap: 'PT1H' },
  { secretId: 'app/gone', overlap: '30m' },
]

const state: { local?: Local } = {}
const environment = () => (state.local as Local).environment

beforeAll(async () => {
  const variables = { ROTATED_SECRETS: JSON.stringify(entries) }
  state.local = await startLocal({ functions: [], schedules: [], variables })
  await secretsManagerAt(state.local.endpoints.secretsManager)('CreateSecret', {
    Name: 'app/notes',
    SecretString: JSON.stringify({ client_id: 'notes', client_secret: 's3cret' }),
  })
})
afterAll(() => state.local?.stop())

const rotate = (args: readonly string[], env: Readonly<Record<string, string>> = environment()) =>
  runLapse(['rotate', ...args], { env })
const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lapse-rotate-'))

test.concurrent('tells how every configured secret stands, and no value', async () => {
  const [json, told] = await Promise.all([rotate(['--status', '--json']), rotate(['--status'])])

  expect(json).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(json.stdout)).toMatchObject([
    { secretId: 'app/notes', rotationEnabled: false, overlapMs: 3_600_000 },
    { secretId: 'app/gone' },
  ])
  expect(told).toMatchObject({ code: 0, stderr: '' })
  expect(told.stdout).toMatch(/^app\/notes\n {2}verdict +missing: Ory has no client notes\n/)
  expect(told.stdout).toMatch(/\n {2}AWSCURRENT +\S+\n {2}age +\d+/)
  expect(told.stdout).toMatch(/rotation +not enabled; old and new overlap for 1 h\n/)
  expect(told.stdout).toMatch(
    /app\/gone\n {2}verdict +missing: there is no secret app\/gone\n {2}next +aws /,
  )
  expect(json.stdout + told.stdout).not.toContain('s3cret')
})

test.concurrent('goes by the lapse dev that runs here', async () => {
  const cwd = await emptyDirectory()
  const standIn = await startStandIn()
  const dev = {
    pid: standIn.pid,
    started_at: '',
    endpoints: {},
    queues: [],
    webhooks: {},
    functions: {},
  }
  await writeDevFile(cwd, { ...dev, environment: environment() })

  const { code, stdout } = await runLapse(['rotate', '--status'], { cwd })
  await standIn.stop()

  expect(code).toBe(0)
  expect(stdout).toContain('app/notes')
})

// One after the other: two at a time would meet at the lease of their client.
test.each([
  [['app/notes'], /rotation of app\/notes is not enabled \(rotation-not-enabled\)/],
  [['app/notes', '--rollback'], /there is no overlap, and nothing to roll back to/],
  [['app/notes', '--repair'], /Ory has no client notes \(client-missing\)/],
  [['app/gone'], /there is no secret app\/gone \(secret-missing\); lapse rotate --status says/],
  [
    ['lapse/ledger-key'],
    /is not configured for rotation \(secret-not-configured\); lapse rotate --status names/,
  ],
])('cannot do %j as things are', async (args, problem) => {
  const { code, stdout, stderr } = await rotate(args)

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
  expect(stderr).not.toContain('s3cret')
})

test.each(['["notes"]', '["console", "notes"]', 'console, notes'])(
  'touches no client that the functions would not, protected as %s',
  async (PROTECTED_CLIENT_IDS) => {
    for (const args of [['app/notes'], ['app/notes', '--rollback']]) {
      const told = await rotate(args, { ...environment(), PROTECTED_CLIENT_IDS })

      expect(told).toMatchObject({ code: 1, stdout: '' })
      expect(told.stderr).toMatch(/the client notes is protected \(client-protected\)/)
    }
  },
)

test.concurrent.each([
  [[], {}, /a secret is missing/],
  [['app/notes', '--status'], {}, /--status tells of every secret/],
  [['--status', '--rollback'], {}, /one of --status, --rollback and --repair/],
  [['app/notes', '--new-key'], {}, /--new-key goes with --repair/],
  [['--status'], { ROTATED_SECRETS: '' }, /no secret to rotate is known; set ROTATED_SECRETS/],
  [
    ['--status'],
    { ROTATED_SECRETS: '{' },
    /ROTATED_SECRETS is not JSON: line 1, column 2: it ends where the name/,
  ],
  [
    ['--status'],
    { LEDGER_TABLE: '' },
    /LEDGER_TABLE is not set; give it the name of the ledger's table in DynamoDB/,
  ],
  [
    ['--status'],
    { PROTECTED_OWNERS: '["us"' },
    /PROTECTED_OWNERS is not JSON: line 1, column 6: it ends where/,
  ],
  [['--status'], { ORY_ADMIN_URL: 'ory' }, /ORY_ADMIN_URL is not a URL/],
])('refuses %j with %j', async (args, change, problem) => {
  const { code, stdout, stderr } = await runLapse(['rotate', ...args], {
    env: { ...environment(), ...change },
    cwd: await emptyDirectory(),
  })

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
})

test.concurrent.each([
  [{ AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' }, /AWS could not be reached \(E/],
  [{ LEDGER_TABLE: 'elsewhere' }, /table elsewhere: AWS answered ResourceNotFoundException/],
])('says what is wrong where AWS is not as %j says', async (change, problem) => {
  const { code, stderr } = await rotate(['--status'], { ...environment(), ...change })

  expect(code).toBe(1)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
})
