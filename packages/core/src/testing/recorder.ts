import type { WaitingCause } from '../errors.ts'
import type { Lane } from '../lane.ts'
import type { CountName, Log, LogFields, Metrics, SourceCountName } from '../ports/index.ts'

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: LogFields
}

/** A log that keeps its lines. */
export interface RecordingLog extends Log {
  readonly lines: readonly LogLine[]
}

export function recordingLog(): RecordingLog {
  const lines: LogLine[] = []
  const at =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields })
    }
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

/** Metrics that keep their sums. */
export interface RecordingMetrics extends Metrics {
  readonly counts: Readonly<Partial<Record<CountName, number>>>
  readonly sources: Readonly<Record<string, Readonly<Partial<Record<SourceCountName, number>>>>>
  readonly ages: readonly number[]
  readonly observations: readonly { readonly lane: Lane; readonly milliseconds: number }[]
  readonly waits: readonly { readonly cause: WaitingCause; readonly seconds: number }[]
}

export function recordingMetrics(): RecordingMetrics {
  const counts: Partial<Record<CountName, number>> = {}
  const sources: Record<string, Partial<Record<SourceCountName, number>>> = {}
  const ages: number[] = []
  const observations: { lane: Lane; milliseconds: number }[] = []
  const waits: { cause: WaitingCause; seconds: number }[] = []
  return {
    counts,
    sources,
    ages,
    observations,
    waits,
    count(name, value) {
      counts[name] = (counts[name] ?? 0) + value
    },
    countOf(source, name, value) {
      const before = sources[source] ?? {}
      sources[source] = { ...before, [name]: (before[name] ?? 0) + value }
    },
    eventAge(milliseconds) {
      ages.push(milliseconds)
    },
    observed(lane, milliseconds) {
      observations.push({ lane, milliseconds })
    },
    waiting(cause, seconds) {
      waits.push({ cause, seconds })
    },
    flush() {},
  }
}
