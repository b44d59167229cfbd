import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CircuitOpenError } from '../errors.ts'
import type { PacedAttempt, PacedOutcome } from '../ory/index.ts'
import { manualClock, memoryLedger, recordingLog } from '../testing/index.ts'
import type { CircuitState } from './circuit.ts'
import { pacing } from './pacing.ts'
import { sharedCircuit } from './shared-circuit.ts'

const lists: Readonly<Record<'identities' | 'api-keys', PacedAttempt>> = {
  identities: {
    operation: 'listIdentitySessions',
    port: 'identities',
    bucket: 'kratos-admin-medium',
    deadline: Number.MAX_VALUE,
  },
  'api-keys': {
    operation: 'adminListIssuedApiKeys',
    port: 'api-keys',
    bucket: 'unpublished',
    deadline: Number.MAX_VALUE,
  },
}

/** Workers of one project whose OAuth2 and whose servers of accounts have a circuit each, at one host. */
function project() {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const log = recordingLog()
  const ledger = memoryLedger<CircuitState>(clock)
  const probes = { ory: 0, identities: 0, 'api-keys': 0 }
  const isThere = { ory: true, identities: true, 'api-keys': true }
  const terms = { ledger, clock, log, project: 'ory.test' }
  const probe = (part: keyof typeof probes) => async () => {
    probes[part] += 1
    return isThere[part]
  }
  const worker = () =>
    pacing({
      clock,
      circuit: sharedCircuit({ ...terms, probe: probe('ory') }),
      accounts: {
        identities: sharedCircuit({ ...terms, part: 'identities', probe: probe('identities') }),
        'api-keys': sharedCircuit({ ...terms, part: 'api-keys', probe: probe('api-keys') }),
      },
    })
  return { clock, log, probes, isThere, worker }
}

const fails = async (
  pacing: ReturnType<ReturnType<typeof project>['worker']>,
  event: string,
  part: keyof typeof lists,
  status: PacedOutcome['status'],
) => pacing.accountsPaceOf({ event }).ended(lists[part], { status })

test.each(['no-connection', 503, 'no-answer'] as const)(
  'asks a server no more that three events found %s',
  async (status) => {
    const { worker } = project()
    const [one, other] = [worker(), worker()]
    await fails(one, 'a', 'api-keys', status)
    await fails(other, 'b', 'api-keys', status)
    const pace = one.accountsPaceOf({ event: 'c' })
    await pace.next(lists['api-keys'])
    await fails(one, 'c', 'api-keys', status)

    await expect(pace.next(lists['api-keys'])).rejects.toThrow(
      new CircuitOpenError(0, 'the server of API keys').message,
    )
  },
)

test.each([500, 404, 401, 429, 200, 'unknown', 'broken-off'] as const)(
  'goes on asking a server that three events found %s',
  async (status) => {
    const { worker } = project()
    const one = worker()
    for (const event of ['a', 'b', 'c']) await fails(one, event, 'identities', status)

    expect(await one.accountsPaceOf({ event: 'd' }).next(lists.identities)).toBeUndefined()
  },
)

test('keeps neither Ory nor the other server waiting, at the same host', async () => {
  const { worker, log } = project()
  const one = worker()
  for (const event of ['a', 'b', 'c']) await fails(one, event, 'api-keys', 'no-answer')

  await one.ready()
  await one.accountsPaceOf({ event: 'a' }).next(lists.identities)
  // One that has to read the ledger for it finds nothing of the others there.
  const another = worker()
  await fails(another, 'd', 'identities', 'no-answer')
  await another.accountsPaceOf({ event: 'd' }).next(lists.identities)
  expect(log.lines.map(({ message, fields }) => [message, fields])).toEqual([
    [
      'the server of API keys is down: nothing is sent until it answers again',
      { project: 'ory.test', part: 'api-keys' },
    ],
  ])
})

test('takes no event that hangs at Ory itself for an outage', async () => {
  const { worker } = project()
  const one = worker()
  const pace = one.standingPace({ lane: 'deletion', event: 'a', patienceMs: 0 })
  for (const event of ['a', 'b', 'c'])
    await one
      .paceOf({ lane: 'deletion', event, patienceMs: 0 })
      .ended({ ...lists.identities, port: 'admin' }, { status: 'no-answer' })

  await one.ready()
  expect(await pace.next({ ...lists.identities, port: 'admin' })).toBeUndefined()
})

test('lets everybody through once the one who looks was answered', async () => {
  const { worker, clock, probes } = project()
  const [one, other] = [worker(), worker()]
  for (const event of ['a', 'b', 'c']) await fails(one, event, 'api-keys', 'no-answer')
  clock.advance(10_000)
  await Promise.all(
    ['d', 'e'].map((event) => one.accountsPaceOf({ event }).next(lists['api-keys'])),
  )
  await other.accountsPaceOf({ event: 'f' }).next(lists['api-keys'])

  expect(probes).toEqual({ ory: 0, identities: 0, 'api-keys': 1 })
})

test('asks a server that is down nothing any more once a worker knows it, and the other one and Ory as ever', async () => {
  const part = fc.constantFrom('identities' as const, 'api-keys' as const)
  const step = fc.record({
    part,
    event: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    passes: fc.nat({ max: 20_000 }),
    at: fc.nat({ max: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), part, async (steps, down) => {
      const { worker, clock, isThere } = project()
      const workers = [worker(), worker(), worker()]
      isThere[down] = false
      const knowing = new Set<number>()
      for (const { part: asks, event, passes, at } of steps) {
        clock.advance(passes)
        const one = workers[at] as (typeof workers)[number]
        const pace = one.accountsPaceOf({ event })
        await one.ready()
        const isBlocked = await pace.next(lists[asks]).then(
          () => false,
          (error: unknown) => error instanceof CircuitOpenError,
        )
        if (asks !== down) expect(isBlocked).toBe(false)
        else if (knowing.has(at)) expect(isBlocked).toBe(true)
        else if (isBlocked) knowing.add(at)
        if (!isBlocked) await pace.ended(lists[asks], { status: asks === down ? 'no-answer' : 200 })
      }
    }),
    { numRuns: 100 },
  )
})
