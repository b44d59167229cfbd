import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Log, Metrics as MetricsPort } from '@lapse/core/ports'
import type { MeasuredClock } from './measured-clock.ts'

/** Structured logs through Powertools; the level is `POWERTOOLS_LOG_LEVEL`. */
export function powertoolsLog(serviceName: string): Log {
  const logger = new Logger({ serviceName })
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  }
}

/**
 * Metrics in EMF, namespace `lapse`, dimension `service`; waits under `service` and `cause` as
 * well, what is counted of a source under `service` and `source` alone, and how soon an event was
 * seen done under `service` and `lane` alone.
 * @param clock what the function goes by: how far it is off is measured with every batch while it is
 */
export function powertoolsMetrics(
  serviceName: string,
  clock?: Pick<MeasuredClock, 'offMs'>,
): MetricsPort {
  const all = new Map<string, Metrics>()
  const metricsOf = (defaultDimensions: Readonly<Record<string, string>>): Metrics => {
    const name = JSON.stringify(defaultDimensions)
    const made =
      all.get(name) ?? new Metrics({ namespace: 'lapse', serviceName, defaultDimensions })
    all.set(name, made)
    return made
  }
  const metrics = metricsOf({})
  return {
    count: (name, value) => metrics.addMetric(name, MetricUnit.Count, value),
    countOf: (source, name, value) =>
      metricsOf({ source }).addMetric(name, MetricUnit.Count, value),
    eventAge: (milliseconds) =>
      metrics.addMetric('EventAge', MetricUnit.Milliseconds, milliseconds),
    observed: (lane, milliseconds) =>
      metricsOf({ lane }).addMetric('EventToObserved', MetricUnit.Milliseconds, milliseconds),
    waiting: (cause, seconds) => {
      for (const each of [metrics, metricsOf({ cause })])
        each.addMetric('WaitingSeconds', MetricUnit.Seconds, seconds)
    },
    // Powertools warns about a batch with nothing to count, such as one of passes not due yet.
    flush: () => {
      const offSeconds = Math.abs(clock?.offMs() ?? 0) / 1000
      if (offSeconds > 0) metrics.addMetric('ClockOffSeconds', MetricUnit.Seconds, offSeconds)
      for (const each of all.values()) if (each.hasStoredMetrics()) each.publishStoredMetrics()
    },
  }
}
