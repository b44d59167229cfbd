import {
  type BucketState,
  type CircuitState,
  type Pacing,
  pacing,
  type RateLimits,
  rateBudget,
  sharedCircuit,
} from '@lapse/core/budget'
import { deliver, type Message, type Worker } from '@lapse/core/delivery'
import { OryAbortedError, OryTransportError } from '@lapse/core/errors'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import type { LeaseRow } from '@lapse/core/leases'
import {
  type CallOptions,
  type OperationId,
  type Ory,
  type OryAccounts,
  operations,
} from '@lapse/core/ory'
import type { FollowUp, FollowUps, Ledger, RowKey, SecretVersions } from '@lapse/core/ports'
import type { RotationRow } from '@lapse/core/rotation'
import type { Allowance, WorkflowEvent, WorkflowRow } from '@lapse/core/run'
import {
  type ManualClock,
  manualClock,
  memoryFollowUps,
  memoryLedger,
  memoryPendingReceipts,
  recordingLog,
  recordingMetrics,
} from '@lapse/core/testing'
import type {
  KeptSubjectsRow,
  KeyHistoryRow,
  KeyRotatedServices,
  NewestRow,
  OffboardingServices,
  ResetRow,
  UserServices,
} from '@lapse/core/workflows'
import { type Actor, type Fate, type Gate, startActor } from './stage.ts'
import { virtualQueue } from './virtual-queue.ts'

/** What the workflows need, all of them together. */
type AllServices = OffboardingServices & KeyRotatedServices & UserServices

const minute = 60_000

/** A call that really was made at Ory, and the attempt that made it. */
export interface Made {
  readonly row: string
  readonly attempt: number
  readonly op: string
  readonly by: string
}

/** One thing that may happen next; numbers choose among what is possible at that moment. */
export type Move =
  | { readonly kind: 'deliver'; readonly pick: number }
  | { readonly kind: 'step'; readonly pick: number; readonly fate: Fate }
  | { readonly kind: 'pass-time'; readonly seconds: number }
  | { readonly kind: 'sweep' }

interface Delivery {
  readonly actor: Actor
  /** Absent where it is the sweep that is at work. */
  readonly message?: Message
}

/** What is played, and what it is played on besides a queue and a ledger in memory. */
export interface Play<Event extends WorkflowEvent, Observation>
  extends Pick<Worker<Event, Observation, AllServices>, 'parse' | 'parseDerived' | 'workflow'> {
  readonly ory: Ory
  readonly accounts?: OryAccounts
  /** RFC 3339. */
  readonly begins?: string
  readonly secrets?: SecretVersions
  readonly followUps?: FollowUps
  /** Of the project; absent: calls are not paced. */
  readonly limits?: RateLimits
  /** Executes follow-ups that are due. */
  readonly sweep?: (services: AllServices, allowance: Allowance) => Promise<void>
}

