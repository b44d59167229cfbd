import { type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runLapse } from '../testing/lapse-process.ts'

const state: { ory?: OryEmulator } = {}
const ory = () => state.ory as OryEmulator

beforeAll(async () => {
  state.ory = await startOryEmulator()
  for (const client_id of ['mail', 'notes']) {
    await fetch(`${ory().adminUrl}/admin/clients`, {
      method: 'POST',
      body: JSON.stringify({
        client_id,
        owner: 'team-a',
        grant_types: ['client_credentials'],
        response_types: [],
      }),
    })
  }
})
afterAll(() => ory().stop())

const plan = (...args: readonly string[]) =>
  runLapse(['plan', ...args], { env: { ORY_ADMIN_URL: ory().adminUrl } })
const planApp = (...args: readonly string[]) => plan('app-offboarded', ...args)
const opsOf = ({ stdout }: { readonly stdout: string }) =>
  (JSON.parse(stdout) as { readonly steps: readonly { readonly op: string }[] }).steps.map(
    ({ op }) => op,
  )

test.concurrent('plans to delete an app, and to suspend it, and changes nothing', async () => {
  const [deleted, suspended, restored, told] = await Promise.all([
    planApp('--client-id', 'mail', '--mode', 'delete', '--json'),
    planApp('--client-id', 'mail', '--mode', 'suspend', '--json'),
    planApp('--client-id', 'mail', '--mode', 'restore'),
    planApp('--client-id', 'mail', '--mode', 'suspend'),
  ])

  expect(opsOf(deleted)).toEqual(['patchOAuth2Client', 'deleteOAuth2Token', 'deleteOAuth2Client'])
  expect(opsOf(suspended)).toEqual(['patchOAuth2Client', 'deleteOAuth2Token'])
  expect(restored.stdout).toMatch(/in this order\n {2}nothing\n/)
  expect(restored.stdout).toContain('lapse would call nothing, and write a receipt "done"')
  expect(told.stdout).toContain('"path": "/grant_types"')
  expect(told.stdout).not.toContain('[object')
  const asked = ory().requests.filter(({ operation }) => operation !== 'createOAuth2Client')
  expect(asked.every(({ method }) => method === 'GET')).toBe(true)
})

test.concurrent('says why the worker would refuse it, as data and as text', async () => {
  const args = ['plan', 'app-offboarded', '--client-id', 'mail', '--mode', 'delete', '--json']
  const env = { PROTECTED_OWNERS: '["team-a"]', ORY_ADMIN_URL: ory().adminUrl }
  const [json, text] = await Promise.all([
    runLapse(args, { env }),
    planApp('--client-id', 'gone', '--mode', 'suspend'),
  ])

  expect(JSON.parse(json.stdout)).toMatchObject({
    verdict: { result: 'refused', reason: 'protected-owner' },
    ledger: 'not-asked',
    steps: [],
  })
  expect(text.stdout).toContain('put the message on the DLQ as no-such-client (')
  expect(text.stdout).toContain('The ledger was not asked: later events')
})

test.concurrent('takes no protection that it cannot read', async () => {
  const env = { PROTECTED_OWNERS: '["team-a', ORY_ADMIN_URL: ory().adminUrl }
  const args = ['plan', 'app-offboarded', '--client-id', 'mail', '--mode', 'delete']

  expect(await runLapse(args, { env })).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr:
      'lapse: PROTECTED_OWNERS is not JSON: line 1, column 2: the string that begins here has no closing quotation mark; write it like ["one", "two"]\n',
  })
})

test.concurrent('plans a message for every client of an owner', async () => {
  const { code, stdout } = await planApp('--owner', 'team-a', '--mode', 'suspend', '--json')

  expect(code).toBe(0)
  expect(opsOf({ stdout })).toEqual(['queue.send', 'queue.send'])
})

test.concurrent('plans for an owner that ends in a slash', async () => {
  const { code, stdout } = await planApp('--owner', 'team-a/', '--mode', 'suspend', '--json')

  expect(code).toBe(0)
  expect(opsOf({ stdout })).toEqual([])
})

test.concurrent.each([
  [['--mode', 'delete'], /give one of --client-id, --owner and a file/],
  [['--client-id', 'a', '--owner', 'b', '--mode', 'delete'], /give one of/],
  [['--owner', '', '--mode', 'delete'], /--owner is empty/],
  [['--client-id', '', '--mode', 'delete'], /--client-id is empty/],
  [['--client-id', 'mail/', '--mode', 'delete'], /unaddressable-id: --client-id ends in a slash/],
  [['--client-id', '..', '--mode', 'delete'], /unaddressable-id: --client-id /],
  [['--owner', 'a\nb', '--mode', 'delete'], /malformed-event: --owner holds a control character/],
  [['--client-id', 'a'], /give --mode delete, suspend, restore or reset/],
  [['event.json', '--mode', 'delete'], /the event in the file says the mode/],
  [['event.json', '--owner', 'a', '--mode', 'delete'], /give one of/],
])('refuses %j', async (args, problem) => {
  const { code, stdout, stderr } = await planApp(...args)

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^lapse: [^\n]+\n$/)
  expect(stderr).toMatch(problem)
})

const point = {
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}
const keyRotated = (jwk: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: 'e-1',
    source: 'https://partner.example',
    type: 'key.rotated',
    time: '2026-01-02T03:04:05Z',
    data: {
      issuer: 'https://partner.example',
      subject: 'service',
      scope: [],
      expires_at: '2036-01-02T03:04:05Z',
      jwk: { kty: 'EC', crv: 'P-256', kid: 'k-2', ...point, ...jwk },
    },
  })
const planKey = (stdin: string) =>
  runLapse(['plan', 'key-rotated', '-'], { stdin, env: { ORY_ADMIN_URL: ory().adminUrl } })

test.concurrent('plans the trust in a new key, and reads no private one', async () => {
  const [planned, refused] = await Promise.all([
    planKey(keyRotated({})),
    planKey(keyRotated({ d: 's3cret' })),
  ])

  expect(planned.stdout).toMatch(/ 1 {2}trustOAuth2JwtGrantIssuer {2}/)
  expect(planned.stdout).toContain('lapse would make the calls below, in this order.')
  expect(planned.stdout).toContain('the sweep lists and plans again then')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/^lapse: the event cannot be read: private-key[^\n]+\n$/)
  expect(refused.stderr).not.toContain('s3cret')
})

test.concurrent('plans nothing for an event that holds a member twice', async () => {
  const twice = keyRotated({}).replace('"issuer"', '"issuer":"https://other.example","issuer"')

  expect(await planKey(twice)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^lapse: the event cannot be read: duplicate-member: [^\n]+\n$/),
  })
})
