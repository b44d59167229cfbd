import { expect, test } from 'vitest'
import {
  DeadlineError,
  OryApiError,
  OryConfigurationError,
  OryMismatchError,
  OryResponseError,
  OryTransportError,
} from '../errors.ts'
import type { Ory, OryAccounts } from '../ory/index.ts'
import { accountsPacing } from './accounts-pacing.ts'
import { isAnswering, isAnsweringFor } from './is-answering.ts'

const answered = (status: number) =>
  new OryApiError('x', { status, body: {}, retryable: status >= 500 })

/** Servers all of which come to this, and what they were asked. */
function servers(outcome: Error | undefined) {
  const asked: string[] = []
  const read = (name: string) => async () => {
    asked.push(name)
    if (outcome !== undefined) throw outcome
  }
  const ory = { getOAuth2Client: read('client') } as unknown as Ory
  const accounts = {
    getIdentity: read('identity'),
    adminListIssuedApiKeys: read('keys'),
  } as unknown as OryAccounts
  const looks = async () => [
    await isAnswering(ory),
    await isAnsweringFor('identities', accounts),
    await isAnsweringFor('api-keys', accounts),
  ]
  return { asked, looks }
}

test.each([
  ['has what nobody has', undefined, true],
  ['has no such thing', answered(404), true],
  ['has enough of us', answered(429), true],
  ['fails', answered(500), false],
  ['is not there', answered(503), false],
  ['does not know our key', new OryConfigurationError('x', 'unauthorized', 'refused'), true],
  ['says something about another one', new OryMismatchError('x'), true],
  ['makes no sense', new OryResponseError('x', 200, 'not JSON'), false],
  [
    'hangs',
    new OryTransportError('x', { reason: 'timeout', mayHaveRun: true, message: 'late' }),
    false,
  ],
])('of a server that %s it says whether a message may go there', async (_what, outcome, is) => {
  const { looks, asked } = servers(outcome)

  expect(await looks()).toEqual([is, is, is])
  expect(asked).toEqual(['client', 'identity', 'keys'])
})

test('waits for nobody who looks for longer than a call has', async () => {
  const caller = new AbortController()
  const circuit = {
    pass: () => new Promise<never>(() => undefined),
    failed: async () => undefined,
    answered: () => undefined,
  }
  const pace = accountsPacing({ identities: circuit })({ event: 'e', signal: caller.signal })
  const next = pace.next({
    operation: 'getIdentity',
    port: 'identities',
    bucket: 'kratos-admin-medium',
    deadline: Number.MAX_VALUE,
  })
  caller.abort()

  await expect(next).rejects.toThrow(DeadlineError)
})