/** A queue, a ledger and any number of deliveries around a real Ory server. */
export function world<Event extends WorkflowEvent, Observation>({
  ory,
  accounts,
  begins = '2026-01-02T03:04:05Z',
  parse,
  parseDerived,
  workflow,
  secrets = {} as SecretVersions,
  followUps = memoryFollowUps(),
  limits,
  sweep = async () => undefined,
}: Play<Event, Observation>) {
  const clock = manualClock(begins)
  const queue = virtualQueue(clock)
  const ledger = memoryLedger<WorkflowRow>()
  const leases = memoryLedger<LeaseRow>()
  const newest = memoryLedger<NewestRow>()
  const resets = memoryLedger<ResetRow>()
  const keptSubjects = memoryLedger<KeptSubjectsRow>()
  const rotations = memoryLedger<RotationRow>()
  const budgets = memoryLedger<BucketState>(clock)
  const circuits = memoryLedger<CircuitState>(clock)
  const trustedKeys = memoryLedger<TrustedKeyRow>()
  const keyHistories = memoryLedger<KeyHistoryRow>()
  const pendingReceipts = memoryPendingReceipts({ ledger, clock })
  const log = recordingLog()
  const metrics = recordingMetrics()
  const made: Made[] = []
  const rewritten: string[] = []
  const deliveries: Delivery[] = []
  const state = { actors: 0 }

  async function begin(messageId: string): Promise<void> {
    const message = queue.take(messageId)
    state.actors += 1
    const actor = await startActor(`delivery ${state.actors}`, async (gate) => {
      const deadline = clock.now() + minute
      const delivered = await deliver(message, { deadline }, workerAt(gate, deadline))
      if (delivered === 'retry') queue.putBack(message)
    })
    deliveries.push({ actor, message })
    tidy()
  }

  /** What a sweep throws is told by it, and left to the next one. */
  async function beginSweep(): Promise<void> {
    state.actors += 1
    const actor = await startActor(`sweep ${state.actors}`, async (gate) => {
      const deadline = clock.now() + minute
      await sweep(servicesAt(gate, deadline), { deadline }).catch(() => undefined)
    })
    deliveries.push({ actor })
    tidy()
  }

  function pacingAt(gate: Gate, limits: RateLimits): Pacing {
    const terms = { clock, project: 'ory.test' }
    const [budget, circuit] = [gated(budgets, gate, 'budget'), gated(circuits, gate, 'circuit')]
    return pacing({
      clock,
      budget: rateBudget({ ...terms, ledger: budget, limits }),
      circuit: sharedCircuit({ ...terms, ledger: circuit, log, probe: async () => true }),
    })
  }

  function servicesAt(gate: Gate, deadline: number): AllServices {
    const own = { row: '', attempt: 0 }
    const isOver = () => clock.now() >= deadline
    return {
      ory: gatedOry(ory, gate, isOver, clock, (op, by) => made.push({ ...own, op, by })),
      ...(accounts && { accounts: gatedOry(accounts, gate, isOver, clock, () => undefined) }),
      ...(limits && { pacing: pacingAt(gate, limits) }),
      ledger: gatedLedger(
        ledger,
        gate,
        (key, row) => {
          own.row = nameOf(key)
          own.attempt = row.attempts.length
        },
        rewritten,
      ),
      leases: gated(leases, gate, 'lease'),
      newest: gated(newest, gate, 'newest event'),
      resets: gated(resets, gate, 'reset'),
      keptSubjects: gated(keptSubjects, gate, 'kept subjects'),
      rotations: gated(rotations, gate, 'rotation'),
      trustedKeys: gated(trustedKeys, gate, 'trusted key'),
      keyHistories: gated(keyHistories, gate, 'key history'),
      followUps: gatedFollowUps(followUps, gate),
      pendingReceipts: gated(pendingReceipts, gate, 'pending receipts'),
      secrets: gated(secrets, gate, 'secrets'),
      ledgerKey: new Uint8Array(32).fill(1),
      clock,
      log,
      metrics,
    }
  }

  function workerAt(gate: Gate, deadline: number): Worker<Event, Observation, AllServices> {
    const services = servicesAt(gate, deadline)
    return {
      parse,
      ...(parseDerived && { parseDerived }),
      workflow,
      outbox: {
        send: (message) => gate('send', () => queue.send(message)),
        deadLetter: (message) => gate('dead-letter', () => queue.deadLetter(message)),
      },
      services: async () => services,
      clock,
      log,
      metrics,
    }
  }

  /** What died leaves its message to be received again; what is done leaves nothing. */
  function tidy(): void {
    const ended = deliveries.filter(({ actor }) => actor.state !== 'held')
    for (const { actor, message } of ended) {
      deliveries.splice(
        deliveries.findIndex((delivery) => delivery.actor === actor),
        1,
      )
      if (actor.state === 'dead' && message !== undefined) queue.putBack(message)
    }
  }

  async function play(move: Move): Promise<void> {
    if (move.kind === 'pass-time') return clock.advance(move.seconds * 1000)
    if (move.kind === 'sweep') return beginSweep()
    if (move.kind === 'deliver') {
      const visible = queue.visible()
      const message = visible[move.pick % visible.length]
      return message && begin(message.messageId)
    }
    const delivery = deliveries[move.pick % deliveries.length]
    await delivery?.actor.step(move.fate)
    tidy()
  }

  /** The next thing that happens where nothing goes wrong. */
  async function playOn(): Promise<void> {
    if (deliveries.length > 0) return play({ kind: 'step', pick: 0, fate: 'go-on' })
    queue.waitForNext()
    return play({ kind: 'deliver', pick: 0 })
  }

  /** No more faults: everything that is left is delivered and runs to its end. */
  async function settle(): Promise<void> {
    for (let moves = 0; deliveries.length > 0 || !queue.isEmpty(); moves += 1) {
      if (moves > 5000) throw new Error('this never comes to an end')
      await playOn()
    }
  }

  const gatesAhead = () => deliveries.map(({ actor }) => actor.at)

  /**
   * Lets so many calls pass, has the next one meet its fate, and then everything runs to its end.
   * @returns whether there was a next one
   */
  async function settleAfter(calls: number, fate: Fate): Promise<boolean> {
    for (let call = 0; call < calls && gatesAhead().length > 0; call += 1)
      await play({ kind: 'step', pick: 0, fate: 'go-on' })
    const isMet = gatesAhead().length > 0
    if (isMet) await play({ kind: 'step', pick: 0, fate })
    await settle()
    return isMet
  }

  return {
    queue,
    ledger,
    newest,
    resets,
    keptSubjects,
    rotations,
    trustedKeys,
    keyHistories,
    followUps,
    pendingReceipts,
    log,
    clock,
    metrics,
    made,
    rewritten,
    play,
    playOn,
    settle,
    settleAfter,
    gatesAhead,
  }
}

