import { sqsBatch } from '@lapse/aws/sqs-batch'
import { bookedBucket, callsPerMinute } from '@lapse/core/budget'
import { parseUserDeleted } from '@lapse/core/events'
import { type Lane, type LaneRule, usualLanes } from '@lapse/core/lane'
import type { Ledger, Outbox } from '@lapse/core/ports'
import { userDeleted } from '@lapse/core/workflows'
import { concurrency } from '../../functions/services/concurrency.ts'
import { type BatchHandler, followUpAfterMs } from '../faults/whole/lambda.ts'
import { limitedProject, type ProjectTerms, start } from './limited-project.ts'

export interface DrainTerms extends ProjectTerms {
  readonly users: number
  readonly sessionsOfEach: number
  /** Users of a backfill, deleted at the same time in the lane `hygiene`; absent: none. */
  readonly backfilled?: number
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

/** Users deleted all at once, workers that do it, and an Ory that counts, in virtual time. */
export function drainWorld({
  limits,
  users,
  sessionsOfEach,
  workers,
  seed,
  backfilled = 0,
  oryMs = [20, 60],
  isDown = () => false,
  paced = true,
}: DrainTerms) {
  const project = limitedProject({ limits, workers, seed })
  const { random, time, clock, server, edge, log, metrics, ledgers } = project
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

  function newInstance(outbox: Outbox, lanes: LaneRule): BatchHandler {
    const waits = waitsOf(time.now)
    const paces = project.newPacing({
      budgets: slow(project.budgets, waits, () => {
        counts.budgetWrites += 1
      }),
      circuits: slow(project.circuits, waits),
      probe: async () => {
        await time.wait(20)
        return !isDown(time.now() - start)
      },
    })
    const ory = project.newOry(
      async ({ method, path, body, begin }) => {
        counts.requests += 1
        if (isDown(time.now() - start))
          throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
        begin()
        const refusal = edge.admit(method, path)
        const answer = refusal ?? server.answer(method, path, body)
        if (refusal === undefined && method === 'DELETE') note(path)
        await waits.during(time.wait(random.between(...oryMs)))
        return answer
      },
      paced
        ? paces.standingPace({ lane: 'deletion', event: 'survey', patienceMs: 10_000 })
        : undefined,
    )
    const services = project.servicesWith({
      ory,
      ...(paced && { pacing: paces }),
      ledger: slow(ledgers.ledger, waits),
      leases: slow(ledgers.leases, waits),
    })
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
    return async (batch, context) => {
      const [began, waited] = [time.now(), waits.begin()]
      counts.deliveries += batch.Records.length
      const response = await handler(batch, context)
      counts.waitedMs += waited()
      counts.busyMs += time.now() - began
      return response
    }
  }

  const served = (name: string, lanes: LaneRule) =>
    project.served({
      name,
      lanes,
      newInstance,
      // The second pass is another story.
      isDropped: ({ attributes }) => attributes['lapse-pass'] === 'follow-up',
    })
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
  function remove(subject: string, to = queue, lane?: Lane): string {
    counts.removed += 1
    const id = `e-${counts.removed}`
    const event = {
      specversion: '1.0',
      type: 'user.deleted',
      id,
      source: 'test',
      time: new Date(time.now()).toISOString(),
      ...(lane && { lane }),
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
  for (let user = 0; user < backfilled; user += 1) {
    grant(`backfilled-${user}`, sessionsOfEach)
    remove(`backfilled-${user}`, queue, 'hygiene')
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
    row: ledgers.ledger,
    ended,
    grant,
    remove,
    /** When receipts were written, in milliseconds since the first deletion. */
    receiptsAt: () =>
      ledgers.ledger.rows.flatMap(({ receipt }) =>
        receipt ? [Date.parse(receipt.closed_at) - start] : [],
      ),
    /** Plays until nothing is left to be done. */
    drain: () => project.play(() => ended.size),
  }
}
