import {
  type AccountsPart,
  type BucketState,
  type CircuitState,
  isAnswering,
  isAnsweringFor,
  type Pacing,
  pacing,
  rateBudget,
  sharedCircuit,
  tiers,
} from '@lapse/core/budget'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import type { LeaseRow } from '@lapse/core/leases'
import type { Ledger, Outbox } from '@lapse/core/ports'
import type { RotationRow } from '@lapse/core/rotation'
import type { WorkflowRow } from '@lapse/core/run'
import {
  type ManualClock,
  memoryFollowUps,
  memoryLedger,
  memoryPendingReceipts,
  memorySecretVersions,
  recordingLog,
  recordingMetrics,
} from '@lapse/core/testing'
import type { KeptSubjectsRow, KeyHistoryRow, NewestRow, ResetRow } from '@lapse/core/workflows'
import { type Away, accountsWeather } from './accounts-weather.ts'
import { canaries } from './canaries.ts'
import { faultyAccounts, faultyOry } from './faulty-ory.ts'
import { faultyPort } from './faulty-ports.ts'
import {
  type AccountSettings,
  type AllServices,
  type BatchHandler,
  handlerOf,
  type QueueName,
  queueNames,
  sweepHandler,
} from './lambda.ts'
import { memoryAccounts } from './memory-accounts.ts'
import { memoryOry } from './memory-ory.ts'
import { type Passage, type Process, startProcess } from './process.ts'
import { type Random, randomOf } from './random.ts'
import { type Kept, recordOf, type SimulatedQueue, simulatedQueue } from './simulated-queue.ts'
import { simulation } from './simulation.ts'
import { type Watch, watchOver } from './watch.ts'
import { weatherOf } from './weather.ts'

const minute = 60_000
const hour = 60 * minute
/** What Lambda allows a batch and a sweep, and what of it is kept free at the end. */
const batchMs = { all: minute, used: 57_000 }
const sweepMs = { all: 15 * minute, used: 15 * minute - 3000 }

export const start = Date.parse('2026-01-02T03:04:05Z')
export const ledgerKey = new Uint8Array(32).fill(1)

/** Every other scenario is played without limits. */
const plans = ['self-hosted', 'growth', 'self-hosted', 'production'] as const

interface Environment {
  readonly process: Process
  readonly handler: BatchHandler
}

/** What a deployment says of accounts, and how their servers are away, where that is not drawn. */
export interface GivenAccounts {
  readonly settings: AccountSettings
  readonly away: Away
}

