import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import type { AwsConfig } from '../../place.ts'
import { clientOf } from './patience.ts'

/** SQS tells CloudWatch once a minute, some minutes late. */
const lookBackMs = 15 * 60_000

/**
 * How old the oldest message of each queue is, in milliseconds, by the queue's name; nothing of those
 * that have none, or that nobody has asked for hours.
 * @throws whatever CloudWatch does
 */
export async function readQueueAges(
  names: readonly string[],
  now: number,
  config: AwsConfig,
): Promise<ReadonlyMap<string, number>> {
  using client = clientOf(CloudWatchClient, config)
  const command = new GetMetricDataCommand({
    StartTime: new Date(now - lookBackMs),
    EndTime: new Date(now),
    ScanBy: 'TimestampDescending',
    MetricDataQueries: names.map((name, index) => ({
      Id: `q${index}`,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/SQS',
          MetricName: 'ApproximateAgeOfOldestMessage',
          Dimensions: [{ Name: 'QueueName', Value: name }],
        },
        Period: 60,
        Stat: 'Maximum',
      },
    })),
  })
  const { MetricDataResults = [] } = await client.send(command)
  const ages = MetricDataResults.flatMap(({ Id = '', Values: [seconds] = [] }) => {
    const name = names[Number(Id.slice(1))]
    return name === undefined || seconds === undefined ? [] : [[name, seconds * 1000] as const]
  })
  return new Map(ages)
}
