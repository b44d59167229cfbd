import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { holders } from '../missing-right.ts'
import {
  type Answers,
  type AwsStandIn,
  callerIdentity,
  sent,
  startAwsStandIn,
} from '../testing/aws-stand-in.ts'
import { exampleStage } from '../testing/example-stage.ts'
import { runLapse } from '../testing/lapse-process.ts'

const oneLine = /^lapse: [^\n]+\n$/
const key = 'ory_pat_canary'
const stage = (url: string) => ({ ...exampleStage, urls: { ...exampleStage.urls, admin: url } })

const state: { aws?: AwsStandIn; other?: AwsStandIn } = {}
afterEach(async () => {
  await state.aws?.stop()
  await state.other?.stop()
})

/** An AWS with the stage `production`, which is its Ory as well. */
async function start(
  says: (url: string) => object = stage,
  answers: Answers = {},
): Promise<AwsStandIn> {
  const aws: AwsStandIn = await startAwsStandIn({
    GetCallerIdentity: () => callerIdentity('123456789012'),
    'AmazonSSM.GetParameter': () => ({ Parameter: { Value: JSON.stringify(says(aws.url)) } }),
    'GET /2015-03-31/functions/lapse-production-user-deleted/configuration': () => ({
      Environment: {
        Variables: { ORY_ADMIN_URL: aws.url, ORY_PUBLIC_URL: exampleStage.urls.public },
      },
    }),
    'secretsmanager.GetSecretValue': (body) => ({
      SecretString: body.includes('ory-api-key') ? key : Buffer.alloc(32, 1).toString('base64'),
      VersionId: 'v',
    }),
    'DynamoDB_20120810.GetItem': () => ({}),
    'AmazonSQS.SendMessage': sent,
    'GET /admin/oauth2/auth/sessions/consent': () => [],
    ...answers,
  })
  state.aws = aws
  return aws
}

async function lapse(aws: AwsStandIn, args: readonly string[], more: Record<string, string> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-stage-'))
  const event = { specversion: '1.0', id: 'e', source: 's', type: 'user.deleted' }
  const body = { ...event, time: '2026-01-02T03:04:05Z', data: { subject: 'alice' } }
  await writeFile(join(cwd, 'event.json'), JSON.stringify(body))
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    ...more,
  }
  return runLapse([...args, '--stage', 'production'], { cwd, env })
}

test('an event goes to the queue of a stage, with nothing else set', async () => {
  const aws = await start()
  const { code, stdout, stderr } = await lapse(aws, ['send', 'event.json', '--json'])

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const queue_url = `${aws.url}/123456789012/UserDeletedQueue-a`
  expect(JSON.parse(stdout)).toEqual({ message_id: 'm-1', queue_url })
  expect(aws.asked.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['AmazonSSM.GetParameter', 'GetCallerIdentity']),
  )
})

test('what is said of a stage names commands for that stage', async () => {
  const none = { Items: [], Count: 0, ScannedCount: 0 }
  const aws = await start(stage, {
    'DynamoDB_20120810.Query': () => none,
    'DynamoDB_20120810.BatchGetItem': () => ({ Responses: {} }),
    'AmazonSQS.ReceiveMessage': () => ({}),
    'AmazonSQS.GetQueueAttributes': () => ({ Attributes: {} }),
  })
  const says = async (...args: string[]) => {
    const { code, stderr } = await lapse(aws, args)
    return `${code} ${stderr}`
  }

  expect(await says('receipts', 'show', 'e')).toMatch(
    /^1 .*: see lapse status --stage production and lapse dead-letters list --stage production/,
  )
  expect(await says('receipts', 'find', '--event', 'e')).toMatch(
    /^1 .*: see lapse dead-letters list --stage production\n$/,
  )
  expect(await says('dead-letters', 'show', 'm')).toMatch(
    /^1 .*; lapse dead-letters list --stage production tells what is\n$/,
  )
  expect(await says('rotate')).toMatch(
    /^2 .*; lapse rotate --status --stage production names them\n$/,
  )
})

test('a plan at a stage asks its Ory with the key that its secret holds', async () => {
  const aws = await start()
  const told = await lapse(aws, ['plan', 'user-deleted', '--subject', 'alice', '--json'])

  expect(told).toMatchObject({ code: 0, stderr: '' })
  const toOry = aws.asked.filter(({ what }) => what.startsWith('GET /admin/'))
  expect(new Set(toOry.map(({ authorization }) => authorization))).toEqual(
    new Set([`Bearer ${key}`]),
  )
})

