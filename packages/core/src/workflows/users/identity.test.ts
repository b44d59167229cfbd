import { expect, test } from 'vitest'
import type { OryAccounts } from '../../ory/index.ts'
import { lookAtIdentity } from './identity.ts'

test('ends a look when its delivery has to end, and says that nothing was read', async () => {
  const delivery = new AbortController()
  const accounts = {
    listIdentitySessions: (_of: unknown, { signal }: { readonly signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cut')))
        delivery.abort()
      }),
  } as unknown as OryAccounts
  const reading = { ory: {} as never, accounts, signal: delivery.signal }

  expect(await lookAtIdentity('alice', reading)).toEqual({ unread: new Error('cut') })
})
