import { expect, test } from 'vitest'
import { awsProblem } from './aws-problem.ts'
import { forPerson, rightText } from './missing-right.ts'
import { whyNot } from './site/why.ts'

const said = (right: string, resource = '*') =>
  Object.assign(
    new Error(
      `User: arn:aws:iam::123456789012:user/s3cret is not authorized to perform: ${right} on resource: ${resource} because no identity-based policy allows the ${right} action`,
    ),
    { name: 'AccessDenied', $metadata: {} },
  )

test.each([
  ['sqs:ReceiveMessage', '*', 'sqs:ReceiveMessage, which the policy lapse-<stage>-operator has'],
  ['dynamodb:Query', '*', 'dynamodb:Query, which the policy lapse-<stage>-reader has'],
  [
    'secretsmanager:GetSecretValue',
    'lapse/test/ledger-key',
    'secretsmanager:GetSecretValue, which the policy lapse-<stage>-auditor has',
  ],
  [
    'secretsmanager:GetSecretValue',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:lapse/test/ory-api-key-AbCdEf',
    'secretsmanager:GetSecretValue, which the policy lapse-<stage>-operator has',
  ],
  [
    'secretsmanager:GetSecretValue',
    'lapse/test/clients/Mail',
    'secretsmanager:GetSecretValue, which no policy that a stage makes has',
  ],
])('says who has %s for %s', (right, resource, text) => {
  const error = said(right, resource)

  expect(rightText(error)).toBe(text)
  for (const line of [
    awsProblem({ name: 'AccessDenied', asked: 'SQS' }, {}, { cause: error })?.message,
    whyNot(error),
  ])
    expect(line).toBe(`AWS refused (AccessDenied); these credentials lack ${text}`)
})

test.each([new Error('s3cret'), new Error('not authorized to perform: s3cret'), undefined, 'x'])(
  'says nothing where AWS does not: %s',
  (error) => {
    expect(rightText(error)).toBeUndefined()
  },
)

test('tells a person what was written for the log of a function', () => {
  const line = (resource: string, right = '') =>
    forPerson(
      `${resource}: AWS answered AccessDenied${right}; check that it exists and that this function may use it`,
    )
  const checked = 'AccessDenied; check that it exists and that these credentials may use it'

  expect(line('table t')).toBe(`table t: AWS answered ${checked}`)
  expect(line('table t', ' to dynamodb:PutItem')).toBe(
    `table t: AWS answered AccessDenied to dynamodb:PutItem; check that it exists and that these credentials may use it: the policy lapse-<stage>-operator lets them`,
  )
  expect(line('secret lapse/test/clients/Mail', ' to secretsmanager:GetSecretValue')).toMatch(
    /: no policy that a stage makes lets them$/,
  )
})
