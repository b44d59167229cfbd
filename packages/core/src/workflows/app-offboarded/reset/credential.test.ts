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

  expect(await authenticates(right, ory)).toBe(true)
  expect(await authenticates({ client, client_secret: 'other' }, ory)).toBe(false)
  expect(asked).toHaveLength(3)
})

test('nothing is said by an Ory that accepts whatever it is given', async () => {
  await expect(authenticates(right, oryThat(() => true).ory)).rejects.toMatchObject({
    reason: 'canary-blind',
  })
})

test('what is no answer about the secret is not taken for one', async () => {
  await expect(authenticates(right, oryThat(() => false, 503).ory)).rejects.toMatchObject({
    status: 503,
  })
})

test('the secret goes where the client is registered to send it', async () => {
  const { ory, asked } = oryThat((secret) => secret === 'right')
  const token_endpoint_auth_method = 'client_secret_post'
  await authenticates({ ...right, client: { ...client, token_endpoint_auth_method } }, ory)

  expect(asked[0]).toMatchObject({ client_id: 'mail', client_secret: 'right' })
  expect(asked[0]).not.toHaveProperty('basic')
})
