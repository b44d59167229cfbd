import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { nameOwnHelp } from './command-help.ts'
import { exitCodes } from './errors.ts'
import { failureOf } from './failure.ts'
import { lapse } from './program.ts'
import { runLapse, type Surroundings } from './testing/lapse-process.ts'

test('the runbook has the table', () => {
  const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8')
  const rows = Object.values(exitCodes).flatMap(({ code, causes }) =>
    causes.map((cause) => `| ${code} | ${cause} |`),
  )
  const head = '| exit code | why |\n|---|---|\n'

  expect(runbook).toContain(`${head}${rows.join('\n')}\n`)
})

/** Every command that does something, as it is typed. */
function commandsIn(
  command: Command,
  path: readonly string[] = [],
): readonly (readonly string[])[] {
  if (command.commands.length === 0) return [path]
  return command.commands.flatMap((inner) => commandsIn(inner, [...path, inner.name()]))
}

const commands = commandsIn(lapse())

/** What a command line that is wrong ends in. */
async function endOf(args: readonly string[]) {
  const program = lapse()
  nameOwnHelp(program)
  return program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (error: unknown) => failureOf(error),
  )
}

test('a command line that is wrong is a 2, whichever command it is, and names its help', async () => {
  expect(commands.length).toBeGreaterThan(6)
  for (const command of commands) {
    const help = `lapse ${command.join(' ')} --help`
    // What help is asked about is a command, and there is none called that.
    const wrongs = command[0] === 'help' ? [['--frobnicate']] : [['--frobnicate'], ['a', 'b', 'c']]
    for (const wrong of wrongs) {
      const failure = await endOf([...command, ...wrong])

      expect(failure).toMatchObject({ exitCode: exitCodes.usage.code })
      expect(failure?.line).toMatch(new RegExp(`${help} shows how$`))
    }
  }
})

const event = {
  specversion: '1.0',
  id: 'e-1',
  source: 's',
  time: '2026-01-02T03:04:05Z',
}
const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  kid: 'k2',
}
const rotated = JSON.stringify({
  ...event,
  type: 'key.rotated',
  data: {
    issuer: 'https://partner.example',
    subject: 'alice',
    scope: [],
    jwk,
    expires_at: '2126-01-02T03:04:05Z',
  },
})

const nowhere = 'http://127.0.0.1:1'
const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's3cret' }
const region = { AWS_REGION: 'us-east-1' }
const queue = { KEY_ROTATED_QUEUE_URL: `${nowhere}/0/key-rotated` }
const dlq = { KEY_ROTATED_DLQ_URL: `${nowhere}/0/key-rotated-dlq` }
const ory = { ORY_ADMIN_URL: nowhere, ORY_PUBLIC_URL: nowhere }
const secrets = {
  ...ory,
  ROTATED_SECRETS: '[{"secretId":"a","overlap":"1h"}]',
  LEDGER_TABLE: 't',
}
const ledger = { ...ory, LEDGER_TABLE: 't', LEDGER_KEY_SECRET_ID: 'ledger-key' }
const noAws = {
  AWS_ENDPOINT_URL_SECRETS_MANAGER: nowhere,
  AWS_ENDPOINT_URL_DYNAMODB: nowhere,
}

const sending = ['send', '-']
const planningKey = ['plan', 'key-rotated', '-']
const planningUser = ['plan', 'user-deleted', '--subject', 'alice']
const planningApp = ['plan', 'app-offboarded', '--client-id', 'mail', '--mode', 'delete']
const looking = ['dead-letters', 'list']
const redriving = ['dead-letters', 'redrive']
const asking = ['rotate', '--status']
const rotating = ['rotate', 'a']
const listing = ['receipts', 'list']
const finding = ['receipts', 'find', '--subject', 'alice']
const verifying = ['verify', 'user-deleted', '--subject', 'alice']

type Case = readonly [args: readonly string[], at?: Surroundings]

