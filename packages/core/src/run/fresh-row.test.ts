import { expect, test } from 'vitest'
import { deliver } from '../delivery/index.ts'
import { OryTransportError, UnavailableError } from '../errors.ts'
import { type Ledger, systemClock } from '../ports/index.ts'
import { memoryLedger, memoryWorker, stillWorkflow } from '../testing/index.ts'
import { placeOfNew } from './locate-row.ts'
import type { WorkflowRow } from './row.ts'
import type { Step } from './step.ts'
import type { Services, Workflow, WorkflowEvent } from './workflow.ts'

const message = { messageId: 'm-1', body: 'alice', attributes: {}, receiveCount: 1 }

const asking: Step = {
  key: 'ask',
  call: { op: 'queue.send', params: { body: 'asked' } },
  by: 'body',
  ends: [{ what: 'nothing', evidence: 'requested' }],
}

/** A worker whose looks, reads and writes are told in order. */
function told({
  plan = [asking],
  look = () => Promise.resolve(),
  workflow = {},
}: {
  plan?: readonly Step[]
  look?: () => Promise<void>
  workflow?: Partial<Workflow<WorkflowEvent, void>>
} = {}) {
  const done: string[] = []
  const made = memoryWorker({
    ...stillWorkflow(async () => {
      done.push('look')
      await look()
    }),
    plan: () => plan,
    ...workflow,
  })
  const ledger: Ledger<WorkflowRow> = {
    read(key) {
      done.push(`read ${key.pass}`)
      return made.ledger.read(key)
    },
    write(key, row, ...rest) {
      done.push(row.receipt === undefined ? 'write' : 'close')
      return made.ledger.write(key, row, ...rest)
    },
  }
  const outbox = {
    ...made.outbox,
    async send(sent: Parameters<typeof made.outbox.send>[0]) {
      done.push(sent.body === 'asked' ? 'step' : `send ${sent.attributes['lapse-pass']}`)
      await made.outbox.send(sent)
    },
  }
  const worker = (change: Partial<Services> = {}) => ({
    ...made.worker,
    outbox,
    services: async () => ({ ...(await made.worker.services()), ledger, ...change }),
  })
  const delivered = (more: Partial<typeof message> = {}, change?: Partial<Services>) =>
    deliver({ ...message, ...more }, { deadline: made.clock.now() + 60_000 }, worker(change))
  return { ...made, done, delivered }
}

const pacing = (isBooked: boolean): NonNullable<Services['pacing']> => {
  const nothing = async () => undefined
  const pace = { next: nothing, ended: () => undefined }
  return {
    isBooked,
    ready: nothing,
    paceOf: () => ({ ...pace, due: nothing, plan: nothing, end: nothing }),
    accountsPaceOf: () => pace,
    standingPace: () => pace,
  }
}

test('reads no row of a fresh event, and does nothing before its first write', async () => {
  const { done, delivered, ledger } = told()

  expect(await delivered()).toBe('acknowledge')
  expect(done.slice(0, 3)).toEqual(['look', 'write', 'step'])
  expect(done.filter((what) => what.startsWith('read'))).toEqual([])
  expect(ledger.rows[0]?.receipt?.attempts).toHaveLength(1)
})

test('writes the row of a fresh event first also where no step makes a call', async () => {
  const { done, delivered } = told({ plan: [] })
  await delivered()

  expect(done.slice(0, 2)).toEqual(['look', 'write'])
})

test.each([
  ['was received before', { receiveCount: 2 }, {}],
  ['has calls that need slots', {}, { pacing: pacing(true) }],
  ['may be under another name', {}, { previousLedgerKeys: [new Uint8Array(32).fill(2)] }],
])('reads the row first of an event that %s', async (_what, more, change) => {
  const { done, delivered } = told()
  await delivered(more, change)

  expect(done[0]).toBe('read first')
})

test.each<[string, Partial<Workflow<WorkflowEvent, void>>]>([
  ['keeps something before the intent', { remember: async () => undefined }],
  ['may be overridden by a later one', { supersededBy: async () => undefined }],
  ['takes leases', { leases: () => [] }],
])('reads the row first of an event that %s', async (_what, workflow) => {
  const { done, delivered } = told({ workflow })
  await delivered()

  expect(done[0]).toBe('read first')
})

test('reads the row first of a copy, which was delivered before by another name', async () => {
  const state = { isDown: true }
  const down = new OryTransportError('x', { reason: 'reset', mayHaveRun: false, message: 'down' })
  const { done, delivered, outbox } = told({
    look: () => (state.isDown ? Promise.reject(down) : Promise.resolve()),
  })
  await delivered()
  state.isDown = false
  done.length = 0
  await delivered({ messageId: 'm-2', attributes: outbox.sent[0]?.attributes ?? {} })

  expect(done[0]).toBe('read first')
})

