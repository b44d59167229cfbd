import { sqsBatch } from '@lapse/aws/sqs-batch'
import {
  type BucketState,
  type CircuitState,
  type Pacing,
  pacing,
  type RateLimits,
  rateBudget,
  sharedCircuit,
} from '@lapse/core/budget'
import { parseAppOffboarded } from '@lapse/core/events'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import { type LeaseRow, turns } from '@lapse/core/leases'
import { createOry, type OryClock } from '@lapse/core/ory'
import type { Clock, Ledger } from '@lapse/core/ports'
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
import {
  type KeptSubjectsRow,
  type KeyHistoryRow,
  type NewestRow,
  offboarding,
  type ResetRow,
} from '@lapse/core/workflows'
import { concurrency } from '../../functions/services/concurrency.ts'
import type { AllServices, BatchHandler } from '../faults/whole/lambda.ts'
import { memoryDispatcher } from '../faults/whole/memory-dispatcher.ts'
import { memoryOry } from '../faults/whole/memory-ory.ts'
import { randomOf } from '../faults/whole/random.ts'
import { recordOf, simulatedQueue } from '../faults/whole/simulated-queue.ts'
import { inSimulatedTime, simulation } from '../faults/whole/simulation.ts'
import { edgeOf } from './limited-ory.ts'

// A reset loads it when it needs it, which takes time that is not the simulation's.
await import('@lapse/core/rotation')

export interface AppTerms {
  readonly limits: RateLimits
  /** Lambda instances. */
  readonly workers: number
  readonly seed: number
  /** How long Ory takes, in milliseconds. */
  readonly oryMs?: readonly [number, number]
  /** How long AWS takes, in milliseconds. */
  readonly awsMs?: readonly [number, number]
}

/** A request that Ory let through, and when it was there and answered, since the beginning. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly at: number
  readonly answeredAt: number
}

const minute = 60_000
const start = Date.parse('2026-01-02T03:04:05Z')

const settings = {
  protectedClientIds: [],
  protectedOwners: [],
  protectedIssuers: [],
  accessTokenLifespanMs: 60 * minute,
  secretRecoveryDays: 30,
}

/** Apps that are offboarded, workers that do it, and an Ory that counts, in virtual time. */
export function appWorld({ limits, workers, seed, oryMs = [20, 60], awsMs = [4, 12] }: AppTerms) {
  const random = randomOf(seed)
  const time = simulation(start)
  const clock: Clock = { now: time.now }
  const oryClock: OryClock = {
    now: time.now,
    setTimeout: (callback, ms) => time.in(ms, callback),
    clearTimeout: (cancel) => (cancel as () => void)(),
  }
  const server = memoryOry(time.now)
  const edge = edgeOf(limits, time.now)
  const log = recordingLog()
  const metrics = recordingMetrics()
  const secrets = memorySecretVersions({ now: time.now } as never)
  const asked: Asked[] = []

  /** Each call of a port takes a while, and so two may write at the same time. */
  const slow = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, method) {
        const call = Reflect.get(target, method) as (...parameters: unknown[]) => unknown
        return async (...parameters: unknown[]) => {
          await time.wait(random.between(...awsMs) / 2)
          const answer = await call.apply(target, parameters)
          await time.wait(random.between(...awsMs) / 2)
          return answer
        }
      },
    })
  const kept = <Row>(): Ledger<Row> => slow(memoryLedger<Row>(clock))
  const row = memoryLedger<WorkflowRow>(clock)
  const ledgers = {
    ledger: slow(row),
    leases: kept<LeaseRow>(),
    newest: kept<NewestRow>(),
    resets: kept<ResetRow>(),
    keptSubjects: kept<KeptSubjectsRow>(),
    rotations: kept<RotationRow>(),
    trustedKeys: kept<TrustedKeyRow>(),
    keyHistories: kept<KeyHistoryRow>(),
  }
  const budgets = kept<BucketState>()
  const circuits = kept<CircuitState>()
  const followUps = memoryFollowUps()

  function newPacing(): Pacing {
    const terms = { clock, project: 'ory.test' }
    return pacing({
      clock,
      budget: rateBudget({ ...terms, ledger: budgets, limits }),
      circuit: sharedCircuit({ ...terms, ledger: circuits, log, probe: async () => true }),
    })
  }

  async function answer(method: string, path: string, body: unknown, headers: readonly string[]) {
    await time.wait(random.between(...oryMs) / 2)
    const at = time.now() - start
    const answered = edge.admit(method, path) ?? server.answer(method, path, body, headers)
    await time.wait(random.between(...oryMs) / 2)
    asked.push({ method, path, status: answered.status, at, answeredAt: time.now() - start })
    return answered
  }

  const queue = simulatedQueue('app-offboarded', time, random, () => pump())

  function newInstance(): BatchHandler {
    const paces = newPacing()
    const services: AllServices = {
      ...ledgers,
      ory: createOry({
        adminUrl: 'http://ory.test',
        publicUrl: 'http://ory.test',
        clock: oryClock,
        random: () => random.next(),
        pace: paces.standingPace({ lane: 'deletion', event: 'shared', patienceMs: 10_000 }),
        dispatcher: memoryDispatcher(({ method, path, body, headers, begin }) => {
          begin()
          return answer(method, path, body, headers)
        }),
      }),
      pacing: paces,
      turns: turns(),
      followUps,
      pendingReceipts: memoryPendingReceipts(),
      secrets: slow(secrets),
      ledgerKey: new Uint8Array(32).fill(1),
      clock,
      log,
      metrics,
    }
    const worker = {
      parse: parseAppOffboarded,
      workflow: (event: ReturnType<typeof parseAppOffboarded>) => offboarding(event, settings),
      outbox: queue,
      services: async () => services,
      clock,
      log,
      metrics,
    }
    return sqsBatch(() => worker, { concurrency })
  }

  const idle = Array.from({ length: workers }, newInstance)

  /** Whoever is free takes a batch. */
  function pump(): void {
    while (idle.length > 0) {
      const batch = Array.from({ length: 10 }, () => queue.receive()).filter(
        (message) => message !== undefined,
      )
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

  /** An event of so long after the beginning, in milliseconds. */
  function offboard(id: string, data: object, at = 0): void {
    const event = { specversion: '1.0', type: 'app.offboarded', id, source: 'test', data }
    const body = JSON.stringify({ ...event, time: new Date(start + at).toISOString() })
    void queue.send({ body, attributes: {} })
  }

  function register(client_id: string, change: object = {}): string {
    const client_secret = `secret of ${client_id}`
    const lists = { grant_types: ['authorization_code'], response_types: ['code'] }
    const created_at = '2025-01-01T00:00:00Z'
    server.state.clients.set(client_id, {
      client_id,
      ...lists,
      created_at,
      metadata: {},
      ...change,
    })
    server.state.clientSecrets.set(client_id, client_secret)
    const value = JSON.stringify({ client_id, client_secret })
    secrets.create(`secret-of-${client_id}`, value, { tags: { 'lapse:client_id': client_id } })
    return `secret-of-${client_id}`
  }

  return {
    time,
    server,
    edge,
    log,
    metrics,
    queue,
    secrets,
    row,
    asked,
    newPacing,
    offboard,
    register,
    /** Plays until nothing is left to be done. */
    settle: () =>
      inSimulatedTime(time, () =>
        time.settle({ settled: () => asked.length, standstillMs: 24 * 60 * minute }),
      ),
  }
}
