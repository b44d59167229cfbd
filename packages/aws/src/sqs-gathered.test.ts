import type { OutgoingMessage } from '@lapse/core/ports'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gathered, type SendTogether } from './sqs-gathered.ts'

const message = (body: string): OutgoingMessage => ({ body, attributes: {} })
const refusal = (body: string) => new Error(`refused: ${body}`)
const isRefused = (body: string) => body.startsWith('bad')

/** Requests that end when they are told to; what each held. */
function requests() {
  const made: { readonly bodies: readonly string[]; readonly end: () => void }[] = []
  const send: SendTogether = (_queueUrl, messages) => {
    const bodies = messages.map(({ body }) => body)
    const { promise, resolve } = Promise.withResolvers<void>()
    made.push({ bodies, end: resolve })
    return promise.then(() =>
      Promise.allSettled(
        bodies.map(async (body) => {
          if (isRefused(body)) throw refusal(body)
        }),
      ),
    )
  }
  return { made, send }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const bodiesOf = ({ made }: ReturnType<typeof requests>) => made.map(({ bodies }) => bodies)

test('sends together what comes in one turn, and what comes while that is under way', async () => {
  const sent = requests()
  const put = gathered(sent.send)
  const first = ['1', '2'].map((body) => put('q', message(body)))
  while (sent.made.length < 1) await turn()
  const rest = ['3', '4', '5'].map((body) => put('q', message(body)))
  await turn()
  await turn()
  expect(bodiesOf(sent)).toEqual([['1', '2']])
  sent.made[0]?.end()
  await Promise.all(first)
  while (sent.made.length < 2) await turn()

  expect(bodiesOf(sent)).toEqual([
    ['1', '2'],
    ['3', '4', '5'],
  ])
  sent.made[1]?.end()
  await Promise.all(rest)
})

test('sends together what answers that have arrived together lead to', async () => {
  const sent = requests()
  const put = gathered(sent.send)
  const both = Promise.withResolvers<void>()
  // As two connections are read: one after the other, with everything that one leads to in between.
  setImmediate(() => put('q', message('1')).then(both.resolve))
  setImmediate(() => void put('q', message('2')))
  while (sent.made.length < 1) await turn()

  expect(bodiesOf(sent)).toEqual([['1', '2']])
  sent.made[0]?.end()
  await both.promise
})

test('waits for no request that hangs, and for none of another queue', async () => {
  const { made, send } = requests()
  const put = gathered(send)
  const hanging = put('q', message('1'))
  while (made.length < 1) await turn()
  const other = put('r', message('2'))
  while (made.length < 2) await turn()
  expect(made).toHaveLength(2)
  const behind = put('q', message('3'))
  while (made.length < 3) await turn()

  expect(made.map(({ bodies }) => bodies)).toEqual([['1'], ['2'], ['3']])
  for (const { end } of made) end()
  await Promise.all([hanging, other, behind])
})

test('tells everybody what came of their own message, in requests that SQS takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ isBad: fc.boolean(), length: fc.nat(150_000), isAfter: fc.boolean() }), {
        maxLength: 30,
      }),
      async (messages) => {
        const { made, send } = requests()
        const put = gathered(send)
        const sent: Promise<boolean>[] = []
        for (const [n, { isBad, length, isAfter }] of messages.entries()) {
          const body = `${isBad ? 'bad' : 'good'} ${n} ${'x'.repeat(length)}`
          const isTaken = put('q', message(body)).then(
            () => true,
            () => false,
          )
          sent.push(isTaken)
          if (isAfter) await turn()
          if (isAfter) made.at(-1)?.end()
        }
        const ended = Promise.all(sent)
        const isOver = { yes: false }
        void ended.then(() => {
          isOver.yes = true
        })
        while (!isOver.yes) {
          for (const { end } of made) end()
          await turn()
        }

        expect(await ended).toEqual(messages.map(({ isBad }) => !isBad))
        expect(made.flatMap(({ bodies }) => bodies)).toHaveLength(messages.length)
        for (const { bodies } of made) {
          expect(bodies.length).toBeLessThanOrEqual(10)
          expect(bodies.length === 1 || bodies.join('').length <= 200_000).toBe(true)
        }
      },
    ),
    { numRuns: 50 },
  )
})
