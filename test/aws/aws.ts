import { type Local, startLocal } from '@lapse/local'

/** The local servers without any function, and what the SDK's clients need to reach them. */
export async function startAws(): Promise<Local & { config: (service: ServiceName) => object }> {
  const local = await startLocal({ functions: [] })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const config = (service: ServiceName) => ({
    region: 'us-east-1',
    credentials,
    endpoint: local.endpoints[service],
  })
  return { ...local, config }
}

type ServiceName = 'sqs' | 'dynamoDb' | 'secretsManager'
