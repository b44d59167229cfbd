import type { OryArgumentError } from '@lapse/core/errors'
import { describe, expect, test } from 'vitest'
import { createBareClient, trustIssuer, unique } from './setup/created.ts'
import { adminUrl, features, ory } from './setup/server.ts'
import { newSigningKey } from './setup/signing-key.ts'
import { apiError, argumentError } from './setup/thrown.ts'

/*
 * Which client a path leads to. Servers cut a slash off its end, encoded or not, so that the client
 * refuses ids that end in one.
 */

const clients = '/admin/clients'
const issuers = '/admin/trust/grants/jwt-bearer/issuers'

interface Answered {
  readonly status: number
  readonly location: string | null
  readonly client_id: unknown
  /** A 404 which says that the row is missing: the path led to a route, and to another id. */
  readonly rowMissing: boolean
}

/** What a server answers to a path as it stands, dots and slashes included. */
const send = async (method: string, path: string, json?: unknown): Promise<Answered> => {
  const response = await fetch(new URL(path, adminUrl), {
    method,
    redirect: 'manual',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  const body = text.startsWith('{') ? JSON.parse(text) : {}

  return {
    status: response.status,
    location: response.headers.get('location'),
    client_id: body.client_id,
    rowMissing: body.error === 'Unable to locate the resource',
  }
}

const patch = [{ op: 'replace', path: '/client_name', value: 'patched' }]

/** Each with a body that it takes. */
const methods: readonly (readonly [string, unknown])[] = [
  ['GET', undefined],
  ['PUT', { client_name: 'put' }],
  ['PATCH', patch],
  ['DELETE', undefined],
]

const exists = async (id: string): Promise<boolean> =>
  (await send('GET', `${clients}/${id}`)).status === 200

describe.each(methods)('%s', (method, body) => {
  test.each(['/', '%2F', '%2f'])('takes x%s for x', async (slash) => {
    const { client_id } = await createBareClient()

    const answered = await send(method, `${clients}/${client_id}${slash}`, body)

    expect(answered.status).toBe(method === 'DELETE' ? 204 : 200)
    expect(answered.client_id).toBe(method === 'DELETE' ? undefined : client_id)
    expect(await exists(client_id)).toBe(method !== 'DELETE')
  })

  test.each(['//', '%2F%2F', '%2F/', '/%2F'])('knows no route at x%s', async (slashes) => {
    const { client_id } = await createBareClient({ client_name: 'left alone' })

    const answered = await send(method, `${clients}/${client_id}${slashes}`, body)

    expect(answered).toMatchObject({ status: 404, rowMissing: false })
    expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({
      client_name: 'left alone',
    })
  })
})

test('keeps the slash of an id before more of the path', async () => {
  const { client_id } = await createBareClient()

  expect(await send('PUT', `${clients}/${client_id}%2F/lifespans`, {})).toMatchObject({
    status: 404,
    rowMissing: true,
  })
})

test.each(['/', '%2F'])(
  'takes every slash for a separator where one at the end is cut off: %s',
  async (slash) => {
    const { client_id } = await createBareClient()

    const put = await send('PUT', `${clients}/${client_id}%2Flifespans${slash}`, {})
    const twice = await send('PUT', `${clients}/${client_id}%2F/lifespans${slash}`, {})

    expect(put).toMatchObject({ status: 200, client_id })
    expect(twice).toMatchObject({
      status: 307,
      location: expect.stringMatching(`${clients}/${client_id}/lifespans$`),
    })
  },
)

test.runIf(features.secretRotation)(
  'rotates the secret of x for the id x/secrets/rotate/',
  async () => {
    const { client_id } = await createBareClient()

    const answered = await send('POST', `${clients}/${client_id}%2Fsecrets%2Frotate%2F`)
    const kept = await send('POST', `${clients}/${client_id}%2F/secrets/rotate`)

    expect(answered).toMatchObject({ status: 200, client_id })
    expect(kept).toMatchObject({ status: 404, rowMissing: true })
  },
)

test.each(['/', '%2F'])('takes the issuer x%s for x', async (slash) => {
  const { jwk } = await newSigningKey('k1')
  const { id } = await trustIssuer({
    issuer: unique('issuer'),
    subject: unique('subject'),
    scope: ['read'],
    jwk,
    expires_at: '2099-01-01T00:00:00Z',
  })

  const two = await send('DELETE', `${issuers}/${id}${slash}${slash}`)
  const one = await send('DELETE', `${issuers}/${id}${slash}`)

  expect(two).toMatchObject({ status: 404, rowMissing: false })
  expect(one.status).toBe(204)
  expect(await apiError(ory.getTrustedOAuth2JwtGrantIssuer({ id }))).toMatchObject({
    rowMissing: true,
  })
})

test.each(['/', '//', '%2F', '%2f'])('never asks for x%s, and x stays', async (slashes) => {
  const { client_id } = await createBareClient({ client_name: 'protected' })
  const id = `${client_id}${slashes}`
  const calls: readonly (() => Promise<unknown>)[] = [
    () => ory.getOAuth2Client({ id }),
    () => ory.setOAuth2Client({ id, body: {} }),
    () => ory.patchOAuth2Client({ id, body: [{ op: 'replace', path: '/owner', value: 'o' }] }),
    () => ory.setOAuth2ClientLifespans({ id, body: {} }),
    () => ory.rotateOAuth2ClientSecret({ id }),
    () => ory.deleteRotatedOAuth2ClientSecrets({ id }),
    () => ory.deleteOAuth2Client({ id }),
  ]

  for (const call of calls) {
    const error: OryArgumentError = await argumentError(call())
    expect(error).toMatchObject({ reason: 'unaddressable-id', retryable: false })
  }
  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({ client_name: 'protected' })
})

test.each([
  '/b',
  '//b',
  '/b/c',
  '%2Fb',
  '\\',
  ' ',
  ' b',
  '?',
  '#b',
  '%',
  ';b=c',
  "+&=@:$,!'()*",
  'ü€',
  '\u2028',
])('reaches the client x%s, and not x', async (rest) => {
  const { client_id } = await createBareClient({ client_name: 'x' })
  const id = `${client_id}${rest}`
  await createBareClient({ client_id: id, client_name: 'other' })

  expect(await ory.getOAuth2Client({ id })).toMatchObject({ client_id: id, client_name: 'other' })
  await ory.deleteOAuth2Client({ id })
  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({ client_name: 'x' })
})
