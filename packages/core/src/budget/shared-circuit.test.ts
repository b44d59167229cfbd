import { expect, test } from 'vitest'
import { CircuitOpenError, UnavailableError } from '../errors.ts'
import type { Ledger } from '../ports/index.ts'
import { manualClock, memoryLedger, recordingLog } from '../testing/index.ts'
import type { CircuitState } from './circuit.ts'
import { sharedCircuit } from './shared-circuit.ts'

/** Workers of one project around an Ory that is there or not. */
function project(ledgerOf: (ledger: Ledger<CircuitState>) => Ledger<CircuitState> = (one) => one) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const calls = { ledger: 0, probes: 0 }
  const ory = { isThere: false }
  const memory = memoryLedger<CircuitState>(clock)
  const counted: Ledger<CircuitState> = {
    read: (key) => {
      calls.ledger += 1
      return memory.read(key)
    },
    write: (...parameters) => {
      calls.ledger += 1
      return memory.write(...parameters)
    },
  }
  const worker = () =>
    sharedCircuit({
      ledger: ledgerOf(counted),
      clock,
      log: recordingLog(),
      project: 'ory.test',
      async probe() {
        calls.probes += 1
        return ory.isThere
      },
    })
  return { clock, calls, ory, worker }
}

async function down({ worker }: ReturnType<typeof project>) {
  const [one, other] = [worker(), worker()]
  await one.failed('a')
  await other.failed('b')
  await one.failed('c')
  return { one, other }
}

test('asks nobody for anything as long as all is well', async () => {
  const { worker, calls } = project()
  const circuit = worker()
  for (let call = 0; call < 5; call += 1) {
    await circuit.pass()
    circuit.answered()
  }

  expect(calls).toEqual({ ledger: 0, probes: 0 })
})

test('is opened by three events, wherever they were worked on', async () => {
  const { one } = await down(project())

  await expect(one.pass()).rejects.toThrow(CircuitOpenError)
})

test('is not opened by one event, however often it fails', async () => {
  const { worker, clock, calls } = project()
  const circuit = worker()
  for (let failure = 0; failure < 20; failure += 1) {
    await circuit.failed('a')
    clock.advance(500)
  }

  await circuit.pass()
  expect(calls.ledger).toBeLessThan(5)
})

test('is looked at by one for all, who are let through once Ory answers', async () => {
  const world = project()
  const { one, other } = await down(world)
  world.clock.advance(10_000)
  world.ory.isThere = true
  await Promise.all([one.pass(), one.pass()])
  await other.pass()

  expect(world.calls.probes).toBe(1)
})

test('is closed for those who knew it open once somebody else has seen Ory answer', async () => {
  const world = project()
  const { one, other } = await down(world)
  await other.failed('d')
  world.clock.advance(10_000)
  world.ory.isThere = true
  await one.pass()
  world.ory.isThere = false
  await other.pass()

  expect(world.calls.probes).toBe(1)
})

test('lets nobody through while somebody looks, nor where Ory did not answer', async () => {
  const world = project()
  const { one, other } = await down(world)
  world.clock.advance(10_000)
  const [first, second] = await Promise.allSettled([one.pass(), other.failed('x'), other.pass()])

  expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled'])
  await expect(other.failed('d').then(() => one.pass())).rejects.toThrow(CircuitOpenError)
  expect(world.calls.probes).toBe(1)
})

test('is closed where the ledger cannot be read: whoever goes on is stopped there', async () => {
  const unavailable = async () => {
    throw new UnavailableError('table', 'ThrottlingException')
  }
  const { worker } = project(() => ({ read: unavailable, write: unavailable }))
  const circuit = worker()
  for (const event of ['a', 'b', 'c', 'd']) await circuit.failed(event)

  await circuit.pass()
})
