import { deliver, type Worker } from '@lapse/core/delivery'
import { ConfigError, OryApiError, OryTransportError } from '@lapse/core/errors'
import { parseAppOffboarded, parseUserDeleted } from '@lapse/core/events'
import type { WorkflowEvent } from '@lapse/core/run'
import { memoryWorker, stillWorkflow } from '@lapse/core/testing'
import { offboarding, userDeleted } from '@lapse/core/workflows'
import { expect, test } from 'vitest'
import { bodyOf } from './events.ts'
import { type Failing, failingPort } from './failing.ts'
import { bodyOf as offboardingOf } from './offboarding-stage.ts'
import { sharedOry } from './shared-ory.ts'
import { sqsQueue } from './sqs-queue.ts'
import { createClients, signIn } from './users.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const server = sharedOry(createClients)

const settings = { followUpAfterMs: 31 * minute, accessTokenLifespanMs: hour }
const deletions = { parse: parseUserDeleted, workflow: () => userDeleted(settings) }
const offboardings = {
  parse: parseAppOffboarded,
  workflow: (event: ReturnType<typeof parseAppOffboarded>) =>
    offboarding(event, {
      protectedClientIds: [],
      protectedOwners: [],
      protectedIssuers: [],
      accessTokenLifespanMs: hour,
      secretRecoveryDays: 30,
    }),
}

// biome-ignore lint/suspicious/noExplicitAny: the events and observations of any workflow
type AnyWorker = Worker<any, any, any>

interface Faults {
  readonly ory?: Failing
  readonly ledger?: Failing
  readonly services?: () => void
}

/** A queue, a function and everything behind it; faults are asked at every call. */
function system(made: Pick<AnyWorker, 'parse' | 'workflow'>, faults: Faults = {}) {
  const { worker, clock, metrics, log, ledger } = memoryWorker(stillWorkflow())
  const queue = sqsQueue(clock)
  const began = clock.now()
  const services = async () => {
    faults.services?.()
    const all = await worker.services()
    const tables = Object.entries(all)
      .filter(([name]) => ['ledger', 'leases', 'newest', 'followUps'].includes(name))
      .map(([name, port]) => [
        name,
        failingPort(port as object, faults.ledger ?? (() => undefined)),
      ])
    return {
      ...all,
      ...Object.fromEntries(tables),
      ory: failingPort(server.ory, faults.ory ?? (() => undefined)),
    }
  }
  const whole: AnyWorker = { ...worker, ...made, outbox: queue, services }
  const processMessage = (message: Parameters<typeof deliver>[0]) =>
    deliver(message, { deadline: clock.now() + 57_000 }, whole)
  async function processAll(): Promise<void> {
    for (let received = 0; await queue.processNext(processMessage); received += 1)
      if (received > 50_000) throw new Error('this never comes to an end')
  }
  const receipts = () => ledger.rows.map(({ receipt, pass }) => `${pass} ${receipt?.result}`)
  return { queue, clock, metrics, log, began, receipts, processAll, ledger }
}

const api = (status: number, rest: object = {}) =>
  new OryApiError('op', { status, body: {}, retryable: status !== 500, ...rest })
const lost = (reason: 'connect' | 'reset' | 'timeout') =>
  new OryTransportError('op', { reason, mayHaveRun: reason !== 'connect', message: 'no answer' })

test.each([
  ['refuses connections', lost('connect')],
  ['loses every answer', lost('reset')],
  ['answers nothing in time', lost('timeout')],
  ['answers 503', api(503)],
  ['answers 500', api(500, { mayHaveRun: true })],
  ['answers 429 for an hour each', api(429, { retryAfterMs: hour })],
])('an Ory that %s for three days loses no event and burns no receive', async (what, error) => {
  const users = [1, 2, 3].map((n) => `${what} ${n}`)
  const tokens = (await Promise.all(users.map((user) => signIn(server.emulator, user)))).flat()
  const until = { time: 0 }
  const at = system(deletions, { ory: () => (at.clock.now() < until.time ? error : undefined) })
  until.time = at.began + 3 * day
  for (const user of users) await at.queue.send({ body: bodyOf(user), attributes: {} })
  await at.processAll()

  expect(at.queue.deadLetters).toEqual([])
  expect(at.queue.moved).toEqual([])
  expect(at.queue.receivesBurnt).toBe(0)
  expect(at.receipts().sort()).toEqual([
    ...users.map(() => 'first done'),
    ...users.map(() => 'follow-up done'),
  ])
  for (const { access_token } of tokens)
    expect((await server.ory.introspectOAuth2Token({ token: access_token })).active).toBe(false)
  // A quarter of an hour after the last wait at the latest, the first pass is done.
  expect(at.clock.now()).toBeLessThan(at.began + 3 * day + 16 * minute + 32 * minute)
  expect(at.metrics.waits.every(({ cause }) => cause === 'ory')).toBe(true)
  expect(at.metrics.waits.filter(({ seconds }) => seconds > 1800).length).toBeGreaterThan(100)
})

