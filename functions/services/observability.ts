import { powertoolsLog, powertoolsMetrics } from '@lapse/aws/powertools'
import { optional } from '@lapse/aws/settings/texts'
import { systemClock } from '@lapse/core/ports'
import { environment } from './environment.ts'

/** What logs and metrics name as their `service`: alarms tell stages and functions apart by it. */
const serviceName = optional(environment, 'POWERTOOLS_SERVICE_NAME') ?? 'lapse'

export const clock = systemClock
export const log = powertoolsLog(serviceName)
export const metrics = powertoolsMetrics(serviceName)
