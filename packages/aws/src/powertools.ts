import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { WaitingCause } from '@lapse/core/errors'
import type { Log, Metrics as MetricsPort } from '@lapse/core/ports'

/** Structured logs through Powertools; the level is `POWERTOOLS_LOG_LEVEL`. */
export function powertoolsLog(serviceName: string): Log {
  const logger = new Logger({ serviceName })
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  }
}

/** Metrics in EMF, namespace `lapse`, dimension `service`; waits under `service` and `cause` as well. */
export function powertoolsMetrics(serviceName: string): MetricsPort {
  const metrics = new Metrics({ namespace: 'lapse', serviceName })
  const byCause = new Map<WaitingCause, Metrics>()
  const metricsOf = (cause: WaitingCause): Metrics => {
    const defaultDimensions = { cause }
    const made =
      byCause.get(cause) ?? new Metrics({ namespace: 'lapse', serviceName, defaultDimensions })
    byCause.set(cause, made)
    return made
  }
  return {
    count: (name, value) => metrics.addMetric(name, MetricUnit.Count, value),
    eventAge: (milliseconds) =>
      metrics.addMetric('EventAge', MetricUnit.Milliseconds, milliseconds),
    waiting: (cause, seconds) => {
      for (const each of [metrics, metricsOf(cause)])
        each.addMetric('WaitingSeconds', MetricUnit.Seconds, seconds)
    },
    // Powertools warns about a batch with nothing to count, such as one of passes not due yet.
    flush: () => {
      for (const each of [metrics, ...byCause.values()])
        if (each.hasStoredMetrics()) each.publishStoredMetrics()
    },
  }
}
