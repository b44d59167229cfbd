import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Bag } from '../engine/answers.ts'
import type { Resource } from '../engine/mock-engine.ts'
import { root } from '../engine/platform.ts'
import { parsed, type Rule, type Stack, stemOf, types } from '../stack.ts'

export const alarmsReachOneTopic: Rule = (stack) => {
  const topic = stack.get(types.topic, 'Alarms').state['arn']
  return stack
    .some(types.alarm)
    .filter(({ inputs }) =>
      [inputs['alarmActions'], inputs['okActions']].some(
        (actions) => JSON.stringify(actions) !== JSON.stringify([topic]),
      ),
    )
    .map(({ name }) => `${name} is heard by nobody`)
}

/** What has to be heard of, whatever else is: the function that counts it, and the metric. */
const counted = [
  ['user-deleted', 'EventsGivenUp'],
  ['app-offboarded', 'EventsGivenUp'],
  ['key-rotated', 'EventsGivenUp'],
  ['user-deleted', 'ConfigurationErrors'],
  ['user-deleted', 'VerificationFailures'],
  ['user-suspended', 'EventsGivenUp'],
  ['user-suspended', 'ConfigurationErrors'],
  ['user-suspended', 'VerificationFailures'],
  ['user-signed-out', 'EventsGivenUp'],
  ['user-signed-out', 'ConfigurationErrors'],
  ['user-signed-out', 'VerificationFailures'],
  ['app-offboarded', 'ConfigurationErrors'],
  ['app-offboarded', 'VerificationFailures'],
  ['key-rotated', 'ConfigurationErrors'],
  ['key-rotated', 'VerificationFailures'],
  ['seal', 'CheckpointsSigned'],
  ['seal', 'ReceiptsUnsealable'],
  ['sweep', 'CredentialsOverwritten'],
  ['sweep', 'FollowUpPassesLate'],
  ['sweep', 'FollowUpsRefused'],
  ['sweep', 'ResetsUnfinished'],
  ['sweep', 'SecretsOverdue'],
  ['sweep', 'SweepFailures'],
  ['sweep', 'UnfrozenClients'],
  ['webhook', 'WebhooksFailed'],
  ['webhook', 'WebhooksUnreadable'],
  ...[
    'user-deleted',
    'user-suspended',
    'user-signed-out',
    'app-offboarded',
    'key-rotated',
    'seal',
    'sweep',
  ].map((stem) => [stem, 'ClockOffSeconds'] as const),
] as const

export const whatLapseCountsIsHeardOf: Rule = (stack) => {
  const heard = stack
    .some(types.alarm)
    .filter(({ inputs }) => inputs['namespace'] === 'lapse')
    .map(({ inputs }) => {
      const service = String((inputs['dimensions'] as Bag)['service'])
      return `${service.replace(/^lapse-[a-z]+-/, '')} ${inputs['metricName']}`
    })
  return counted
    .map((pair) => pair.join(' '))
    .filter((pair) => !heard.includes(pair))
    .map((pair) => `nobody hears of ${pair}`)
}

/** An alarm on a service that no function is would never go off. */
export const countsAreThoseOfFunctions: Rule = (stack) => {
  const services = stack.some(types.function).map(({ inputs }) => inputs['name'])
  return stack
    .some(types.alarm)
    .filter(({ inputs }) => inputs['namespace'] === 'lapse')
    .filter(({ inputs }) => !services.includes((inputs['dimensions'] as Bag)['service']))
    .map(({ name }) => `${name} watches a service that is not a function`)
}

const longestSeconds = 1800
const daySeconds = 86_400

/** Of an event's DLQ: publishers alone can fill it, and what is urgent there has an alarm of its own. */
function isReminder(stack: Stack, { metricName, dimensions }: Bag): boolean {
  const dlqs = stack
    .some(types.mapping)
    .map(({ inputs }) => stack.byArn(inputs['eventSourceArn']))
    .map((queue) => parsed(queue?.inputs['redrivePolicy'])?.['deadLetterTargetArn'])
    .map((arn) => stack.byArn(arn)?.state['name'])
  const { QueueName: name } = dimensions as Bag
  return metricName === 'ApproximateNumberOfMessagesVisible' && dlqs.includes(name)
}

