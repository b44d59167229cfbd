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
const queueOf = (name: string) =>
  createQueueWithDlq(sqs, { name, visibilityTimeoutSeconds: 360, maxReceiveCount: 5 })
const usual = await queueOf('user-deleted')
const incident = await queueOf('user-deleted-incident')
sqs.destroy()
process.on('disconnect', () => process.exit())
process.send?.({
  ...local.environment,
  USER_DELETED_QUEUE_URL: usual.queue.url,
  USER_DELETED_DLQ_URL: usual.dlq.url,
  USER_DELETED_INCIDENT_QUEUE_URL: incident.queue.url,
  USER_DELETED_INCIDENT_DLQ_URL: incident.dlq.url,
})