test('a parameter that somebody has changed brings neither key nor subject to their Ory', async () => {
  const other = await startAwsStandIn({})
  state.other = other
  const aws = await start(() => stage(other.url))
  const told = await lapse(aws, ['plan', 'user-deleted', '--subject', 'alice'])

  expect(told).toMatchObject({ code: 1, stdout: '' })
  expect(told.stderr).toMatch(oneLine)
  expect(told.stderr).toMatch(/names another ORY_ADMIN_URL than lapse-production-user-deleted/)
  expect(other.asked).toEqual([])
  expect(JSON.stringify(aws.asked)).not.toContain('ory-api-key')
})

test.each<[string, Answers, RegExp]>([
  ['a stage that is not there', { 'AmazonSSM.GetParameter': () => 400 }, /there is no stage pro/],
  [
    'the account of somebody else',
    { GetCallerIdentity: () => callerIdentity('210987654321') },
    /is about account 123456789012 and eu-west-1, but was found in 210987654321/,
  ],
])('%s is said in one line, and nothing is sent', async (_what, answers, problem) => {
  const aws = await start(stage, answers)
  const told = await lapse(aws, ['send', 'event.json'])

  expect(told).toMatchObject({ code: 1, stdout: '' })
  expect(told.stderr).toMatch(oneLine)
  expect(told.stderr).toMatch(problem)
  expect(aws.asked.map(({ what }) => what)).not.toContain('AmazonSQS.SendMessage')
})

test('says in one line what is missing to ask AWS', async () => {
  const aws = await start()
  const [region, nobody] = await Promise.all([
    lapse(aws, ['rotate', '--status'], { AWS_REGION: '', AWS_CONFIG_FILE: '/dev/null' }),
    lapse(aws, ['rotate', '--status'], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }),
  ])

  for (const { stderr } of [region, nobody]) expect(stderr).toMatch(oneLine)
  expect(region).toMatchObject({ code: 2 })
  expect(region.stderr).toMatch(/AWS_REGION is not a region/)
  expect(nobody.stderr).toMatch(/nothing answers at AWS/)
})

/** Operations of AWS's that are asked by a path; the rest of what is asked by a path is Ory's. */
const byPath = [
  [/^GET \/2015-03-31\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  [/^GET \/2015-03-31\/event-source-mappings/, 'ListEventSourceMappings'],
  [/^POST \/service\/GraniteServiceVersion20100801\/operation\/DescribeAlarms$/, 'DescribeAlarms'],
  [/^POST \/service\/GraniteServiceVersion20100801\/operation\/GetMetricData$/, 'GetMetricData'],
] as const

function operationOf(what: string): string | undefined {
  if (!what.includes(' ')) return what.split('.').at(-1)
  const isOry = /^\S+ \/($|(admin|oauth2|userinfo|health|version|\.well-known|projects)\b)/.test(
    what,
  )
  return byPath.find(([path]) => path.test(what))?.[1] ?? (isOry ? undefined : what)
}

test.each([
  [['status'], ['reader']],
  [['doctor'], ['reader', 'auditor', 'operator']],
  [
    ['receipts', 'find', '--subject', 'alice'],
    ['reader', 'auditor'],
  ],
  [
    ['send', 'event.json'],
    ['reader', 'operator'],
  ],
  [
    ['plan', 'user-deleted', '--subject', 'alice'],
    ['reader', 'auditor', 'operator'],
  ],
  [
    ['dead-letters', 'list'],
    ['reader', 'operator'],
  ],
])('%j asks AWS for nothing but what is in the policies of the %j', async (args, policies) => {
  const aws = await start()
  await lapse(aws, args)
  const rights = holders
    .filter(({ policy }) => policies.includes(policy))
    .flatMap((holder) => holder.rights.map((right) => right.split(':')[1]))
  const asked = aws.asked.flatMap(({ what }) => operationOf(what) ?? [])

  expect(asked).toContain('GetParameter')
  // Whose credentials they are everybody may ask.
  expect(asked.filter((one) => one !== 'GetCallerIdentity' && !rights.includes(one))).toEqual([])
})
