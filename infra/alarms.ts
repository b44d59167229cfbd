import { createHash } from 'node:crypto'
import type { Key } from './key.ts'
import { account, serviceName } from './stage.ts'
import { allowPublishing, createTopic } from './topic.ts'

/** Sets off one alarm; all of them go to the same topic. */
export type Alarm = (name: string, terms: AlarmTerms | ComparisonTerms) => void

/** A metric under its dimensions. */
interface Metric {
  readonly namespace: string
  readonly metric: string
  readonly dimensions: Readonly<Record<string, $util.Input<string>>>
}

/** When something is wrong that several metrics say together. Silence is healthy. */
export interface ComparisonTerms {
  readonly description: string
  /** The metrics' sums, by the names that the expression has for them. */
  readonly sums: Readonly<Record<string, Metric>>
  /** CloudWatch metric math; the alarm goes off above 0. */
  readonly expression: string
  readonly periodSeconds: number
  readonly periods: number
}

/** When something is wrong. Silence is healthy unless said otherwise. */
export interface AlarmTerms extends Metric {
  /** What has happened and which part of the runbook says what to do. */
  readonly description: string
  readonly statistic?: 'Sum' | 'Maximum'
  /** The alarm goes off above this; 0. */
  readonly threshold?: number
  readonly periodSeconds?: number
  /** How many periods in a row; 1. */
  readonly periods?: number
  /** Goes off where nothing at all was measured. */
  readonly onSilence?: boolean
}

/** The topic that people and pagers subscribe to, and what sends to it. */
export function createAlarms(key: Key, emails: readonly string[]) {
  const topic = createTopic('Alarms', serviceName('alarms'), key)
  allowPublishing('Alarms', topic, [
    {
      Sid: 'Alarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topic.arn,
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ])
  for (const endpoint of new Set(emails.map((email) => email.toLowerCase())))
    new aws.sns.TopicSubscription(`AlarmsEmail${nameOf(endpoint)}`, {
      topic: topic.arn,
      protocol: 'email',
      endpoint,
    })

  const alarm: Alarm = (name, terms) => {
    new aws.cloudwatch.MetricAlarm(name, {
      name: serviceName(name),
      alarmDescription: terms.description,
      ...('sums' in terms ? comparing(terms) : measuring(terms)),
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    })
  }
  return { alarm, topic }
}

function measuring(terms: AlarmTerms) {
  return {
    namespace: terms.namespace,
    metricName: terms.metric,
    dimensions: { ...terms.dimensions },
    statistic: terms.statistic ?? 'Sum',
    period: terms.periodSeconds ?? 60,
    evaluationPeriods: terms.periods ?? 1,
    threshold: terms.threshold ?? 0,
    comparisonOperator: terms.onSilence ? 'LessThanOrEqualToThreshold' : 'GreaterThanThreshold',
    treatMissingData: terms.onSilence ? 'breaching' : 'notBreaching',
  }
}

function comparing({ sums, expression, periodSeconds, periods }: ComparisonTerms) {
  const metrics = Object.entries(sums).map(([id, { namespace, metric, dimensions }]) => ({
    id,
    metric: {
      namespace,
      metricName: metric,
      dimensions: { ...dimensions },
      stat: 'Sum',
      period: periodSeconds,
    },
  }))
  return {
    metricQueries: [...metrics, { id: 'compared', expression, returnData: true }],
    evaluationPeriods: periods,
    threshold: 0,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  }
}

/**
 * A name that stays with its address. Named by their places in the list, addresses behind one that
 * is taken out would be subscribed anew, which changes nothing at SNS, and then be unsubscribed.
 */
function nameOf(email: string): string {
  return createHash('sha256').update(email).digest('hex').slice(0, 8)
}
