import { beforeAll, expect, test } from 'vitest'
import { checkSettings } from '../../infra/check-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import { synthesize } from './engine/synthesize.ts'
import { rules } from './rules/index.ts'
import { least, network, selfHosted } from './settings.ts'
import { Stack, stemOf, types } from './stack.ts'

const line = ({ type, name, urn }: { type: string; name: string; urn: string }) =>
  `${type} ${name} < ${urn.split('::')[2]?.split('$').slice(0, -1).join(' < ') || 'stack'}`

let plain: Stack
let all: Stack

beforeAll(async () => {
  plain = new Stack((await synthesize({ stage: 'test', settings: least })).resources)
  all = new Stack((await synthesize({ stage: 'test', settings: network })).resources)
})

/** Every resource and what it is part of, in an order that is always the same. */
const graph = ({ resources }: Pick<Stack, 'resources'>) =>
  resources
    .map(line)
    .toSorted()
    .join('\n')
    .replace(/lapse-(test|production) </, 'the stack <')

test('the graph with as little as can be is this', () => {
  expect(graph(plain)).toMatchSnapshot()
})

test('the graph with all there is is this', () => {
  expect(graph(all)).toMatchSnapshot()
})

test('production has the same resources as any stage, and locks its log', async () => {
  const { resources } = await synthesize({ stage: 'production', settings: least })
  const others = resources.filter(({ type }) => type !== types.bucketLock)

  expect(graph({ resources: others })).toBe(graph(plain))
  expect(others).toHaveLength(resources.length - 1)
})

test('with a VPC the functions that call Ory are in it, and the door is not', async () => {
  const stack = new Stack((await synthesize({ stage: 'test', settings: selfHosted })).resources)
  const placed = stack
    .some(types.function)
    .map((lambda) => [stemOf(lambda), lambda.inputs['vpcConfig']])
  const vpc = { securityGroupIds: ['sg-1'], subnetIds: ['subnet-1', 'subnet-2'] }

  expect(Object.fromEntries(placed)).toEqual({
    'app-offboarded': vpc,
    'key-rotated': vpc,
    'rotate-client-secret': vpc,
    seal: undefined,
    sweep: vpc,
    'user-deleted': vpc,
    'user-signed-out': vpc,
    'user-suspended': vpc,
    webhook: undefined,
  })
})

test('without a VPC no function is in one', () => {
  expect(all.some(types.function).filter(({ inputs }) => 'vpcConfig' in inputs)).toEqual([])
})

test("Ory's event stream takes a role with the project's id, and only deletions and deactivations are delivered", () => {
  const role = all.get(types.role, 'OryEventsPublisher')
  const subscription = all.get(types.subscription, 'OryEventsSubscription')

  expect(JSON.parse(String(role.inputs['assumeRolePolicy'])).Statement).toEqual([
    {
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': network.oryProjectId } },
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::601538168777:root' },
    },
  ])
  expect(subscription.inputs['filterPolicy']).toBe('{"name":["IdentityDeleted"]}')
  const updates = all.get(types.subscription, 'OryUpdatesSubscription')
  expect(updates.inputs['filterPolicy']).toBe(
    '{"name":["IdentityUpdated"],"eventAttributes":{"IdentityActive":[false,"false"]}}',
  )
})

test('every queue is on the dashboard', () => {
  const body = String(plain.get(types.dashboard, 'Dashboard').inputs['dashboardBody'])
  const mapped = plain
    .some(types.mapping)
    .map(({ inputs }) => plain.byArn(inputs['eventSourceArn']))

  expect(mapped.filter((queue) => !body.includes(String(queue?.state['name'])))).toEqual([])
})

test.each(['ORY_ADMIN_URL', 'ORY_PUBLIC_URL'])(
  'a deployment without %s is refused in one line',
  (name) => {
    Object.assign(globalThis, { $app: { stage: 'test' } })
    const environment = {
      ORY_ADMIN_URL: 'https://ory.example',
      ORY_PUBLIC_URL: 'https://ory.example',
    }

    expect(() => readSettings({ ...environment, [name]: '' })).toThrow(
      `${name} is not a URL; write it into .env.test, like ${name}=https://…`,
    )
  },
)

