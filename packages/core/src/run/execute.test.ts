import { expect, test } from 'vitest'
import { OryApiError } from '../errors.ts'
import type { Ory } from '../ory/index.ts'
import { memoryLedger, memoryWorker, stillWorkflow } from '../testing/index.ts'
import type { WorkflowRow } from './row.ts'
import { run } from './run.ts'
import type { GroupStep, Step } from './step.ts'

const sessions = (count: number, more: Partial<GroupStep> = {}): Step => ({
  key: 'sessions',
  calls: Array.from({ length: count }, (_, n) => ({
    op: 'revokeOAuth2LoginSessions',
    params: { sid: `sid-${n}` },
  })),
  by: 'sid',
  ends: [{ what: 'logout', evidence: 'acknowledged' }],
  ...more,
})

const unmark = (id: string): Step => ({
  key: `unmark ${id}`,
  call: {
    op: 'patchOAuth2Client',
    params: { id, body: [{ op: 'remove', path: '/metadata/mark' }] },
  },
  by: 'id',
  ends: [{ what: 'the mark', evidence: 'acknowledged' }],
})

/** One delivery of a workflow with this plan, over an Ory that tells of every call. */
async function executed(
  plan: readonly Step[],
  answer: (call: string) => Promise<void>,
  ledger = memoryLedger<WorkflowRow>(),
) {
  const { followUpAfterMs: _none, ...still } = stillWorkflow()
  const { worker, clock } = memoryWorker(still)
  const ory = {
    revokeOAuth2LoginSessions: ({ sid }: { sid: string }) => answer(sid),
    patchOAuth2Client: ({ id }: { id: string }) => answer(id),
  } as unknown as Ory
  const services = { ...(await worker.services()), ory, ledger }
  const messages = { send: async () => undefined, followUp: async () => undefined }
  const event = { type: 'still', id: 'e', source: 's', time: '2026-01-02T03:00:00Z', data: {} }
  const delivery = { pass: 'first' as const, deadline: clock.now() + 57_000, messages }
  const outcome = await run({ ...still, plan: () => plan }, event, delivery, services).catch(
    (error: unknown) => error,
  )
  return { outcome }
}

test('makes calls of a group five at a time, and begins no step before the last one has ended', async () => {
  const running = { now: 0, most: 0, atPatch: -1 }
  await executed([sessions(40), unmark('x')], async (call) => {
    if (call === 'x') running.atPatch = running.now
    running.now += 1
    running.most = Math.max(running.most, running.now)
    await new Promise((resolve) => setImmediate(resolve))
    running.now -= 1
  })

  expect(running).toEqual({ now: 0, most: 5, atPatch: 0 })
})

test('writes the outcome of a call that may not be repeated before the next one is made', async () => {
  const ledger = memoryLedger<WorkflowRow>()
  const written: (readonly number[] | undefined)[] = []
  await executed(
    [sessions(2), unmark('x'), unmark('y')],
    async (call) => {
      if (!call.startsWith('sid'))
        written.push(ledger.rows[0]?.steps.map(({ tries }) => tries.length))
    },
    ledger,
  )

  expect(written).toEqual([
    [0, 0, 0],
    [1, 1, 0],
  ])
})

test('begins no other session once Ory says that it is too much', async () => {
  const calls: string[] = []
  const { outcome } = await executed([sessions(40, { bestEffort: true })], async (sid) => {
    calls.push(sid)
    await new Promise((resolve) => setImmediate(resolve))
    throw new OryApiError('op', { status: 429, body: {}, retryable: true })
  })

  expect(outcome).toMatchObject({ status: 429 })
  expect(calls).toHaveLength(5)
})

test('goes on with other sessions where Ory fails one', async () => {
  const calls: string[] = []
  await executed([sessions(40, { bestEffort: true })], async (sid) => {
    calls.push(sid)
    throw new OryApiError('op', { status: 500, body: {}, retryable: true })
  })

  expect(calls).toHaveLength(40)
})

test.each([
  [6, true],
  [7, false],
])(
  'where seven in a row are the server’s fault, %i of them let others be made: %s',
  async (fail, isMade) => {
    const calls: string[] = []
    const apart = { failuresInARow: 7, callMs: 1000 }
    await executed([sessions(7, { apart }), unmark('x')], async (call) => {
      calls.push(call)
      const number = Number(/^sid-(\d+)$/.exec(call)?.[1] ?? 7)
      if (number < fail) throw new OryApiError('op', { status: 500, body: {}, retryable: true })
    })

    expect(calls.includes('x')).toBe(isMade)
  },
)
