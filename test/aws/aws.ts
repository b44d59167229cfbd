import { type Local, startLocal } from '@lapse/local'
import { afterAll, beforeAll } from 'vitest'

/** The local servers without any function, and what the SDK's clients need to reach them. */
async function startAws(): Promise<Local & { config: (service: ServiceName) => object }> {
  const local = await startLocal({ functions: [], schedules: [] })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  // The usual ones are for AWS, and not for a machine that has others to serve.
  const limits = { connectMs: 60_000, answerMs: 60_000, attempts: 3, callMs: 120_000 }
  const config = (service: ServiceName) => ({
    region: 'us-east-1',
    credentials,
    endpoint: local.endpoints[service],
    limits,
  })
  return { ...local, config }
}

type ServiceName = 'sqs' | 'dynamoDb' | 'secretsManager'

/** The same for all tests of a file: started before them, and stopped after them. */
export function localAws(): Pick<Awaited<ReturnType<typeof startAws>>, 'config' | 'endpoints'> {
  const started: { aws?: Awaited<ReturnType<typeof startAws>> } = {}
  beforeAll(async () => {
    started.aws = await startAws()
  })
  afterAll(() => started.aws?.stop())
  const aws = () => {
    if (started.aws === undefined) throw new Error('no test has begun yet')
    return started.aws
  }
  return {
    config: (service) => aws().config(service),
    get endpoints() {
      return aws().endpoints
    },
  }
}
