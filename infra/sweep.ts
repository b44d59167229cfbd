import type { Alarm } from './alarms.ts'
import { type FunctionTerms, watchCount } from './function.ts'
import type { Key } from './key.ts'
import { createScheduled } from './scheduled.ts'

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

/** The sweep, its schedule, and who hears of what it finds. */
export function createSweep(
  { links, settings, vpc }: Pick<FunctionTerms, 'links' | 'settings' | 'vpc'>,
  key: Key,
  alarm: Alarm,
): { readonly dlq: sst.aws.Queue } {
  const { lambda: sweep, dlq } = createScheduled(
    { stem, schedule: 'rate(15 minutes)', timeoutSeconds: 300, links, settings, vpc },
    key,
    alarm,
  )
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
