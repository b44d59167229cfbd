import type { SettledBatch } from '@lapse/local'

/** What became of a message that stays on its queue, and of which nobody said why. */
export interface Silences {
  /** Messages that were left on their queue without a line about them. */
  readonly leftWithoutALine: number
  /** Receives that no batch had. */
  readonly receivedByNobody: number
}

/** Looks on at batches and lines of a function. */
export interface Witness {
  saw(batch: SettledBatch): void
  heard(line: string): void
  /** First passes that were done. */
  firstPasses(): number
  deliveries(): number
  /**
   * What the function that was asked most often had in use of its heap each time, in MB: those of
   * several, some of which have only begun, would say nothing of whether it grows.
   */
  heapMb(): readonly number[]
  /** Invocations that failed as a whole, by why. */
  failures(): Readonly<Record<string, number>>
  silences(): Silences
}

export function createWitness(): Witness {
  const told = new Set<string>()
  const left = new Set<string>()
  /** Receives that were seen, of messages that are still there. */
  const receives = new Map<string, number>()
  const heapsMb = new Map<number, number[]>()
  const failures: Record<string, number> = {}
  const counts = { deliveries: 0, firstPasses: 0, receivedByNobody: 0 }
  return {
    saw({ records, failed, invocation }) {
      const { error } = invocation
      if (error !== undefined)
        failures[error.errorMessage] = (failures[error.errorMessage] ?? 0) + 1
      counts.deliveries += records.length
      for (const { messageId, attributes } of records) {
        const seen = (receives.get(messageId) ?? 0) + 1
        counts.receivedByNobody += Math.max(0, Number(attributes.ApproximateReceiveCount) - seen)
        receives.set(messageId, Number(attributes.ApproximateReceiveCount))
        if (failed.has(messageId)) left.add(messageId)
        else receives.delete(messageId)
      }
    },
    heard(line) {
      const { message_id: id, receipt, pid, liveHeap } = fieldsOf(line)
      if (pid !== undefined && liveHeap !== undefined)
        heapsMb.set(pid, [...(heapsMb.get(pid) ?? []), Math.round(liveHeap / 2 ** 20)])
      if (typeof id === 'string') told.add(id)
      if (receipt?.pass === 'first') counts.firstPasses += 1
    },
    firstPasses: () => counts.firstPasses,
    deliveries: () => counts.deliveries,
    heapMb: () => [...heapsMb.values()].sort((one, other) => other.length - one.length)[0] ?? [],
    failures: () => failures,
    silences: () => ({
      leftWithoutALine: left.difference(told).size,
      receivedByNobody: counts.receivedByNobody,
    }),
  }
}

interface Fields {
  readonly message_id?: unknown
  readonly receipt?: { readonly pass?: string }
  readonly pid?: number
  readonly liveHeap?: number
}

/** Functions print JSON; what is none says nothing of a message. */
function fieldsOf(line: string): Fields {
  try {
    return Object(JSON.parse(line)) as Fields
  } catch {
    return {}
  }
}
