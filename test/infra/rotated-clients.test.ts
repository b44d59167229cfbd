import { runInNewContext } from 'node:vm'
import { beforeAll, expect, test } from 'vitest'
import type { RotatedClient } from '../../infra/rotated-clients.ts'
import { account, region } from './engine/answers.ts'
import { type Synthesis, synthesize } from './engine/synthesize.ts'
import { allows, type Request } from './iam.ts'
import { rules } from './rules/index.ts'
import { calendar, mail, network } from './settings.ts'
import { permissionsOf, roleOf, Stack, stemOf, types } from './stack.ts'

const manyClients: readonly RotatedClient[] = Array.from({ length: 500 }, (_, index) => ({
  name: `Client${index}`,
  clientId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  everyDays: 30,
  overlap: 'PT1H',
}))

let few: Synthesis
let many: Synthesis

beforeAll(async () => {
  few = await synthesize({ stage: 'test', settings: network })
  many = await synthesize({
    stage: 'test',
    settings: { ...network, rotatedClients: manyClients },
  })
})

const handles = ['rotate-client-secret', 'sweep', 'app-offboarded']

/** The roles of functions that touch rotated secrets, and what those are told. */
function grown({ resources }: Synthesis): unknown {
  const stack = new Stack(resources)
  const lambdas = stack.some(types.function).map((lambda) => [stemOf(lambda), lambda] as const)
  return Object.fromEntries(
    lambdas
      .filter(([stem]) => handles.includes(stem))
      .map(([stem, lambda]) => {
        const { variables } = lambda.inputs['environment'] as { variables: object }
        return [stem, [roleOf(stack, lambda).inputs['inlinePolicies'], Object.keys(variables)]]
      }),
  )
}

test('neither policies nor environments grow with the number of rotated clients', () => {
  expect(grown(many)).toEqual(grown(few))
  expect(new Stack(many.resources).all(types.permission)).toHaveLength(
    new Stack(few.resources).all(types.permission).length,
  )
})

test('five hundred rotated clients break no rule', () => {
  const stack = new Stack(many.resources)
  const broken = Object.values(rules).flatMap((rule) => rule(stack))

  expect(stack.all(types.secretRotation)).toHaveLength(500)
  expect(broken).toEqual([])
})

/** What the code of a function sets before it begins. */
function setBy({ builds }: Synthesis, handler: string): Record<string, string> {
  const { banner = '' } = builds.find((build) => build.handler === handler) ?? {}
  const process = { env: {} as Record<string, string> }
  runInNewContext(banner, { process })
  return process.env
}

test.each(['functions/rotate-client-secret.handler', 'functions/sweep.handler'])(
  '%s brings along which secrets are rotated, and how',
  (handler) => {
    expect(JSON.parse(setBy(few, handler)['ROTATED_SECRETS'] ?? '')).toEqual([
      { secretId: 'lapse/test/clients/Mail', overlap: mail.overlap },
      { secretId: 'lapse/test/clients/Calendar', overlap: calendar.overlap, allowHardCut: true },
    ])
    expect(JSON.parse(setBy(many, handler)['ROTATED_SECRETS'] ?? '')).toHaveLength(500)
  },
)

test('the function that deletes rotated secrets is told their names, and no more', () => {
  const told = setBy(few, 'functions/app-offboarded.handler')
  expect(told).toEqual({
    ROTATED_SECRET_NAMES: JSON.stringify([
      'lapse/test/clients/Mail',
      'lapse/test/clients/Calendar',
    ]),
  })
})

test('no other function brings such settings along', () => {
  const told = few.builds.filter(({ banner }) => banner !== '').map(({ handler }) => handler)

  expect(told.toSorted()).toEqual([
    'functions/app-offboarded.handler',
    'functions/rotate-client-secret.handler',
    'functions/sweep.handler',
  ])
})

/** What the three functions may do to a secret on account of its name and tag. */
function mayTouch(name: string, tags: Request['tags']): readonly string[] {
  const stack = new Stack(few.resources)
  const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`
  return stack
    .some(types.function)
    .filter((lambda) => handles.includes(stemOf(lambda)))
    .flatMap((lambda) => {
      const statements = permissionsOf(roleOf(stack, lambda)).filter(({ resources }) =>
        resources.some((resource) => /:secret:.*\*/.test(resource)),
      )
      const actions = statements.flatMap((statement) => statement.actions)
      return actions.filter((action) => allows(statements, { action, resource: arn, tags }))
    })
}

const rotatedBy = (name: string) => ({ 'lapse:rotated_by': name })
const tagged = rotatedBy('lapse-test-rotate-client-secret')

test('a rotated secret may be read, written and deleted by its name and tag', () => {
  expect([...new Set(mayTouch('lapse/test/clients/Mail', tagged))].toSorted()).toEqual([
    'secretsmanager:CancelRotateSecret',
    'secretsmanager:DeleteSecret',
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
    'secretsmanager:PutSecretValue',
    'secretsmanager:UpdateSecretVersionStage',
  ])
})

test.each<readonly [string, string, Request['tags']]>([
  ['of the right name without a tag', 'lapse/test/clients/Mail', {}],
  [
    "with another stage's tag",
    'lapse/test/clients/Mail',
    rotatedBy('lapse-production-rotate-client-secret'),
  ],
  ['of another stage', 'lapse/production/clients/Mail', tagged],
  ['of another name that is tagged', 'payments/card-key', tagged],
  ['whose name only begins alike', 'lapse/test/clients-old/Mail', tagged],
  ['that holds the ledger key', 'lapse/test/ledger-key', tagged],
  ['of a webhook source', 'lapse/test/webhooks/clerk', tagged],
  ["that holds Ory's key", 'lapse/test/ory-api-key', tagged],
])('a secret %s may not be touched', (_what, name, tags) => {
  expect(mayTouch(name, tags)).toEqual([])
})

test('every rotated secret has the tag, and no other secret has it', () => {
  const secrets = new Stack(few.resources).some(types.secret)
  const withTag = secrets.filter(
    ({ inputs }) =>
      (inputs['tags'] as Record<string, string> | undefined)?.['lapse:rotated_by'] ===
      tagged['lapse:rotated_by'],
  )

  expect(withTag.map(({ inputs }) => inputs['name'])).toEqual([
    'lapse/test/clients/Mail',
    'lapse/test/clients/Calendar',
  ])
})
