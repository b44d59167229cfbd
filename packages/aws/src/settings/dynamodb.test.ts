import { expect, test } from 'vitest'
import { dynamoDbAccess } from './dynamodb.ts'

const lambda = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'key',
  AWS_SESSION_TOKEN: 'token',
}

test('takes what Lambda tells a function', () => {
  expect(dynamoDbAccess(lambda)).toEqual({
    region: 'eu-central-1',
    endpoint: 'https://dynamodb.eu-central-1.amazonaws.com',
    credentials: { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'token' },
  })
})

test('takes the endpoint that is named for DynamoDB, or for all of AWS', () => {
  const all = { ...lambda, AWS_ENDPOINT_URL: 'http://all.test' }
  const own = { ...all, AWS_ENDPOINT_URL_DYNAMODB: 'http://own.test' }

  expect(dynamoDbAccess(all)).toMatchObject({ endpoint: 'http://all.test' })
  expect(dynamoDbAccess(own)).toMatchObject({ endpoint: 'http://own.test' })
})

test.each([
  { AWS_REGION: undefined },
  { AWS_REGION: 'cn-north-1' },
  { AWS_REGION: 'us-iso-east-1' },
  { AWS_ACCESS_KEY_ID: undefined },
  { AWS_SECRET_ACCESS_KEY: undefined },
  { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
  { AWS_PROFILE: 'mine' },
  { AWS_USE_FIPS_ENDPOINT: 'true' },
  { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
  { AWS_ENDPOINT_URL_DYNAMODB: 'nonsense' },
])('leaves it to AWS’s own client where %o', (change) => {
  expect(dynamoDbAccess({ ...lambda, ...change })).toEqual({})
})
