import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch'
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns'
import type { AwsConfig } from '../../place.ts'
import { clientOf } from './patience.ts'

/** An alarm, and whom it tells. */
export interface AlarmSeen {
  readonly name: string
  readonly state: string
  /** Milliseconds since the epoch; `undefined` where CloudWatch does not say. */
  readonly since: number | undefined
  /** What has happened, and which part of the runbook says what to do. */
  readonly description: string
  readonly isOn: boolean
  /** ARNs of topics. */
  readonly tells: readonly string[]
}

/** Somebody who is told of a topic's messages. */
export interface SubscriptionSeen {
  readonly protocol: string
  readonly isConfirmed: boolean
}

/** Alarms whose names begin like this. @throws whatever CloudWatch does */
export async function readAlarms(
  AlarmNamePrefix: string,
  config: AwsConfig,
): Promise<readonly AlarmSeen[]> {
  using client = clientOf(CloudWatchClient, config)
  const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix })
  const all = await Array.fromAsync(pages, (page) => page.MetricAlarms ?? [])
  return all.flat().map((alarm) => ({
    name: alarm.AlarmName ?? 'unknown',
    state: alarm.StateValue ?? 'unknown',
    since: alarm.StateTransitionedTimestamp?.getTime() ?? alarm.StateUpdatedTimestamp?.getTime(),
    description: alarm.AlarmDescription ?? '',
    isOn: alarm.ActionsEnabled !== false,
    tells: alarm.AlarmActions ?? [],
  }))
}

/** @throws whatever SNS does */
export async function readSubscriptions(
  TopicArn: string,
  config: AwsConfig,
): Promise<readonly SubscriptionSeen[]> {
  using client = clientOf(SNSClient, config)
  const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn })
  const all = await Array.fromAsync(pages, (page) => page.Subscriptions ?? [])
  return all.flat().map(({ Protocol, SubscriptionArn }) => ({
    protocol: Protocol ?? 'unknown',
    // Until then, and once it was taken back, SNS writes a word in place of the ARN.
    isConfirmed: SubscriptionArn?.startsWith('arn:') === true,
  }))
}