test('a webhook secret has a value from the start, unless its sender makes it', () => {
  const given = all
    .all('aws:secretsmanager/secretVersion:SecretVersion')
    .filter(({ name }) => name.endsWith('WebhookSecretVersion'))

  expect(given.map(({ name }) => name.replace('WebhookSecretVersion', '')).toSorted()).toEqual([
    'Cloudevents',
    'Github',
    'OryActions',
    'Polis',
    'Standard',
  ])
  expect(given.map(({ inputs }) => String(inputs['secretString']).slice(0, 6))).toEqual(
    given.map(() => 'whsec_'),
  )
})

test('whatever check-settings lets through has room at AWS', async () => {
  const fill = (text: string, room: number) =>
    Array.from(
      { length: Math.floor((room - 2) / (text.length + 7)) },
      (_, index) => `${text}${String(index).padStart(4, '0')}`,
    )
  const settings = checkSettings(
    {
      ...network,
      protectedClientIds: fill('client', 1940),
      publishers: fill('arn:aws:iam::210987654321:role/accounts', 9000),
    },
    network.webhookSources,
  )
  const { resources } = await synthesize({ stage: 'production', settings })
  const stack = new Stack(resources)
  const lengthOf = (type: string, name: string) =>
    String(stack.get(type, name).inputs['policy']).length

  expect(rules.environmentsFit(stack)).toEqual([])
  expect(lengthOf(types.busPolicy, 'UserEventsBusPolicy')).toBeLessThanOrEqual(10_240)
  expect(lengthOf(types.topicPolicy, 'UserEventsPolicy')).toBeLessThanOrEqual(30_720)
  expect(lengthOf(types.key, 'Key')).toBeLessThanOrEqual(32_768)
})

test("a rotated client's secret begins with what is missing from it", () => {
  const first = all.get('aws:secretsmanager/secretVersion:SecretVersion', 'MailCredentialVersion')

  expect(first.inputs['secretString']).toBe('{"client_id":"mail"}')
})

test('an account that can reserve no concurrency can be deployed to', async () => {
  const settings = { ...network, webhookConcurrency: 'unreserved' as const }
  const stack = new Stack((await synthesize({ stage: 'test', settings })).resources)
  const door = stack.some(types.function).find((lambda) => stemOf(lambda) === 'webhook')

  expect(door?.inputs['reservedConcurrentExecutions']).toBeUndefined()
})

test('alarms go to the addresses of the environment, and a deployment says where to', async () => {
  const environment = {
    ORY_ADMIN_URL: 'https://ory.example',
    ORY_PUBLIC_URL: 'https://ory.example',
  }
  const { alarmEmails } = readSettings({
    ...environment,
    ALARM_EMAILS: 'a@example.com, b@example.com',
  })
  const { outputs } = await synthesize({ stage: 'test', settings: network })

  expect(alarmEmails).toEqual(['a@example.com', 'b@example.com'])
  expect(readSettings(environment).alarmEmails).toEqual([])
  expect(outputs['alarmsGoTo']).toBe('oncall@example.com')
})

test('a secret is rotated only once its rotation may be invoked', () => {
  const rotation = all.get(types.secretRotation, 'MailCredentialRotation')
  const permission = all.get(types.permission, 'RotatedSecretsPermission')

  expect(rotation.dependencies).toContain(permission.urn)
})

test('production is protected and keeps what it has, and any other stage can be removed', async () => {
  Object.assign(globalThis, { $config: (config: unknown) => config })
  const { default: config } = (await import('../../sst.config.ts')) as unknown as {
    default: { app(input: { stage: string }): object }
  }

  expect(config.app({ stage: 'production' })).toMatchObject({ protect: true, removal: 'retain' })
  expect(config.app({ stage: 'test' })).toMatchObject({ protect: false, removal: 'remove' })
})