/** The same cause, with every command that can meet it. */
const sameCause: readonly (readonly [string, 1 | 2, readonly Case[]])[] = [
  [
    'a file that cannot be read',
    2,
    [
      [['send', 'missing.json']],
      [['plan', 'key-rotated', 'missing.json'], { env: ory }],
      [['plan', 'user-deleted', 'missing.json'], { env: ory }],
      [['plan', 'app-offboarded', 'missing.json'], { env: ory }],
    ],
  ],
  [
    'text that is not UTF-8',
    1,
    [sending, planningKey].map((args) => [args, { env: ory, stdin: Buffer.of(0x22, 0xe9, 0x22) }]),
  ],
  [
    'text that is not JSON',
    1,
    [sending, planningKey].map((args) => [args, { env: ory, stdin: '{' }]),
  ],
  [
    'an event that is malformed',
    1,
    [sending, planningKey].map((args) => [
      args,
      { env: ory, stdin: rotated.replace('P-256', 'P-1') },
    ]),
  ],
  [
    'a setting that is missing',
    2,
    [
      [sending, { stdin: rotated }],
      [planningKey, { stdin: rotated }],
      [planningUser],
      [planningApp],
      [looking],
      [listing],
      [verifying],
      [asking],
      [rotating],
    ],
  ],
  [
    'a setting that is malformed',
    2,
    [
      [sending, { env: { KEY_ROTATED_QUEUE_URL: 'queue' }, stdin: rotated }],
      [sending, { env: { ...queue, USER_DELETED_SUBJECT_FIELD: '.' }, stdin: rotated }],
      [['example', 'user.deleted'], { env: { USER_DELETED_SUBJECT_FIELD: '.' } }],
      [looking, { env: { KEY_ROTATED_DLQ_URL: 'queue' } }],
      [planningKey, { env: { ORY_ADMIN_URL: 'ory' }, stdin: rotated }],
      [planningUser, { env: { ORY_ADMIN_URL: 'ory' } }],
      [planningApp, { env: { ORY_ADMIN_URL: 'ory' } }],
      [verifying, { env: { ORY_ADMIN_URL: 'ory' } }],
      [asking, { env: { ...secrets, ROTATED_SECRETS: '[' } }],
      [rotating, { env: { ...secrets, ROTATED_SECRETS: '[' } }],
      [['dev', '--free-ports'], { env: { ROTATED_SECRETS: '[' } }],
    ],
  ],
  [
    'an AWS region that is missing',
    2,
    [
      [sending, { env: { ...queue, ...keys }, stdin: rotated }],
      [looking, { env: { ...dlq, ...keys } }],
      [planningUser, { env: { ...ledger, ...keys } }],
      [listing, { env: { ...ledger, ...keys } }],
      [asking, { env: { ...secrets, ...keys } }],
      [rotating, { env: { ...secrets, ...keys } }],
    ],
  ],
  [
    'an AWS profile that is not there',
    2,
    [
      [sending, { env: { ...queue, ...region, AWS_PROFILE: 'nobody' }, stdin: rotated }],
      [planningUser, { env: { ...ledger, ...region, AWS_PROFILE: 'nobody' } }],
      [finding, { env: { ...ledger, ...region, AWS_PROFILE: 'nobody' } }],
      [asking, { env: { ...secrets, ...region, AWS_PROFILE: 'nobody' } }],
      [rotating, { env: { ...secrets, ...region, AWS_PROFILE: 'nobody' } }],
    ],
  ],
  [
    'a server that does not answer',
    1,
    [
      [sending, { env: { ...queue, ...keys, ...region }, stdin: rotated }],
      [redriving, { env: { ...dlq, ...keys, ...region } }],
      [planningKey, { env: ory, stdin: rotated }],
      [planningUser, { env: ory }],
      [planningApp, { env: ory }],
      [verifying, { env: ory }],
      [listing, { env: { ...ledger, ...keys, ...region, ...noAws } }],
      [asking, { env: { ...secrets, ...keys, ...region, ...noAws } }],
      [rotating, { env: { ...secrets, ...keys, ...region, ...noAws } }],
    ],
  ],
]

test.concurrent.each(sameCause)(
  '%s is a %i, whichever command meets it',
  async (_cause, code, cases) => {
    const cwd = await mkdtemp(join(tmpdir(), 'lapse-exit-'))
    const home = { HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true' }
    for (const [args, { env, ...at } = {}] of cases) {
      const ended = await runLapse(args, { cwd, ...at, env: { ...home, ...env } })

      expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code, stdout: '' })
      expect(ended.stderr.trimEnd().split('\n').at(-1)).toMatch(/^lapse: .{20}/)
      expect(ended.stderr).not.toMatch(/bug in lapse|s3cret/)
    }
  },
)

test.concurrent('a lapse dev that has gone is a 1, whichever command looks for it', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-exit-'))
  await mkdir(join(cwd, '.lapse'))
  await writeFile(
    join(cwd, '.lapse', 'dev.json'),
    JSON.stringify({ pid: 2 ** 30, environment: {} }),
  )

  for (const args of [sending, asking]) {
    const { code, stderr } = await runLapse(args, { cwd, stdin: rotated })

    expect({ args, code }).toEqual({ args, code: exitCodes.notDone.code })
    expect(stderr).toContain('lapse dev has ended')
  }
})
