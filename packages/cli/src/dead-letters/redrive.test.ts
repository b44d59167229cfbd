import { deliver } from '@lapse/core/delivery'
import { memoryWorker, stillWorkflow } from '@lapse/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Described, describe } from './described.ts'
import type { Copy, Dlq, Letter } from './dlq.ts'
import type { NamedDlq } from './queues.ts'
import { type Redriven, type RedriveRules, redrive } from './redrive.ts'

const named: NamedDlq = { name: 'still', stem: 'user-deleted', url: 'http://dlq', config: {} }
const queue = { url: 'http://queue', config: {} }
const usual: RedriveRules = {
  describe: (letter) => describe(letter, named, {}),
  isMeant: () => true,
  queueOf: () => queue,
  again: false,
  refusalOf: async () => undefined,
  dryRun: false,
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue })

/** A process that dies at one of its awaits: nothing of it happens from there on. */
function dyingAt(deathAt: number) {
  const life = { awaits: 0 }
  return async <Answer>(effect: () => Answer): Promise<Answer> => {
    const alive = () => {
      life.awaits += 1
      if (life.awaits > deathAt) throw new Error('killed')
    }
    alive()
    const answer = effect()
    alive()
    return answer
  }
}

/** A DLQ and a queue in memory, where what a dead process held is visible again. */
function queues(bodies: readonly string[], attributes: Copy['attributes'] = {}) {
  const ids = { next: 0 }
  const dlq: Letter[] = []
  const sent: Copy[] = []
  const put = ({ body, attributes }: Copy) => {
    ids.next += 1
    const texts = Object.entries(attributes).map(([name, { StringValue = '' }]) => [
      name,
      StringValue,
    ])
    const id = `m-${ids.next}`
    const fields = { messageId: id, receiptHandle: id, sentAt: 0, body, attributes }
    dlq.push({ ...fields, texts: Object.fromEntries(texts) })
  }
  for (const body of bodies) put({ body, attributes })

  const process = (most: number, step: ReturnType<typeof dyingAt>) => {
    const hidden = new Set<string>()
    const self: Dlq = {
      receive: () =>
        step(() => {
          const letters = dlq.filter(({ messageId }) => !hidden.has(messageId)).slice(0, most)
          for (const { messageId } of letters) hidden.add(messageId)
          return letters
        }),
      remove: ({ messageId }) =>
        step(() => {
          const at = dlq.findIndex((letter) => letter.messageId === messageId)
          if (at >= 0) dlq.splice(at, 1)
        }),
      release: (letters) =>
        step(() => {
          for (const { messageId } of letters) hidden.delete(messageId)
        }),
    }
    const send = (_queue: unknown, copy: Copy) => step(() => sent.push(copy) > 0)
    return { self, send, hidden }
  }
  return { dlq, sent, put, process }
}

interface Run {
  readonly rules?: Partial<RedriveRules>
  readonly deathAt?: number
  readonly most?: number
  readonly stopAfter?: number
}

async function runOn(
  { process }: ReturnType<typeof queues>,
  {
    rules,
    deathAt = Number.POSITIVE_INFINITY,
    most = 10,
    stopAfter = Number.POSITIVE_INFINITY,
  }: Run = {},
  afterSend: (copy: Copy) => void = () => undefined,
) {
  const step = dyingAt(deathAt)
  const { self, send, hidden } = process(most, step)
  const told: (readonly [Described, Redriven, (string | undefined)?])[] = []
  const ended = await redrive(
    { ...usual, ...rules },
    {
      dlq: self,
      send: async (to, copy) => {
        const taken = await send(to, copy)
        afterSend(copy)
        return taken
      },
      pause: () => step(() => undefined),
      stopped: () => told.filter(([, became]) => became === 'sent').length >= stopAfter,
      tell: (...one) => void told.push(one),
    },
  ).then(
    () => true,
    () => false,
  )
  return {
    ended,
    hidden,
    became: told.map(([, became]) => became),
    whys: told.map(([, , why]) => why),
  }
}

