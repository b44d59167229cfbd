import { afterEach, expect, test } from 'vitest'
import { OryApiError, RateBudgetError } from '../errors.ts'
import { type Pace, type PacedAttempt, type PacedOutcome, paced, type Slot } from './index.ts'
import { mockedOry, rejectionOf } from './mocked-ory.ts'

let mocked = mockedOry()
afterEach(() => {
  mocked.agent.assertNoPendingInterceptors()
  expect(mocked.pending()).toBe(0)
  mocked = mockedOry()
})

const answer = (status: number, headers: Record<string, string> = {}, text: string | object = '') =>
  mocked.admin.intercept({ path: () => true, method: () => true }).reply(status, text, { headers })

/** A pace that gives slots as they stand here, and keeps what it was told. */
const paceOf = (...slots: readonly (Slot | Error | undefined)[]) => {
  const left = [...slots]
  const asked: PacedAttempt[] = []
  const told: PacedOutcome[] = []
  const pace: Pace = {
    async next(attempt) {
      asked.push(attempt)
      const slot = left.shift()
      if (slot instanceof Error) throw slot
      return slot
    },
    async ended(_attempt, outcome) {
      told.push(outcome)
    },
  }
  return { pace, asked, told }
}

const inMs = (ms: number): Slot => ({
  from: mocked.clock.now() + ms,
  until: mocked.clock.now() + ms + 250,
})

const refusal = () => new RateBudgetError('admin-low', mocked.clock.now() + 9000)

test('sends a request when its slot begins', async () => {
  answer(204)
  const { pace, asked } = paceOf(inMs(1200))

  await mocked.settle(paced(mocked.ory, pace).revokeOAuth2LoginSessions({ subject: 'alice' }))

  expect(mocked.elapsedMs()).toBe(1200)
  expect(asked).toEqual([
    {
      operation: 'revokeOAuth2LoginSessions',
      port: 'admin',
      bucket: 'admin-low',
      deadline: mocked.clock.now() - 1200 + 75_000,
    },
  ])
})

test('asks for every attempt', async () => {
  answer(503)
  answer(204)
  const { pace, asked, told } = paceOf(undefined, undefined)

  await mocked.settle(paced(mocked.ory, pace).revokeOAuth2LoginSessions({ subject: 'alice' }))

  expect(asked).toHaveLength(2)
  expect(told).toEqual([{ status: 503 }, { status: 204 }])
})

test('asks for every page', async () => {
  const link = '</admin/clients?page_token=two>; rel="next"'
  answer(200, { link, 'content-type': 'application/json' }, [{ client_id: 'a' }])
  answer(200, { 'content-type': 'application/json' }, [{ client_id: 'b' }])
  const { pace, asked } = paceOf()

  await mocked.settle(Array.fromAsync(paced(mocked.ory, pace).listOAuth2Clients({})))

  expect(asked.map(({ bucket }) => bucket)).toEqual(['admin-medium', 'admin-medium'])
})

test('asks again where the slot was missed, and gives that one back', async () => {
  answer(503)
  answer(204)
  const missed = { from: mocked.clock.now() - 900, until: mocked.clock.now() - 650 }
  const { pace } = paceOf(missed)
  const givenBack: (Slot | undefined)[] = []
  const watched: Pace = {
    ...pace,
    next(attempt, slot) {
      givenBack.push(slot)
      return pace.next(attempt)
    },
  }

  await mocked.settle(paced(mocked.ory, watched).revokeOAuth2LoginSessions({ subject: 'alice' }))

  expect(givenBack).toEqual([undefined, missed, undefined])
})

test('sends nothing where nothing may be sent', async () => {
  const error = refusal()
  const { pace, told } = paceOf(error)
  const call = paced(mocked.ory, pace).revokeOAuth2LoginSessions({ subject: 'alice' })

  expect(await rejectionOf(mocked.settle(call))).toBe(error)
  expect(told).toEqual([])
})

test('ends as the attempt before did where the next one may not be sent', async () => {
  answer(503)
  const { pace } = paceOf(undefined, refusal())
  const call = paced(mocked.ory, pace).revokeOAuth2LoginSessions({ subject: 'alice' })

  const error = await rejectionOf(mocked.settle(call))
  expect(error).toBeInstanceOf(OryApiError)
  expect(error).toMatchObject({ status: 503, mayHaveRun: true })
})

