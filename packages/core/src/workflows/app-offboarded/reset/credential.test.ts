import { expect, test } from 'vitest'
import { OryApiError } from '../../../errors.ts'
import type { OAuth2Client, Ory } from '../../../ory/index.ts'
import { authenticates } from './credential.ts'

/** An Ory that accepts a client's secrets as it is told to, and what it was asked with. */
function oryThat(accepts: (secret: string) => boolean, status = 401) {
  const asked: object[] = []
  const ory = {
    revokeOAuth2Token: async (params: {
      client_secret?: string
      basic?: { client_secret: string }
    }) => {
      asked.push(params)
      if (accepts(params.client_secret ?? params.basic?.client_secret ?? '')) return
      throw new OryApiError('revokeOAuth2Token', { status, body: {}, retryable: false })
    },
  } as unknown as Ory
  return { ory, asked }
}

const client = { client_id: 'mail' } as OAuth2Client
const right = { client, client_secret: 'right' }

test('a secret authenticates that is accepted where a wrong one is not', async () => {
  const { ory, asked } = oryThat((secret) => secret === 'right')

  expect(await authenticates(right, { ory, signal: undefined })).toBe(true)
  expect(await authenticates({ client, client_secret: 'other' }, { ory, signal: undefined })).toBe(
    false,
  )
  expect(asked).toHaveLength(3)
})

test('nothing is said by an Ory that accepts whatever it is given', async () => {
  await expect(
    authenticates(right, { ory: oryThat(() => true).ory, signal: undefined }),
  ).rejects.toMatchObject({
    reason: 'canary-blind',
  })
})

test('what is no answer about the secret is not taken for one', async () => {
  await expect(
    authenticates(right, { ory: oryThat(() => false, 503).ory, signal: undefined }),
  ).rejects.toMatchObject({
    status: 503,
  })
})

test('the secret goes where the client is registered to send it', async () => {
  const { ory, asked } = oryThat((secret) => secret === 'right')
  const token_endpoint_auth_method = 'client_secret_post'
  await authenticates(
    { ...right, client: { ...client, token_endpoint_auth_method } },
    { ory, signal: undefined },
  )

  expect(asked[0]).toMatchObject({ client_id: 'mail', client_secret: 'right' })
  expect(asked[0]).not.toHaveProperty('basic')
})

test('both tries end with the invocation', async () => {
  const { signal } = new AbortController()
  const signals: unknown[] = []
  const ory = {
    revokeOAuth2Token: async (
      { basic }: { readonly basic: { readonly client_secret: string } },
      options: { readonly signal?: AbortSignal },
    ) => {
      signals.push(options.signal)
      if (basic.client_secret !== 'right')
        throw new OryApiError('revokeOAuth2Token', { status: 401, body: {}, retryable: false })
    },
  } as unknown as Ory
  await authenticates(right, { ory, signal })

  expect(signals).toEqual([signal, signal])
})
