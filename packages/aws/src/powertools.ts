import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
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

/** Metrics in EMF, namespace `lapse`, dimension `service`. */
export function powertoolsMetrics(serviceName: string): MetricsPort {
  const metrics = new Metrics({ namespace: 'lapse', serviceName })
  return {
    count: (name, value) => metrics.addMetric(name, MetricUnit.Count, value),
    eventAge: (milliseconds) =>
      metrics.addMetric('EventAge', MetricUnit.Milliseconds, milliseconds),
    // Powertools warns about a batch with nothing to count, such as one of passes not due yet.
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
    },
  }
}