test('goes on only once its pace has done what an attempt led to', async () => {
  answer(204)
  const order: string[] = []
  const written = Promise.withResolvers<void>()
  const { pace } = paceOf(undefined)
  const watched: Pace = {
    ...pace,
    async ended() {
      setImmediate(written.resolve)
      await written.promise
      order.push('written')
    },
  }
  await paced(mocked.ory, watched).revokeOAuth2LoginSessions({ subject: 'alice' })
  order.push('done')

  expect(order).toEqual(['written', 'done'])
})

test('asks for no slot once its caller has ended the wait between two attempts', async () => {
  answer(503)
  const { pace, asked, told } = paceOf(undefined, undefined)
  const caller = new AbortController()
  const watched: Pace = {
    ...pace,
    ended(attempt, outcome) {
      setImmediate(() => caller.abort())
      return pace.ended(attempt, outcome)
    },
  }
  const call = paced(mocked.ory, watched).revokeOAuth2LoginSessions(
    { subject: 'alice' },
    { signal: caller.signal },
  )

  expect(await rejectionOf(call)).toMatchObject({ status: 503 })
  expect([asked.length, told]).toEqual([1, [{ status: 503 }]])
})

test('ends the wait for a slot when its caller does', async () => {
  const ending = new AbortController()
  const { pace } = paceOf(inMs(5000))
  const call = paced(mocked.ory, pace).revokeOAuth2LoginSessions(
    { subject: 'alice' },
    { signal: ending.signal },
  )
  ending.abort()

  expect(await rejectionOf(mocked.settle(call))).toMatchObject({
    code: 'ERR_ORY_ABORTED',
    mayHaveRun: false,
  })
  expect(mocked.elapsedMs()).toBe(0)
})

test.each([
  ['a 429 without a word', 429, {}, { status: 429, usedUpForMs: 0 }],
  ['a 429 with a time', 429, { 'x-ratelimit-reset': '12' }, { status: 429, usedUpForMs: 12_000 }],
  [
    'an answer that used the bucket up',
    204,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '41' },
    { status: 204, usedUpForMs: 41_000 },
  ],
  [
    'an answer that used the second up',
    204,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' },
    { status: 204, usedUpForMs: 1000 },
  ],
  [
    'an answer that left something',
    204,
    { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '41' },
    { status: 204 },
  ],
])('tells of %s', async (_, status, headers, outcome) => {
  answer(status, headers)
  const { pace, told } = paceOf(undefined, refusal())
  await mocked.settle(
    paced(mocked.ory, pace)
      .revokeOAuth2LoginSessions({ subject: 'alice' })
      .catch(() => undefined),
  )

  expect(told).toEqual([outcome])
})

test.each([
  ['ECONNREFUSED', 'no-connection'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no-connection'],
  ['ECONNRESET', 'broken-off'],
  ['UND_ERR_HEADERS_TIMEOUT', 'unknown'],
])('tells of %s as %s', async (code, status) => {
  mocked.admin
    .intercept({ path: () => true, method: () => true })
    .replyWithError(Object.assign(new Error('low level'), { code }))
  const { pace, told } = paceOf(undefined, refusal())
  await mocked.settle(
    paced(mocked.ory, pace)
      .revokeOAuth2LoginSessions({ subject: 'alice' })
      .catch(() => undefined),
  )

  expect(told).toEqual([{ status }])
})

test.each([
  [12_000, 'no-answer'],
  [5000, 'no-answer'],
  [4999, 'unknown'],
])('tells of a request without an answer for %i ms as %s', async (timeoutMs, status) => {
  mocked.admin
    .intercept({ path: () => true, method: () => true })
    .reply(204)
    .delay(3_600_000)
  const { pace, told } = paceOf(undefined, refusal())
  const call = paced(mocked.ory, pace).revokeOAuth2LoginSessions(
    { subject: 'alice' },
    { timeoutMs },
  )
  await mocked.settle(call.catch(() => undefined))

  expect(told).toEqual([{ status }])
})

test('goes at the pace of the client where a call has none', async () => {
  const { pace, asked } = paceOf()
  mocked = mockedOry({ pace })
  answer(204)

  await mocked.settle(mocked.ory.revokeOAuth2LoginSessions({ subject: 'alice' }))

  expect(asked).toHaveLength(1)
})