test('an hour of a throttled DynamoDB loses no event and burns no receive', async () => {
  const throttled = Object.assign(new Error('Throughput exceeds the current capacity'), {
    name: 'ProvisionedThroughputExceededException',
  })
  await signIn(server.emulator, 'throttled')
  const until = { time: 0 }
  const at = system(deletions, {
    ledger: () => (at.clock.now() < until.time ? throttled : undefined),
  })
  until.time = at.began + hour
  await at.queue.send({ body: bodyOf('throttled'), attributes: {} })
  await at.processAll()

  expect(at.queue.deadLetters).toEqual([])
  expect(at.queue.receivesBurnt).toBe(0)
  expect(at.receipts()).toEqual(['first done', 'follow-up done'])
  expect(at.metrics.waits.some(({ cause, seconds }) => cause === 'aws' && seconds > 1800)).toBe(
    true,
  )
})

test.each([
  ['KMSInvalidStateException', 'deployment'],
  ['KmsThrottled', 'aws'],
  ['InternalServiceError', 'aws'],
] as const)('waits while services cannot be made for %s', async (name, cause) => {
  const until = { time: 0 }
  const at = system(deletions, {
    services: () => {
      if (at.clock.now() < until.time) throw Object.assign(new Error('m'), { name })
    },
  })
  until.time = at.began + 2 * hour
  await at.queue.send({ body: bodyOf(`served ${name}`), attributes: {} })
  await at.processAll()

  expect(at.queue.deadLetters).toEqual([])
  expect(at.queue.receivesBurnt).toBe(0)
  expect(at.receipts()).toEqual(['first done', 'follow-up done'])
  expect(new Set(at.metrics.waits.map((wait) => wait.cause))).toEqual(new Set([cause]))
})

test.each([
  ['our own deployment', new ConfigError('X is not set'), 4, 'ERR_CONFIG'],
  ['Ory', api(503), 10, 'ERR_ORY_API'],
] as const)('gives up on %s in its time, with the reason', async (_who, error, days, code) => {
  const at = system(deletions, { ory: () => error })
  await at.queue.send({ body: bodyOf(`never ${code}`), attributes: {} })
  await at.processAll()

  expect(at.queue.deadLetters.map(({ attributes }) => attributes['lapse-reason'])).toEqual([
    `deferred-too-long: ${code}`,
  ])
  expect(at.queue.receivesBurnt).toBe(0)
  const waited = at.clock.now() - at.began
  expect(waited).toBeGreaterThanOrEqual(days * day)
  expect(waited).toBeLessThan(days * day + 16 * minute)
})

test.each([
  ['does not do', false],
  ['does all the same', true],
])('a freeze that Ory answers with 500 and %s is looked at, and done', async (_what, isDone) => {
  const { client_id } = await server.ory.createOAuth2Client({ body: { client_name: 'partner' } })
  const failed = { times: 0 }
  const at = system(offboardings, {
    ory: (op) => {
      if (op !== 'patchOAuth2Client' || failed.times > 0) return undefined
      failed.times += 1
      return api(500, { mayHaveRun: isDone })
    },
  })
  // The client was made by the emulator's clock, which is today's.
  at.clock.advance(Date.now() - at.clock.now())
  await at.queue.send({ body: offboardingOf({ client_id, mode: 'suspend' }), attributes: {} })
  await at.processAll()

  expect(failed.times).toBe(1)
  expect(at.queue.deadLetters).toEqual([])
  expect(at.queue.receivesBurnt).toBe(0)
  expect(at.receipts()).toEqual(['first done'])
})

test('a purge that a rate limit stretches over days dead-letters nobody', async () => {
  const perHour = 4
  const users = 200
  const seen = { hour: -1, calls: 0 }
  const worked = { receipts: 0 }
  const { worker, clock, metrics } = memoryWorker(stillWorkflow())
  const queue = sqsQueue(clock)
  const { followUpAfterMs: _, ...once } = stillWorkflow()
  const limited = {
    ...once,
    measure: () => {
      worked.receipts += 1
    },
    observe: async () => {
      const current = Math.floor(clock.now() / hour)
      if (current !== seen.hour) Object.assign(seen, { hour: current, calls: 0 })
      seen.calls += 1
      // Every pass looks twice.
      if (seen.calls > 2 * perHour)
        throw api(429, { retryAfterMs: (current + 1) * hour - clock.now() })
    },
  }
  for (let user = 0; user < users; user += 1)
    await queue.send({ body: `user-${user}`, attributes: {} })
  const purge: Worker<WorkflowEvent, void> = { ...worker, workflow: () => limited, outbox: queue }
  const began = clock.now()
  while (
    await queue.processNext((message) =>
      deliver(message, { deadline: clock.now() + 57_000 }, purge),
    )
  );

  expect(worked.receipts).toBe(users)
  expect(queue.deadLetters).toEqual([])
  expect(queue.receivesBurnt).toBe(0)
  expect(clock.now() - began).toBeGreaterThan(2 * day)
  expect(metrics.waits.at(-1)?.seconds).toBeGreaterThan(86_400)
})
