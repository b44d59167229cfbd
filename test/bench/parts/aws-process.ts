/** SQS, DynamoDB and Secrets Manager in a process of their own, with no function behind the queues. */
import { SQSClient } from '@aws-sdk/client-sqs'
import { startLocal } from '@lapse/local'
import { createQueueWithDlq } from '../../../packages/local/src/sqs/queues.ts'

const [adminUrl = '', publicUrl = ''] = process.argv.slice(2)
const local = await startLocal({
  ory: { adminUrl, publicUrl, apiKey: 'ory_pat_bench' },
  functions: [],
  directFunctions: [],
  schedules: [],
})

const sqs = new SQSClient({
  endpoint: local.endpoints.sqs,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
const { queue, dlq } = await createQueueWithDlq(sqs, {
  name: 'user-deleted',
  visibilityTimeoutSeconds: 360,
  maxReceiveCount: 5,
})
sqs.destroy()
process.on('disconnect', () => process.exit())
process.send?.({
  ...local.environment,
  USER_DELETED_QUEUE_URL: queue.url,
  USER_DELETED_DLQ_URL: dlq.url,
})
