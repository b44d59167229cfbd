import { sqsBatch } from '@lapse/aws/sqs-batch'
import {
  type BucketState,
  bookedBucket,
  type CircuitState,
  callsPerMinute,
  pacing,
  type RateLimits,
  rateBudget,
  sharedCircuit,
} from '@lapse/core/budget'
import { parseUserDeleted } from '@lapse/core/events'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import { type LaneRule, usualLanes } from '@lapse/core/lane'
import type { LeaseRow } from '@lapse/core/leases'
import { createOry, type OryClock } from '@lapse/core/ory'
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
import type { KeptSubjectsRow, ResetRow } from '@lapse/core/workflows'
import { type KeyHistoryRow, type NewestRow, userDeleted } from '@lapse/core/workflows'
import { concurrency } from '../../functions/services/concurrency.ts'
import { type AllServices, type BatchHandler, followUpAfterMs } from '../faults/whole/lambda.ts'
import { memoryDispatcher } from '../faults/whole/memory-dispatcher.ts'
import { memoryOry } from '../faults/whole/memory-ory.ts'
import { randomOf } from '../faults/whole/random.ts'
import { recordOf, type SimulatedQueue, simulatedQueue } from '../faults/whole/simulated-queue.ts'
import { inSimulatedTime, simulation } from '../faults/whole/simulation.ts'
import { edgeOf } from './limited-ory.ts'

export interface DrainTerms {
  readonly limits: RateLimits
  readonly users: number
  readonly sessionsOfEach: number
  /** Lambda instances. */
  readonly workers: number
  readonly seed: number
  /** How long Ory takes, in milliseconds. */
  readonly oryMs?: readonly [number, number]
  /** Told how long it is since the first deletion, in milliseconds. */
  readonly isDown?: (sinceMs: number) => boolean
  /** Whether calls are paced at all. */
  readonly paced?: boolean
}

/** How long an invocation waits for nothing that is under way: neither Ory nor AWS. */
interface Waits {
  /** @returns what tells how long it was, in milliseconds */
  begin(): () => number
  during(work: Promise<void>): Promise<void>
}

function waitsOf(now: () => number): Waits {
  const state = { underWay: 0, waitedMs: 0, since: 0 }
  const add = () => {
    if (state.underWay === 0) state.waitedMs += now() - state.since
  }
  return {
    begin() {
      Object.assign(state, { waitedMs: 0, since: now() })
      return () => {
        add()
        return state.waitedMs
      }
    },
    async during(work) {
      add()
      state.underWay += 1
      await work
      state.underWay -= 1
      if (state.underWay === 0) state.since = now()
    },
  }
}

const minute = 60_000
const start = Date.parse('2026-01-02T03:04:05Z')

