import type { Alarm } from './alarms.ts'
import { type FunctionTerms, functionOf, watchFunction } from './function.ts'
import type { Key } from './key.ts'
import { link } from './links.ts'
import { policyOf, trust } from './policy.ts'
import { allowProducers, createDlq, sending } from './queue.ts'
import { account, componentName } from './stage.ts'

/** A function that nobody calls but its schedule. */
interface ScheduledTerms extends Omit<FunctionTerms, 'key'> {
  /** As EventBridge Scheduler writes it. */
  readonly schedule: `rate(${string})`
}

/**
 * A function and its schedule. Scheduler hands it over and never hears how it ended, so its own
 * failures have a destination as well: the same DLQ.
 */
export function createScheduled(
  { schedule, ...terms }: ScheduledTerms,
  key: Key,
  alarm: Alarm,
): { readonly lambda: sst.aws.Function; readonly dlq: sst.aws.Queue } {
  const { stem, links } = terms
  const component = componentName(stem)
  const dlq = createDlq(`${component}Dlq`, key, alarm)
  allowProducers(`${component}Dlq`, dlq, [])
  const failing = sending([dlq], key)
  const failures = link(`${component}Failures`, { permissions: failing })
  const made = functionOf({ ...terms, key, links: [failures, ...links] })
  const lambda = new sst.aws.Function(component, {
    ...made,
    retries: 2,
    transform: {
      ...made.transform,
      eventInvokeConfig: { destinationConfig: { onFailure: { destination: dlq.arn } } },
    },
  })
  new sst.aws.CronV2(`${component}Schedule`, {
    schedule,
    function: lambda.arn,
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
              { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: lambda.arn },
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
  watchFunction(stem, lambda.name, alarm)
  return { lambda, dlq }
}
