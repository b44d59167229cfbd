import { measuredClock } from '@lapse/aws/measured-clock'
import { powertoolsLog, powertoolsMetrics } from '@lapse/aws/powertools'
import { optional } from '@lapse/aws/settings/texts'
import { systemClock } from '@lapse/core/ports'
import { environment } from './environment.ts'

/** What logs and metrics name as their `service`: alarms tell stages and functions apart by it. */
const serviceName = optional(environment, 'POWERTOOLS_SERVICE_NAME') ?? 'lapse'

export const log = powertoolsLog(serviceName)
/** This machine's, as long as it is right by what DynamoDB's answers say. */
export const clock = measuredClock(systemClock, (aheadMs) =>
  log.warn('this machine’s clock is off: AWS’s is used instead', { clock_off_ms: -aheadMs }),
)
export const metrics = powertoolsMetrics(serviceName, clock)
