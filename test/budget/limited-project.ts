import {
  type BucketState,
  type CircuitState,
  type Pacing,
  pacing,
  type RateLimits,
  rateBudget,
  sharedCircuit,
} from '@lapse/core/budget'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import type { LaneRule } from '@lapse/core/lane'
import type { LeaseRow } from '@lapse/core/leases'
import { createOry, type Ory, type OryClock, type Pace } from '@lapse/core/ory'
import type { Clock, Ledger, Outbox } from '@lapse/core/ports'
import type { RotationRow } from '@lapse/core/rotation'
import type { WorkflowRow } from '@lapse/core/run'
import {
  memoryFollowUps,
  memoryLedger,
  memoryPendingReceipts,
  memorySecretVersions,
  recordingLog,
  recordingMetrics,
} from '@lapse/core/testing'
import type { KeptSubjectsRow, KeyHistoryRow, NewestRow, ResetRow } from '@lapse/core/workflows'
import type { AllServices, BatchHandler } from '../faults/whole/lambda.ts'
import { memoryDispatcher } from '../faults/whole/memory-dispatcher.ts'
import { memoryOry } from '../faults/whole/memory-ory.ts'
import { randomOf } from '../faults/whole/random.ts'
import {
  type Kept,
  recordOf,
  type SimulatedQueue,
  simulatedQueue,
} from '../faults/whole/simulated-queue.ts'
import { inSimulatedTime, simulation } from '../faults/whole/simulation.ts'
import { edgeOf } from './limited-ory.ts'

const minute = 60_000

/** When everything begins. */
export const start = Date.parse('2026-01-02T03:04:05Z')

export interface ProjectTerms {
  readonly limits: RateLimits
  /** Lambda instances that take from each queue. */
  readonly workers: number
  readonly seed: number
}

/** What instances share to pace their calls, as one of them reaches it. */
interface PacingTerms {
  readonly budgets: Ledger<BucketState>
  readonly circuits: Ledger<CircuitState>
  /** Whether Ory answers who looks. */
  readonly probe: () => Promise<boolean>
}

type Dispatch = Parameters<typeof memoryDispatcher>[0]

/** A queue, and how instances process what is on it. */
interface Serving {
  readonly name: string
  readonly lanes: LaneRule
  readonly newInstance: (outbox: Outbox, lanes: LaneRule) => BatchHandler
  /** What is taken off the queue and not processed; absent: nothing. */
  readonly isDropped?: (message: Kept) => boolean
}

/** One project of Ory's that counts, the ledgers of its workers, and Lambda around them, in virtual time. */
export function limitedProject({ limits, workers, seed }: ProjectTerms) {
  const random = randomOf(seed)
  const time = simulation(start)
  const clock: Clock = { now: time.now }
  const oryClock: OryClock = {
    now: time.now,
    setTimeout: (callback, ms) => time.in(ms, callback),
    clearTimeout: (cancel) => (cancel as () => void)(),
  }
  const log = recordingLog()
  const metrics = recordingMetrics()
  const secrets = memorySecretVersions({ now: time.now } as never)
  const followUps = memoryFollowUps()
  const ledgers = {
    ledger: memoryLedger<WorkflowRow>(clock),
    leases: memoryLedger<LeaseRow>(clock),
    newest: memoryLedger<NewestRow>(clock),
    resets: memoryLedger<ResetRow>(clock),
    keptSubjects: memoryLedger<KeptSubjectsRow>(clock),
    rotations: memoryLedger<RotationRow>(clock),
    trustedKeys: memoryLedger<TrustedKeyRow>(clock),
    keyHistories: memoryLedger<KeyHistoryRow>(clock),
  }

  function newPacing({ budgets, circuits, probe }: PacingTerms): Pacing {
    const terms = { clock, project: 'ory.test' }
    return pacing({
      clock,
      budget: rateBudget({ ...terms, ledger: budgets, limits }),
      circuit: sharedCircuit({ ...terms, ledger: circuits, log, probe }),
    })
  }

  const newOry = (dispatch: Dispatch, pace: Pace | undefined): Ory =>
    createOry({
      adminUrl: 'http://ory.test',
      publicUrl: 'http://ory.test',
      clock: oryClock,
      random: () => random.next(),
      ...(pace && { pace }),
      dispatcher: memoryDispatcher(dispatch),
    })

  /** Of one instance, with what it reaches in its own way. */
  const servicesWith = (own: Pick<AllServices, 'ory'> & Partial<AllServices>): AllServices => ({
    ...ledgers,
    followUps,
    pendingReceipts: memoryPendingReceipts(),
    secrets,
    ledgerKey: new Uint8Array(32).fill(1),
    clock,
    log,
    metrics,
    ...own,
  })

  /** A queue and the instances that take from it; Lambda polls each queue by itself. */
  function served({ name, lanes, newInstance, isDropped }: Serving): SimulatedQueue {
    const queue = simulatedQueue(name, time, random, () => pump())
    const idle = Array.from({ length: workers }, () => newInstance(queue, lanes))

    /** Whoever is free takes a batch. */
    function pump(): void {
      while (idle.length > 0) {
        const received = Array.from({ length: 10 }, () => queue.receive()).filter(
          (message) => message !== undefined,
        )
        const dropped = new Set(received.filter((message) => isDropped?.(message)))
        for (const message of dropped) queue.remove(message)
        const batch = received.filter((message) => !dropped.has(message))
        if (batch.length === 0) return
        const handler = idle.pop() as BatchHandler
        const ends = time.now() + minute
        const context = { getRemainingTimeInMillis: () => ends - time.now() }
        void handler({ Records: batch.map(recordOf) }, context).then(({ batchItemFailures }) => {
          const failed = new Set(batchItemFailures.map((item) => Object.values(item as object)[0]))
          for (const message of batch)
            if (failed.has(message.messageId)) message.visibleAt = time.now()
            else queue.remove(message)
          idle.push(handler)
          time.in(random.between(10, 100), () => pump())
        })
      }
    }

    return queue
  }

  return {
    random,
    time,
    clock,
    server: memoryOry(time.now),
    edge: edgeOf(limits, time.now),
    log,
    metrics,
    secrets,
    ledgers,
    budgets: memoryLedger<BucketState>(clock),
    circuits: memoryLedger<CircuitState>(clock),
    newPacing,
    newOry,
    servicesWith,
    served,
    /** Plays until nothing is left to be done. @param settled grows with all that is settled for good */
    play: (settled: () => number) =>
      inSimulatedTime(time, () => time.settle({ settled, standstillMs: 24 * 60 * minute })),
  }
}
