import { expect, test } from 'vitest'
import { deliver } from '../delivery/index.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { boundedServices } from './bounded-services.ts'

const never = () => new Promise<never>(() => undefined)

/** One delivery in which a method of a port hangs for ever; the invocation has 60 ms. */
async function hanging(port: string, method: string) {
  const made = memoryWorker({ ...stillWorkflow(), leases: () => [{ kind: 'client', id: 'mail' }] })
  const services = await made.worker.services()
  const stuck = { ...(Reflect.get(services, port) as object), [method]: never }
  const came = await deliver(
    { messageId: 'm', body: 'alice', attributes: {} },
    { deadline: made.clock.now() + 60, signal: AbortSignal.timeout(60) },
    { ...made.worker, services: async () => ({ ...services, [port]: stuck }) },
  )
  return { came, sent: made.outbox.sent, rows: made.ledger.rows }
}

test.each([
  ['ledger', 'read'],
  ['ledger', 'write'],
  ['leases', 'read'],
  ['leases', 'write'],
  ['followUps', 'schedule'],
])('ends with the invocation where %s.%s hangs, and the message waits', async (port, method) => {
  const { came, sent } = await hanging(port, method)

  expect(came).toBe('acknowledge')
  expect(sent.at(-1)).toMatchObject({ body: 'alice' })
})

test('binds the services of an invocation once for all its messages, and those of another anew', async () => {
  const services = await memoryWorker(stillWorkflow()).worker.services()
  const one = { deadline: 1000, signal: new AbortController().signal }
  const other = { deadline: 1000, signal: new AbortController().signal }

  expect(boundedServices(services, { ...one })).toBe(boundedServices(services, { ...one }))
  expect(boundedServices(services, other)).not.toBe(boundedServices(services, one))
  expect(boundedServices({ ...services }, one)).not.toBe(boundedServices(services, one))
})

test('gives its row back after the deadline, so that the next delivery need not wait', async () => {
  const { rows } = await hanging('followUps', 'schedule')

  expect(rows[0]).toMatchObject({ leaseUntil: 0, attempts: [{ outcome: 'ERR_DEADLINE' }] })
})
