import type { Alarm } from './alarms.ts'
import { type FunctionTerms, functionOf, watchCount, watchFunction } from './function.ts'
import type { Key } from './key.ts'
import { link } from './links.ts'
import { policyOf, trust } from './policy.ts'
import { allowProducers, createDlq, sending } from './queue.ts'
import { account } from './stage.ts'

const stem = 'sweep'

/** What the sweep finds, each told again by every sweep until it is mended. */
const findings = [
  'CredentialsOverwritten',
  'ExpiredGrantsKept',
  'FollowUpPassesLate',
  'FollowUpsRefused',
  'ResetsUnfinished',
  'SecretsOverdue',
  'SweepFailures',
  'UnfrozenClients',
]

/**
 * The sweep and its schedule. Scheduler hands it over and never hears how it ended, so its own
 * failures have a destination as well: the same DLQ.
 */
export function createSweep(
  { links, settings, vpc }: Pick<FunctionTerms, 'links' | 'settings' | 'vpc'>,
  key: Key,
  alarm: Alarm,
): { readonly dlq: sst.aws.Queue } {
  const dlq = createDlq('SweepDlq', key, alarm)
  allowProducers('SweepDlq', dlq, [])
  const failing = sending([dlq], key)
  const failures = link('SweepFailures', { permissions: failing })
  const terms = functionOf({
    stem,
    timeoutSeconds: 300,
    key,
    links: [failures, ...links],
    settings,
    vpc,
  })
  const sweep = new sst.aws.Function('Sweep', {
    ...terms,
    retries: 2,
    transform: {
      ...terms.transform,
      eventInvokeConfig: { destinationConfig: { onFailure: { destination: dlq.arn } } },
    },
  })
  new sst.aws.CronV2('SweepSchedule', {
    schedule: 'rate(15 minutes)',
    function: sweep.arn,
    retries: 3,
    dlq: dlq.arn,
    transform: {
      role: {
        assumeRolePolicy: trust(
          { Service: 'scheduler.amazonaws.com' },
          { StringEquals: { 'aws:SourceAccount': account } },
        ),
        inlinePolicies: [
          {
            name: 'inline',
            policy: policyOf([
              { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: sweep.arn },
              ...failing.map(({ actions, resources }) => ({
                Effect: 'Allow' as const,
                Action: actions,
                Resource: resources,
              })),
            ]),
          },
        ],
      },
    },
  })
  watchFunction(stem, sweep.name, alarm)
  for (const finding of findings) watchCount(stem, finding, alarm, { periodSeconds: 3600 })
  alarm('SweepSilent', {
    description: 'no sweep has run for an hour; docs/runbook.md#no-sweep',
    namespace: 'AWS/Lambda',
    metric: 'Invocations',
    dimensions: { FunctionName: sweep.name },
    periodSeconds: 3600,
    onSilence: true,
  })
  return { dlq }
}
