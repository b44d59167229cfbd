import { expect, test } from 'vitest'
import { secretsManagerAccess, sqsAccess } from './clients.ts'

const lambda = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'key',
  AWS_SESSION_TOKEN: 'token',
}
const known = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'token' },
  retryMode: 'standard',
}
const queue = 'https://queues.test/0/q'

test('tells the client of Secrets Manager where it is', () => {
  expect(secretsManagerAccess(lambda)).toMatchObject({
    ...known,
    endpoint: 'https://secretsmanager.eu-central-1.amazonaws.com',
  })
  expect(
    secretsManagerAccess({ ...lambda, AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://own.test' }),
  ).toMatchObject({ endpoint: 'http://own.test' })
})

test('has a message sent to where its queue is', () => {
  expect(sqsAccess(lambda, queue)).toMatchObject({ ...known, endpoint: 'https://queues.test' })
})

test.each([
  { AWS_ACCESS_KEY_ID: undefined },
  { AWS_DEFAULTS_MODE: 'in-region' },
  { AWS_PROFILE: 'mine' },
  { AWS_RETRY_MODE: 'adaptive' },
  { AWS_USE_FIPS_ENDPOINT: 'true' },
])('leaves it to AWS’s own clients where %o', (change) => {
  const environment = { ...lambda, ...change }

  expect(secretsManagerAccess(environment)).toEqual({})
  expect(sqsAccess(environment, queue)).toEqual({})
})

test('leaves a queue that is no URL to AWS’s own client', () => {
  expect(sqsAccess(lambda, 'nonsense')).toEqual({})
})
