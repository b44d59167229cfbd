import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DEFAULT_REGION } from '../aws.ts'

const config = {
  region: DEFAULT_REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
}

/**
 * Each lane of a mapping holds a connection while it waits for messages, for up to 20 s: with AWS's
 * own limit of 50 the deletion of what was done would wait for one of them to end.
 */
const requestHandler = { httpAgent: { maxSockets: Number.POSITIVE_INFINITY } }

export const sqsClient = (endpoint: string) =>
  new SQSClient({ ...config, endpoint, requestHandler })

export const dynamoDbClient = (endpoint: string) => new DynamoDBClient({ ...config, endpoint })

export const secretsManagerClient = (endpoint: string) =>
  new SecretsManagerClient({ ...config, endpoint })