/** Refused events stay on their DLQ until somebody looks: an alarm on its depth would ring all the time. */
export const publishersKeepNoAlarmRinging: Rule = (stack) =>
  stack
    .some(types.alarm)
    .filter(({ inputs }) => inputs['metricName'] && isReminder(stack, inputs))
    .filter(
      ({ inputs }) => Number(inputs['period']) * Number(inputs['evaluationPeriods']) < daySeconds,
    )
    .map(({ name }) => `${name} rings for whatever a publisher sends`)

/** Something wrong is heard of within half an hour, and a sweep's finding within the hour it stands. */
export const alarmsGoOffInTime: Rule = (stack) =>
  stack
    .some(types.alarm)
    .filter(({ inputs }) => !inputs['metricQueries'])
    .flatMap(({ name, inputs }) => {
      const { period, evaluationPeriods, comparisonOperator, treatMissingData } = inputs
      const isSilence = ['CheckpointsSigned', 'Invocations'].includes(String(inputs['metricName']))
      const wanted = isSilence
        ? ['LessThanOrEqualToThreshold', 'breaching']
        : ['GreaterThanThreshold', 'notBreaching']
      const takes = evaluationPeriods === 1 ? 0 : Number(period) * Number(evaluationPeriods)
      const longest = isReminder(stack, inputs) ? daySeconds : longestSeconds
      return [
        ...(takes <= longest ? [] : [`${name} takes ${takes} s to go off`]),
        ...(Number(period) <= 3600 ? [] : [`${name} looks at ${String(period)} s at a time`]),
        ...(wanted.join() === [comparisonOperator, treatMissingData].join()
          ? []
          : [`${name} goes off when all is well`]),
      ]
    })

export const lostDeliveriesAreHeardOf: Rule = (stack) => {
  const watched = stack
    .some(types.alarm)
    .filter(({ inputs }) => /FailedTo(BeSent|Redrive)ToDlq$/.test(String(inputs['metricName'])))
    .map(({ inputs }) => JSON.stringify(inputs['dimensions']))
  const topics = stack
    .some(types.subscription)
    .filter(({ inputs }) => inputs['protocol'] === 'sqs')
    .map(({ inputs }) => ({ TopicName: stack.byArn(inputs['topic'])?.state['name'] }))
  const targets = stack
    .some(types.eventTarget)
    .map(({ inputs }) => ({ EventBusName: inputs['eventBusName'], RuleName: inputs['rule'] }))
  return [...topics, ...targets]
    .map((dimensions) => JSON.stringify(dimensions))
    .filter((dimensions) => !watched.includes(dimensions))
    .map((dimensions) => `nobody hears of what is lost on the way from ${dimensions}`)
}

export const waitingEventsAreHeardOf: Rule = (stack) => {
  const watched = stack
    .some(types.alarm)
    .filter(({ inputs }) => inputs['metricName'] === 'ApproximateAgeOfOldestMessage')
    .map(({ inputs }) => (inputs['dimensions'] as Bag)['QueueName'])
  return stack
    .some(types.mapping)
    .map(({ inputs }) => stack.byArn(inputs['eventSourceArn']))
    .filter((queue) => !watched.includes(queue?.state['name']))
    .map((queue) => `nobody hears of events waiting on ${queue?.name}`)
}

