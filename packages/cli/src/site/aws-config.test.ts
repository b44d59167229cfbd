import { expect, test } from 'vitest'
import { awsConfig, services } from './aws-config.ts'

const dev = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:4567',
}

test('leaves AWS to the SDK', () => {
  expect(awsConfig(services.lambda, { AWS_PROFILE: 'production' }, false)).toEqual({})
  expect(awsConfig(services.dynamoDb, dev, false)).toEqual({})
  expect(
    awsConfig(services.lambda, { ...dev, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, false),
  ).toEqual({})
})

test('reaches the servers of lapse dev with its own credentials', () => {
  expect(awsConfig(services.dynamoDb, dev, true)).toEqual({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: 'http://127.0.0.1:4567',
  })
})

test('asks AWS nothing with credentials that are for this machine', () => {
  expect(() => awsConfig(services.lambda, dev, true)).toThrow('lapse dev has no Lambda')
  expect(() => awsConfig(services.lambda, dev, false)).toThrow('AWS_ENDPOINT_URL_LAMBDA is not set')
})
