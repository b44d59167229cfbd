import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Bag } from '../engine/answers.ts'
import { root } from '../engine/platform.ts'
import { type Rule, types } from '../stack.ts'

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
  ['user-deleted', 'ConfigurationErrors'],
  ['user-deleted', 'VerificationFailures'],
  ['app-offboarded', 'ConfigurationErrors'],
  ['app-offboarded', 'VerificationFailures'],
  ['key-rotated', 'ConfigurationErrors'],
  ['key-rotated', 'VerificationFailures'],
  ['sweep', 'CredentialsOverwritten'],
  ['sweep', 'FollowUpPassesLate'],
  ['sweep', 'FollowUpsRefused'],
  ['sweep', 'SecretsOverdue'],
  ['sweep', 'SweepFailures'],
  ['sweep', 'UnfrozenClients'],
  ['webhook', 'WebhooksFailed'],
  ['webhook', 'WebhooksUnreadable'],
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
