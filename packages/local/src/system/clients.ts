import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DEFAULT_REGION } from '../aws.ts'

const config = {
  region: DEFAULT_REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
}

export const sqsClient = (endpoint: string) => new SQSClient({ ...config, endpoint })

export const dynamoDbClient = (endpoint: string) => new DynamoDBClient({ ...config, endpoint })

export const secretsManagerClient = (endpoint: string) =>
  new SecretsManagerClient({ ...config, endpoint })