/** A source that is switched on and subscribed to all but what it is there for is heard of in a week. */
export const sourcesThatDeliverNothingAreHeardOf: Rule = (stack) => {
  const watched = stack.some(types.alarm).filter(tellsOfAWeek).map(comparedSums)
  return stack
    .some(types.function)
    .filter((lambda) => stemOf(lambda) === 'webhook')
    .flatMap(({ inputs }) => {
      const { variables } = inputs['environment'] as { readonly variables: Bag }
      const sources = Object.keys(parsed(variables['WEBHOOK_SECRETS']) ?? {})
      return sources.map((source) => ({ service: inputs['name'], source }))
    })
    .map((dimensions) =>
      ['EventsPassedOver', 'EventsQueued']
        .map((metric) => JSON.stringify(['lapse', metric, dimensions, 'Sum', 86_400]))
        .join(),
    )
    .filter((sums) => !watched.includes(sums))
    .map((sums) => `nobody hears of a source that delivers nothing: ${sums}`)
}

const passedAndNoneQueued = 'IF(FILL(passed, REPEAT) > 0 AND FILL(queued, REPEAT) == 0, 1, 0)'

function tellsOfAWeek({ inputs }: Resource): boolean {
  const queries = (inputs['metricQueries'] ?? []) as readonly Bag[]
  const returned = queries.filter((query) => query['returnData'] === true)
  const { evaluationPeriods, threshold, comparisonOperator, treatMissingData } = inputs
  return (
    returned.map(({ expression }) => expression).join() === passedAndNoneQueued &&
    [evaluationPeriods, threshold, comparisonOperator, treatMissingData].join() ===
      [7, 0, 'GreaterThanThreshold', 'notBreaching'].join()
  )
}

/** What `passed` and `queued` stand for, in this order. */
function comparedSums({ inputs }: Resource): string {
  const queries = inputs['metricQueries'] as readonly { id: string; metric?: Bag }[]
  return ['passed', 'queued']
    .map((id) => queries.find((query) => query.id === id)?.metric ?? {})
    .map(({ namespace, metricName, dimensions, stat, period }) =>
      JSON.stringify([namespace, metricName, dimensions, stat, period]),
    )
    .join()
}

/** Copies of a message that waits are new to SQS: its own age says nothing of them. */
export const deferredMessagesAreHeardOf: Rule = (stack) => {
  const watched = stack
    .some(types.alarm)
    .filter(
      ({ inputs }) =>
        inputs['metricName'] === 'WaitingSeconds' &&
        inputs['statistic'] === 'Maximum' &&
        Number(inputs['threshold']) <= longestSeconds,
    )
    .map(({ inputs }) => (inputs['dimensions'] as Bag)['service'])
  return stack
    .some(types.mapping)
    .map(({ inputs }) => stack.byArn(inputs['functionName'])?.inputs['name'])
    .filter((name) => !watched.includes(name))
    .map((name) => `nobody hears of messages that ${String(name)} defers`)
}

/** An event that a wrong clock switched off ends in a receipt, which nobody reads by itself. */
export const supersededEventsAreHeardOf: Rule = (stack) => {
  const watched = stack
    .some(types.alarm)
    .filter(({ inputs }) => inputs['metricName'] === 'Superseded')
    .map(({ inputs }) => String((inputs['dimensions'] as Bag)['service']))
  return ['app-offboarded', 'key-rotated']
    .filter((stem) => !watched.some((service) => service.endsWith(stem)))
    .map((stem) => `nobody hears of superseded events of ${stem}`)
}

export const aSilentSweepIsHeardOf: Rule = (stack) =>
  stack
    .some(types.alarm)
    .some(
      ({ inputs }) =>
        inputs['metricName'] === 'Invocations' && inputs['treatMissingData'] === 'breaching',
    )
    ? []
    : ['nobody hears of a sweep that does not run']

/** A link into the runbook, which has to have a heading for it. */
export const everyAlarmHasARunbook: Rule = (stack) => {
  const runbook = readFileSync(resolve(root, 'docs/runbook.md'), 'utf8')
  const anchors = [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
  return stack.some(types.alarm).flatMap(({ name, inputs }) => {
    const [, anchor = ''] =
      /docs\/runbook\.md#(\S+)$/.exec(String(inputs['alarmDescription'])) ?? []
    return anchors.includes(anchor)
      ? []
      : [`${name} leads to no heading of the runbook: #${anchor}`]
  })
}