function nameOf({ event, pass }: RowKey): string {
  return `${event} ${pass}`
}

/** Every operation is held at the gate; changes that were answered are written down. */
function gatedOry<Client extends Ory | OryAccounts>(
  ory: Client,
  gate: Gate,
  isOver: () => boolean,
  clock: ManualClock,
  made: (op: string, by: string) => void,
): Client {
  /** Waits for the slot of a call that is paced. */
  async function inTurn(op: OperationId, { pace }: CallOptions): Promise<void> {
    const operation = operations[op]
    if (operation === undefined) return
    const { bucket, port } = operation
    const attempt = { operation: op, port, bucket, deadline: clock.now() + minute }
    const slot = await pace?.next(attempt)
    if (slot !== undefined) clock.advance(Math.max(0, slot.from - clock.now()))
  }
  const method =
    (op: OperationId) =>
    async (parameters: Record<string, unknown>, options: CallOptions = {}) => {
      const call = Reflect.get(ory, op) as (parameters: unknown) => PromiseLike<unknown>
      await inTurn(op, options)
      const by = ['sid', 'subject', 'client_id', 'id'].find((name) => name in parameters) ?? ''
      return gate(
        `${op} by ${by}`,
        async () => {
          // Its signal ends an invocation, and whatever it would still have called.
          if (isOver()) throw new OryAbortedError(op, { mayHaveRun: false })
          const answer = await call(parameters)
          if (!op.startsWith('get')) made(op, by)
          return answer
        },
        (mayHaveRun) =>
          new OryTransportError(op, { reason: 'reset', mayHaveRun, message: 'no answer' }),
      )
    }
  return new Proxy(ory, {
    get: (_target, op: OperationId) =>
      op.startsWith('list')
        ? (parameters: unknown) =>
            gatedList(gate, op, () =>
              (Reflect.get(ory, op) as (parameters: unknown) => PromiseLike<unknown>)(parameters),
            )
        : method(op),
  })
}

function gatedList(gate: Gate, op: string, list: () => PromiseLike<unknown>) {
  return {
    async *[Symbol.asyncIterator]() {
      yield* await gate(op, () => Array.fromAsync(list() as unknown as AsyncIterable<unknown>))
    },
  }
}

function gatedFollowUps(followUps: FollowUps, gate: Gate): FollowUps {
  const { schedule, end } = gated(followUps, gate, 'follow-ups')
  const list = (method: string, read: () => AsyncIterable<FollowUp>) => ({
    async *[Symbol.asyncIterator]() {
      yield* await gate(`follow-ups: ${method}`, () => Array.fromAsync(read()))
    },
  })
  return {
    schedule,
    end,
    resumeAfter: followUps.resumeAfter,
    due: (now, kinds) => list('due', () => followUps.due(now, kinds)),
    open: (kind, about) => list('open', () => followUps.open(kind, about)),
  }
}

/** Every method of a port is held at the gate. */
function gated<Port extends object>(port: Port, gate: Gate, name: string): Port {
  return new Proxy(port, {
    get: (target, method) => {
      const call = Reflect.get(target, method) as (...args: unknown[]) => Promise<unknown>
      return (...args: unknown[]) =>
        gate(`${name}: ${String(method)}`, () => call.apply(target, args))
    },
  })
}

function gatedLedger(
  ledger: Ledger<WorkflowRow>,
  gate: Gate,
  writing: (key: RowKey, row: WorkflowRow) => void,
  rewritten: string[],
): Ledger<WorkflowRow> {
  return {
    read: (key) => gate('read the row', () => ledger.read(key)),
    write: (key, row, expected, expiresAt) =>
      gate('write the row', async () => {
        const before = await ledger.read(key)
        const version = await ledger.write(key, row, expected, expiresAt)
        writing(key, row)
        if (before?.row.receipt !== undefined) rewritten.push(nameOf(key))
        return version
      }),
  }
}