/** Queues, functions, a ledger and an Ory in which everything fails that can, as the seed has it. */
export function wholeWorld(seed: number, style: string, given?: GivenAccounts) {
  const random = randomOf(seed)
  const time = simulation(start)
  const weather = weatherOf(random, time.now, style)
  const passage: Passage = { time, random, weather }
  const server = memoryOry(time.now)
  // Drawn apart, so that what a seed stands for otherwise stays as it was.
  const besides = randomOf(seed * 7919 + 17)
  const accountSettings = given?.settings ?? accountSettingsFrom(besides)
  const accounts = memoryAccounts(besides.between(1, 4))
  const away = accountsWeather(besides, time.now, given?.away)
  const toAccounts: Passage = { time, random: besides, weather: away }
  const hidden = canaries()
  const apiKey = `ory_pat_canary${seed}`
  hidden.add(apiKey)
  const watch = watchOver(time.now, hidden, server.issuerOf)
  const log = recordingLog()
  const metrics = recordingMetrics()
  const clock = { now: time.now } as ManualClock
  const secrets = memorySecretVersions(clock)
  const followUps = memoryFollowUps()
  const pendingReceipts = memoryPendingReceipts()
  const ledgers = {
    row: memoryLedger<WorkflowRow>(clock),
    lease: memoryLedger<LeaseRow>(clock),
    newest: memoryLedger<NewestRow>(clock),
    resets: memoryLedger<ResetRow>(clock),
    subjects: memoryLedger<KeptSubjectsRow>(clock),
    rotations: memoryLedger<RotationRow>(clock),
    'trusted key': memoryLedger<TrustedKeyRow>(clock),
    'key history': memoryLedger<KeyHistoryRow>(clock),
    budget: memoryLedger<BucketState>(clock),
    circuit: memoryLedger<CircuitState>(clock),
  }
  const limits = tiers[plans[seed % plans.length] ?? 'self-hosted']
  const state = { processes: 0, invocations: 0, sweeping: false }
  // A copy of a duplicate is a second message for good: more of them would only ever grow.
  const duplicates = { chance: random.chance(0.5) ? random.next() * 0.3 : 0, left: 6 }

  function servicesOf(by: Process): AllServices {
    const throughLedger = <Row>(kind: keyof typeof ledgers, ledger: Ledger<Row>) =>
      faultyPort(watched(kind, ledger, by, watch), { by, passage, target: 'ledger' })
    const ory = faultyOry(server, by, passage, apiKey, watch.witness)
    const asked = faultyAccounts(accounts, by, toAccounts, apiKey, watch.witness)
    const probes = {
      ory: () => isAnswering(ory),
      identities: () => isAnsweringFor('identities', asked),
      'api-keys': () => isAnsweringFor('api-keys', asked),
    }
    return {
      ory,
      ...(isAsked(accountSettings) && { accounts: asked }),
      pacing: pacingOf(by, throughLedger, probes),
      ledger: throughLedger('row', ledgers.row),
      leases: throughLedger('lease', ledgers.lease),
      newest: throughLedger('newest', ledgers.newest),
      resets: throughLedger('resets', ledgers.resets),
      keptSubjects: throughLedger('subjects', ledgers.subjects),
      rotations: throughLedger('rotations', ledgers.rotations),
      trustedKeys: throughLedger('trusted key', ledgers['trusted key']),
      keyHistories: throughLedger('key history', ledgers['key history']),
      followUps: faultyPort(followUps, {
        by,
        passage,
        target: 'follow-ups',
        lists: ['due', 'open'],
      }),
      pendingReceipts: faultyPort(pendingReceipts, { by, passage, target: 'ledger' }),
      secrets: faultyPort(secrets, { by, passage, target: 'secrets', lists: ['list'] }),
      ledgerKey,
      clock: by.clock,
      log,
      metrics,
    }
  }

  /** What limits and an Ory that is down do to the calls of one process. */
  function pacingOf(
    { clock: its }: Process,
    throughLedger: <Row>(kind: keyof typeof ledgers, ledger: Ledger<Row>) => Ledger<Row>,
    probes: Readonly<Record<'ory' | AccountsPart, () => Promise<boolean>>>,
  ): Pacing {
    const terms = { clock: its, project: 'ory.test' }
    const budget = throughLedger('budget', ledgers.budget)
    const circuits = { ...terms, log, ledger: throughLedger('circuit', ledgers.circuit) }
    const circuitOf = (part: AccountsPart) =>
      sharedCircuit({ ...circuits, part, probe: probes[part] })
    return pacing({
      clock: its,
      budget: rateBudget({ ...terms, ledger: budget, limits }),
      circuit: sharedCircuit({ ...circuits, probe: probes.ory }),
      accounts: { identities: circuitOf('identities'), 'api-keys': circuitOf('api-keys') },
    })
  }

  function newProcess(name: string): Process {
    state.processes += 1
    return startProcess(`${name} ${state.processes}`, time, random)
  }

  /** One queue, the functions that take from it, and how many of them are at work. */
  function mapped(name: QueueName) {
    const idle: Environment[] = []
    const running = { count: 0 }
    const queue: SimulatedQueue = simulatedQueue(name, time, random, () => pump())

    function newEnvironment(): Environment {
      const by = newProcess(name)
      const failed = () => {
        by.copiesLost += 1
      }
      const outbox: Outbox = faultyPort<Outbox>(
        { send: queue.send, deadLetter: queue.deadLetter },
        { by, passage, target: 'queue', failed },
      )
      return { process: by, handler: handlerOf(name, servicesOf(by), outbox, accountSettings) }
    }

    function pump(): void {
      while (running.count < 4) {
        const message = queue.receive()
        if (message === undefined) return
        invoke(message)
        if (random.chance(duplicates.chance)) receiveTwice(message)
      }
    }

    function receiveTwice(message: Kept): void {
      if (duplicates.left === 0) return
      duplicates.left -= 1
      time.in(random.between(0, 2000), () => {
        message.visibleAt = time.now()
        message.excused += 1
        pump()
      })
    }

    function invoke(message: Kept): void {
      const environment = idle.pop() ?? newEnvironment()
      const { process: by, handler } = environment
      const ends = time.now() + batchMs.all
      state.invocations += 1
      running.count += 1
      by.doing = `${by.name}, invocation ${state.invocations}`
      by.pass = message.attributes['lapse-pass'] ?? 'first'
      by.deadline = time.now() + batchMs.used
      by.copiesLost = 0
      by.slowed = 0
      const timeout = time.in(batchMs.all, () => {
        if (by.copiesLost + by.slowed === 0) watch.violated(`${by.doing} did not end in its time`)
        by.kill()
      })
      const over = () => {
        timeout()
        running.count -= 1
        time.in(0, pump)
      }
      by.onDeath = () => {
        message.excused += 1
        over()
      }
      const context = { getRemainingTimeInMillis: () => ends - time.now() }
      const linesBefore = log.lines.length
      const isTold = () =>
        log.lines
          .slice(linesBefore)
          .some(({ fields }) => fields['message_id'] === message.messageId)
      handler({ Records: [recordOf(message)] }, context).then(
        ({ batchItemFailures }) => {
          if (by.dead) return
          idle.push(environment)
          // What it left on its way may still kill it, and then nobody is given it.
          by.onDeath = () => void idle.splice(idle.indexOf(environment), 1)
          if (batchItemFailures.length > 0 && !isTold())
            watch.violated(`${by.doing} left a message on its queue without a word`)
          if (batchItemFailures.length === 0) queue.remove(message)
          else if (by.copiesLost > 0 || isExpectedToRetry()) message.excused += 1
          else watch.violated(`${by.doing} left a message on its queue: ${lastProblem()}`)
          over()
        },
        (error: unknown) => watch.violated(`${by.doing} threw ${String(error)}`),
      )
    }

    return queue
  }

  /** What was said to be gone and is not is unexpected, and left to the queue. */
  const isExpectedToRetry = () => {
    const wasIgnored = weather.met.has('ory: ignored') || away.met.has('talos: ignored')
    return wasIgnored && log.lines.at(-1)?.fields['code'] === 'ERR_VERIFICATION'
  }
  const lastProblem = () => JSON.stringify(log.lines.at(-1))
  const queues: Readonly<Record<QueueName, SimulatedQueue>> = {
    'user-deleted': mapped('user-deleted'),
    'user-suspended': mapped('user-suspended'),
    'user-signed-out': mapped('user-signed-out'),
    'app-offboarded': mapped('app-offboarded'),
    'key-rotated': mapped('key-rotated'),
  }

  function sweep(): void {
    if (state.sweeping) return
    state.sweeping = true
    const by = newProcess('sweep')
    const ends = time.now() + sweepMs.all
    by.doing = by.name
    by.pass = 'follow-up'
    by.deadline = time.now() + sweepMs.used
    const timeout = time.in(sweepMs.all, () => by.kill(), false)
    const over = () => {
      timeout()
      state.sweeping = false
    }
    by.onDeath = over
    const context = { getRemainingTimeInMillis: () => ends - time.now() }
    sweepHandler(servicesOf(by))({}, context).then(
      () => !by.dead && over(),
      (error: unknown) => watch.violated(`${by.doing} threw ${String(error)}`),
    )
  }

  function sweepHourly(): void {
    sweep()
    time.in(hour, sweepHourly, false)
  }

  /** How much is settled for good: receipts, letters on DLQs, and steps that were accepted. */
  function settled(): number {
    const letters = queueNames.reduce((sum, name) => sum + queues[name].deadLetters.length, 0)
    return watch.receipts.length + watch.accepted.size + letters
  }

  return {
    seed,
    random,
    time,
    weather,
    server,
    accounts,
    accountSettings,
    /** What the identity provider and the API keys meet. */
    away,
    /** Draws what belongs to them. */
    besides,
    hidden,
    watch,
    log,
    metrics,
    secrets,
    followUps,
    ledgers,
    queues,
    sweepHourly,
    settled,
    queueNames,
  }
}

/** Every other deployment says where its identity provider and its API keys are, or one of them. */
function accountSettingsFrom(random: Random): AccountSettings {
  const identitySessions = random.chance(0.5)
  const apiKeys = random.chance(0.5)
  return { identitySessions, apiKeys, suspensionEndsApiKeys: random.chance(0.5) }
}

function isAsked({ identitySessions, apiKeys }: AccountSettings): boolean {
  return identitySessions === true || apiKeys === true
}

export type World = ReturnType<typeof wholeWorld>

/** Every write is looked at when it takes effect. */
function watched<Row>(kind: string, ledger: Ledger<Row>, by: Process, watch: Watch): Ledger<Row> {
  return {
    read: (key) => ledger.read(key),
    async write(key, row, expected, expiresAt) {
      const before = (await ledger.read(key))?.row
      const version = await ledger.write(key, row, expected, expiresAt)
      watch.writing(kind, { by, key, row, before, expiresAt })
      return version
    },
  }
}