test('takes only the first pass of an event for new, and none that says its own name', () => {
  const services = {
    ledger: memoryLedger<WorkflowRow>(),
    ledgerKey: new Uint8Array(32),
    clock: systemClock,
  }
  const event = { type: 't', id: 'e', source: 's', time: '2026-01-02T03:00:00Z', data: {} }
  const place = (pass: 'first' | 'follow-up', more = {}) =>
    placeOfNew(stillWorkflow(), { ...event, ...more }, { pass }, services)?.isSupposed

  expect(place('first')).toBe(true)
  expect(place('follow-up')).toBeUndefined()
  expect(place('first', { key: 'k' })).toBeUndefined()
})

test('takes an event for fresh where no call needs a slot', async () => {
  const { done, delivered } = told()
  await delivered({}, { pacing: pacing(false) })

  expect(done[0]).toBe('look')
})

test('does nothing again for what only looks fresh, whether or not it can be looked at', async () => {
  const down = new OryTransportError('x', { reason: 'reset', mayHaveRun: false, message: 'down' })
  for (const failure of [undefined, down]) {
    const state = { isDown: false }
    const { done, delivered, ledger, metrics, outbox } = told({
      look: async () => {
        if (state.isDown && failure !== undefined) throw failure
      },
    })
    await delivered()
    const [closed] = ledger.rows
    const sent = outbox.sent.length
    done.length = 0
    state.isDown = true

    expect(await delivered({ messageId: 'm-2' })).toBe('acknowledge')
    expect(done).toEqual(['look', 'write', 'read first'])
    expect(ledger.rows).toEqual([closed])
    expect(outbox.sent).toHaveLength(sent)
    expect(metrics.counts['Duplicates']).toBe(1)
  }
})

test('of two fresh deliveries that look at the same time one does it, and the other waits', async () => {
  const letGo = Promise.withResolvers<void>()
  const { done, delivered, ledger, outbox } = told({ look: () => letGo.promise })
  const both = ['m-1', 'm-2'].map((messageId) => delivered({ messageId }))
  letGo.resolve()

  expect(await Promise.all(both)).toEqual(['acknowledge', 'acknowledge'])
  expect(done.filter((what) => what === 'step')).toHaveLength(1)
  const waits = outbox.sent.map(({ attributes }) => attributes['lapse-deferred-for'])
  expect(waits.filter((code) => code === 'ERR_LEASE_HELD')).toHaveLength(1)
  expect(ledger.rows[0]?.receipt?.attempts).toHaveLength(1)
})

test('says what a fresh event failed with where nothing stands in its way', async () => {
  const down = new OryTransportError('x', { reason: 'reset', mayHaveRun: false, message: 'down' })
  const { delivered, ledger, outbox } = told({ look: () => Promise.reject(down) })
  await delivered()

  expect(ledger.rows[0]?.attempts).toMatchObject([{ number: 1, outcome: 'ERR_ORY_TRANSPORT' }])
  expect(outbox.sent[0]?.attributes['lapse-deferred-for']).toBe('ERR_ORY_TRANSPORT')
})

test('says what a fresh event failed with where its row cannot be written either', async () => {
  const down = new OryTransportError('x', { reason: 'reset', mayHaveRun: false, message: 'down' })
  const { done, delivered, outbox } = told({ look: () => Promise.reject(down) })
  const unavailable = () => Promise.reject(new UnavailableError('the table', 'throttled'))
  await delivered({}, { ledger: { read: unavailable, write: unavailable } })

  expect(done).toEqual(['look', 'send first'])
  expect(outbox.sent[0]?.attributes['lapse-deferred-for']).toBe('ERR_ORY_TRANSPORT')
})

test('waits for a ledger that fails, and does nothing', async () => {
  const { done, delivered, outbox } = told()
  const unavailable = () => Promise.reject(new UnavailableError('the table', 'throttled'))
  await delivered({}, { ledger: { read: unavailable, write: unavailable } })

  expect(done).not.toContain('step')
  expect(outbox.sent[0]?.attributes['lapse-deferred-for']).toBe('ERR_UNAVAILABLE')
})

test('a row whose first write had no answer is given back, and AWS is what was waited for', async () => {
  const { delivered, ledger, outbox, done } = told()
  const fates = ['lost']
  const write: typeof ledger.write = async (...row) => {
    const version = await ledger.write(...row)
    if (fates.shift() === 'lost') throw new UnavailableError('the table', 'timeout')
    return version
  }
  await delivered({}, { ledger: { read: ledger.read, write } })

  expect(outbox.sent[0]?.attributes['lapse-deferred-for']).toBe('ERR_UNAVAILABLE')
  expect(ledger.rows[0]).toMatchObject({
    leaseUntil: 0,
    attempts: [{ number: 1, outcome: 'ERR_UNAVAILABLE' }],
  })
  expect(done).not.toContain('step')
})
