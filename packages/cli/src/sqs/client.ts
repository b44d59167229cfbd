import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs'
import type { SqsQueue } from './queue.ts'

/** @param patience how long, and how often, it tries */
export function clientFor(
  { url, config }: SqsQueue,
  patience: Pick<SQSClientConfig, 'maxAttempts' | 'requestHandler'>,
): SQSClient {
  // A queue's URL says where it is. The SDK thinks so too, but warns wherever it expected another host.
  const { origin: endpoint } = new URL(url)
  return new SQSClient({ ...patience, ...config, endpoint, useQueueUrlAsEndpoint: false })
}
