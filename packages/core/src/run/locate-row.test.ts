import { expect, test } from 'vitest'
import { idempotencyKey } from '../events/index.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { run } from './run.ts'
import type { Delivery, WorkflowEvent } from './workflow.ts'

const [one, two] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array]

const eventOf = (subject: string, id = 'e-1'): WorkflowEvent => ({
  type: 'still',
  id,
  source: 'test',
  time: '2026-01-02T03:00:00Z',
  data: { name: 'alice', number: '7' },
  subject,
})

/** Deliveries of events to a workflow whose ledger key, and mapping of subjects, may change. */
async function ledgerOfEvents() {
  const { worker, clock, ledger } = memoryWorker(stillWorkflow())
  const services = await worker.services()
  const keys: string[] = []
  const messages = {
    send: async () => undefined,
    followUp: async (_notBefore: number, key: string) => void keys.push(key),
  }
  const deliver = (
    event: WorkflowEvent,
    ledgerKey: Uint8Array,
    more: { previous?: readonly Uint8Array[] } & Partial<Delivery> = {},
  ) => {
    const { previous = [], ...delivery } = more
    const known = { ...services, ledgerKey, previousLedgerKeys: previous }
    const deadline = clock.now() + 1000
    return run(
      worker.workflow(event),
      event,
      { pass: 'first', deadline, messages, ...delivery },
      known,
    )
  }
  return { deliver, ledger, keys }
}

test('names a row by the idempotency key of its event, byte for byte', async () => {
  const { deliver } = await ledgerOfEvents()
  const { receipt } = await deliver(eventOf('alice'), one)

  expect(receipt.event.key).toBe(idempotencyKey(one, eventOf('alice')))
})

test('knows an event again that came under the ledger key before', async () => {
  const { deliver } = await ledgerOfEvents()
  await deliver(eventOf('alice'), one)

  expect(await deliver(eventOf('alice'), two, { previous: [one] })).toMatchObject({
    duplicate: true,
  })
  expect(await deliver(eventOf('alice'), two)).toMatchObject({ duplicate: false })
})

test.each<[string, Uint8Array[]]>([
  ['as long as the old ledger key is known', [one]],
  ['by the name the message says, once it is not', []],
])('gives both passes of an event one name: %s', async (_how, previous) => {
  const { deliver, keys } = await ledgerOfEvents()
  const first = await deliver(eventOf('alice'), one)
  const said = previous.length > 0 ? {} : { key: keys[0] ?? '' }
  const second = await deliver(eventOf('alice'), two, { previous, pass: 'follow-up', ...said })

  expect(second.receipt).toMatchObject({
    pass: 'follow-up',
    event: { key: first.receipt.event.key },
  })
})

test('does not believe a message that names the row of another event', async () => {
  const { deliver } = await ledgerOfEvents()
  const other = await deliver(eventOf('bob', 'e-2'), one)
  const { receipt } = await deliver(eventOf('alice'), one, {
    pass: 'follow-up',
    key: other.receipt.event.key,
  })

  expect(receipt.event.key).toBe(idempotencyKey(one, eventOf('alice')))
})

test('processes an event anew whose subject is another one since the mapping was mended', async () => {
  const { deliver, ledger } = await ledgerOfEvents()
  const wrong = await deliver(eventOf('7'), one)
  const right = await deliver(eventOf('alice'), one)

  expect(right).toMatchObject({ duplicate: false })
  expect(right.receipt.subject).not.toBe(wrong.receipt.subject)
  expect(await deliver(eventOf('alice'), one)).toMatchObject({ duplicate: true })
  expect(await deliver(eventOf('alice'), two, { previous: [one] })).toMatchObject({
    duplicate: true,
  })
  expect(await deliver(eventOf('7'), one)).toMatchObject({ duplicate: true })
  expect(ledger.rows).toHaveLength(2)
})