/** Users deleted all at once, workers that do it, and an Ory that counts, in virtual time. */
export function drainWorld({
  limits,
  users,
  sessionsOfEach,
  workers,
  seed,
  oryMs = [20, 60],
  isDown = () => false,
  paced = true,
}: DrainTerms) {
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
  const revocations = bookedBucket(limits, 'admin-low')
  const settings = {
    followUpAfterMs,
    accessTokenLifespanMs: 60 * minute,
    ...(revocations && { callsPerMinute: callsPerMinute(revocations.limit) }),
  }
  /** Destructive calls for each user that were let through: when, and how. */
  const ended = new Map<
    string,
    { readonly at: number; readonly by: 'sid' | 'subject' | 'consents' }[]
  >()
  const counts = { removed: 0, budgetWrites: 0, requests: 0, busyMs: 0, waitedMs: 0, deliveries: 0 }

  /** AWS answers after a while, and so two may write at the same time. */
  const slow = <Row>(
    ledger: Ledger<Row>,
    { during }: Waits,
    wrote: () => void = () => undefined,
  ): Ledger<Row> => ({
    async read(key) {
      await during(time.wait(random.between(2, 8)))
      return ledger.read(key)
    },
    async write(...parameters) {
      await during(time.wait(random.between(2, 8)))
      const version = await ledger.write(...parameters)
      wrote()
      await during(time.wait(random.between(1, 4)))
      return version
    },
  })
  const row = memoryLedger<WorkflowRow>(clock)
  const lease = memoryLedger<LeaseRow>(clock)
  const budgets = memoryLedger<BucketState>(clock)
  const circuits = memoryLedger<CircuitState>(clock)
  const secrets = memorySecretVersions({ now: time.now } as never)
  const followUps = memoryFollowUps()

  function newInstance(outbox: Outbox, lanes: LaneRule): BatchHandler {
    const waits = waitsOf(time.now)
    const circuit = sharedCircuit({
      ledger: slow(circuits, waits),
      clock,
      log,
      project: 'ory.test',
      probe: async () => {
        await time.wait(20)
        return !isDown(time.now() - start)
      },
    })
    const budget = rateBudget({
      ledger: slow(budgets, waits, () => {
        counts.budgetWrites += 1
      }),
      clock,
      project: 'ory.test',
      limits,
    })
    const paces = pacing({ budget, circuit, clock })
    const ory = createOry({
      adminUrl: 'http://ory.test',
      clock: oryClock,
      random: () => random.next(),
      ...(paced && {
        pace: paces.standingPace({ lane: 'deletion', event: 'survey', patienceMs: 10_000 }),
      }),
      dispatcher: memoryDispatcher(async ({ method, path, body, begin }) => {
        counts.requests += 1
        if (isDown(time.now() - start))
          throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
        begin()
        const refusal = edge.admit(method, path)
        const answer = refusal ?? server.answer(method, path, body)
        if (refusal === undefined && method === 'DELETE') note(path)
        await waits.during(time.wait(random.between(...oryMs)))
        return answer
      }),
    })
    const services: AllServices = {
      ory,
      ...(paced && { pacing: paces }),
      ledger: slow(row, waits),
      leases: slow(lease, waits),
      newest: memoryLedger<NewestRow>(clock),
      resets: memoryLedger<ResetRow>(clock),
      keptSubjects: memoryLedger<KeptSubjectsRow>(clock),
      rotations: memoryLedger<RotationRow>(clock),
      trustedKeys: memoryLedger<TrustedKeyRow>(clock),
      keyHistories: memoryLedger<KeyHistoryRow>(clock),
      followUps,
      pendingReceipts: memoryPendingReceipts(),
      secrets,
      ledgerKey: new Uint8Array(32).fill(1),
      clock,
      log,
      metrics,
    }
    const worker = {
      parse: parseUserDeleted,
      workflow: () => userDeleted(settings),
      outbox,
      lanes: () => lanes,
      services: async () => services,
      clock,
      log,
      metrics,
    }
    const handler = sqsBatch(() => worker, { concurrency })
    return async (...batch) => {
      const waited = waits.begin()
      const response = await handler(...batch)
      counts.waitedMs += waited()
      return response
    }
  }

  /** A queue and the instances that take from it; Lambda polls each queue by itself. */
  function served(name: string, lanes: LaneRule): SimulatedQueue {
    const queue = simulatedQueue(name, time, random, () => pump())
    const idle = Array.from({ length: workers }, () => newInstance(queue, lanes))

    /** Whoever is free takes a batch. The second pass is another story. */
    function pump(): void {
      while (idle.length > 0) {
        const batch = Array.from({ length: 10 }, () => queue.receive()).filter(
          (message) => message !== undefined,
        )
        const [firsts, seconds] = [
          batch.filter(({ attributes }) => attributes['lapse-pass'] !== 'follow-up'),
          batch.filter(({ attributes }) => attributes['lapse-pass'] === 'follow-up'),
        ]
        for (const message of seconds) queue.remove(message)
        if (firsts.length === 0) return
        const handler = idle.pop() as BatchHandler
        const ends = time.now() + minute
        const context = { getRemainingTimeInMillis: () => ends - time.now() }
        const began = time.now()
        counts.deliveries += firsts.length
        void handler({ Records: firsts.map(recordOf) }, context).then(({ batchItemFailures }) => {
          counts.busyMs += time.now() - began
          const failed = new Set(batchItemFailures.map((item) => Object.values(item as object)[0]))
          for (const message of firsts)
            if (failed.has(message.messageId)) message.visibleAt = time.now()
            else queue.remove(message)
          idle.push(handler)
          time.in(random.between(10, 100), () => pump())
        })
      }
    }

    return queue
  }

  const queue = served('user-deleted', usualLanes)
  const incidents = served('user-deleted-incident', 'incident')

  function note(path: string): void {
    const { pathname, searchParams } = new URL(path, 'http://ory.test')
    const sid = searchParams.get('sid')
    const subject = searchParams.get('subject') ?? sid?.replace(/:\d+$/, '') ?? ''
    const by = sid !== null ? 'sid' : pathname.endsWith('consent') ? 'consents' : 'subject'
    ended.set(subject, [...(ended.get(subject) ?? []), { at: time.now() - start, by }])
  }

  /** @returns the id of the event, which the ledger knows it by */
  function remove(subject: string, to = queue): string {
    counts.removed += 1
    const id = `e-${counts.removed}`
    const event = {
      specversion: '1.0',
      type: 'user.deleted',
      id,
      source: 'test',
      time: new Date(time.now()).toISOString(),
      data: { subject },
    }
    void to.send({ body: JSON.stringify(event), attributes: {} })
    return id
  }

  function grant(subject: string, sessions: number): void {
    for (let session = 0; session < sessions; session += 1) {
      const sid = `${subject}:${session}`
      server.state.sessions.set(sid, subject)
      server.state.consents.push({ subject, clientId: 'app', sid, isListed: true })
    }
  }

  for (let user = 0; user < users; user += 1) {
    grant(`user-${user}`, sessionsOfEach)
    remove(`user-${user}`)
  }

  return {
    time,
    start,
    server,
    edge,
    log,
    counts,
    queue,
    incidents,
    row,
    ended,
    grant,
    remove,
    /** When receipts were written, in milliseconds since the first deletion. */
    receiptsAt: () =>
      row.rows.flatMap(({ receipt }) => (receipt ? [Date.parse(receipt.closed_at) - start] : [])),
    /** Plays until nothing is left to be done. */
    drain: () =>
      inSimulatedTime(time, () =>
        time.settle({ settled: () => ended.size, standstillMs: 24 * 60 * minute }),
      ),
  }
}