test('killed at any await, and run again, leaves every message on the DLQ, the queue or both', async () => {
  const runs = fc.record({
    count: fc.integer({ min: 1, max: 6 }),
    most: fc.integer({ min: 1, max: 10 }),
    deaths: fc.array(fc.nat(40), { maxLength: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(runs, async ({ count, most, deaths }) => {
      const bodies = Array.from({ length: count }, (_, n) => `body-${n}`)
      const system = queues(bodies)
      for (const deathAt of [...deaths, Number.POSITIVE_INFINITY]) {
        const { ended } = await runOn(system, { deathAt, most, rules: { again: true } })

        const there = new Set([...system.dlq, ...system.sent].map(({ body }) => body))
        expect([...there].sort()).toEqual(bodies)
        if (deathAt === Number.POSITIVE_INFINITY) expect(ended).toBe(true)
      }
      expect(system.dlq).toEqual([])

      const { worker, metrics, clock } = memoryWorker(stillWorkflow())
      for (const [n, { body, attributes }] of system.sent.entries()) {
        const message = { messageId: `c-${n}`, body, attributes: textsOf(attributes) }
        const allowance = { deadline: clock.now() + 60_000 }
        expect(await deliver(message, allowance, worker)).toBe('acknowledge')
      }
      expect(metrics.counts).toMatchObject({ UsersProcessed: count })
      expect(metrics.counts.Duplicates ?? 0).toBe(system.sent.length - count)
    }),
  )
})

test('a copy is the same, byte for byte, attributes of every type included', async () => {
  const body = '{ "a" : "\u00e9\\u0000 \u{1f600}" }\n'
  const attributes = {
    picture: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, 255) },
    number: { DataType: 'Number', StringValue: '1.0' },
    'lapse-reason': text('r'),
  }
  const system = queues([body], attributes)
  await runOn(system)

  expect(system.sent).toEqual([
    { body, attributes: { ...attributes, 'lapse-redriven': text('1') } },
  ])
})

test('sends nothing a third time, unless it is told to', async () => {
  const system = queues(['a'], { 'lapse-redriven': text('2') })

  expect(await runOn(system)).toMatchObject({ became: ['redriven-twice'] })
  expect(system.sent).toEqual([])
  expect(await runOn(system, { rules: { again: true } })).toMatchObject({ became: ['sent'] })
  expect(system.sent[0]?.attributes).toEqual({ 'lapse-redriven': text('3') })
})

test('sends nothing twice that is dead-lettered again while it runs', async () => {
  const system = queues(['a', 'b'])
  const { became } = await runOn(system, { most: 1 }, system.put)

  expect(became).toEqual(['sent', 'sent', 'came-back', 'came-back'])
  expect(system.dlq).toHaveLength(2)
})

test('hides nothing once it has ended, what it left included', async () => {
  const stub = JSON.stringify({
    reason: 'x',
    message_id: 'm',
    body_sha256: 'a'.repeat(64),
    body_bytes: 1,
  })
  const system = queues(['a', stub, 'b'])
  const isMeant = ({ letter }: Described) => letter.body !== 'b'
  const { became, hidden } = await runOn(system, { rules: { isMeant } })

  expect(became).toEqual(['sent', 'stub'])
  expect(system.dlq.map(({ body }) => body)).toEqual([stub, 'b'])
  for (const { messageId } of system.dlq) expect(hidden).not.toContain(messageId)
})

test('leaves what its worker would refuse again, says why, and sends the rest', async () => {
  const system = queues(['a', 'b', 'c'])
  const refusalOf = async ({ letter }: Described) => (letter.body === 'b' ? 'no-event' : undefined)
  const { became, whys, hidden } = await runOn(system, { rules: { refusalOf } })

  expect(became).toEqual(['sent', 'refused-again', 'sent'])
  expect(whys).toEqual([undefined, 'no-event', undefined])
  expect(system.dlq.map(({ body }) => body)).toEqual(['b'])
  expect(hidden).not.toContain('m-2')
})

test('asks nothing about what is left anyway', async () => {
  const system = queues(['a'], { 'lapse-redriven': text('2') })
  const refusalOf = () => Promise.reject(new Error('asked'))

  expect(await runOn(system, { rules: { refusalOf } })).toMatchObject({
    ended: true,
    became: ['redriven-twice'],
  })
})

test('stops between two messages, and goes on from there', async () => {
  const system = queues(['a', 'b', 'c'])
  await runOn(system, { stopAfter: 1 })
  expect(system.sent.map(({ body }) => body)).toEqual(['a'])

  await runOn(system)
  expect(system.sent.map(({ body }) => body)).toEqual(['a', 'b', 'c'])
  expect(system.dlq).toEqual([])
})

test('a dry run sends and removes nothing', async () => {
  const system = queues(['a'])

  expect(await runOn(system, { rules: { dryRun: true } })).toMatchObject({ became: ['dry-run'] })
  expect([system.sent.length, system.dlq.length]).toEqual([0, 1])
})

test('what SQS does not take stays on the DLQ', async () => {
  const system = queues(['a'])
  const { self } = system.process(10, dyingAt(Number.POSITIVE_INFINITY))
  const became: Redriven[] = []
  await redrive(usual, {
    dlq: self,
    send: async () => false,
    pause: async () => undefined,
    stopped: () => false,
    tell: (_described, one) => void became.push(one),
  })

  expect(became).toEqual(['not-taken'])
  expect(system.dlq).toHaveLength(1)
})

function textsOf(attributes: Copy['attributes']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
  )
}
