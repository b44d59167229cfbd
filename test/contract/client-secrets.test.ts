import { expect, test } from 'vitest'
import { createBareClient, createClient, unique } from './setup/created.ts'
import { features, ory } from './setup/server.ts'
import { apiError, configurationError } from './setup/thrown.ts'
import { acceptsSecret, clientCredentials, isActive } from './setup/tokens.ts'

/** The secret a rotation gave. */
const rotate = async (id: string): Promise<string> => {
  const { client_secret } = await ory.rotateOAuth2ClientSecret({ id })

  return client_secret ?? ''
}

const rotateTimes = async (id: string, times: number): Promise<readonly string[]> => {
  const secrets: string[] = []
  while (secrets.length < times) secrets.push(await rotate(id))

  return secrets
}

const acceptsEach = (id: string, secrets: readonly string[]): Promise<readonly boolean[]> =>
  Promise.all(secrets.map((secret) => acceptsSecret(id, secret)))

const onServersThatRotate = () => {
  test('rotates a secret: the new one is generated, and the old one stays valid beside it', async () => {
    const { client_id: id, client_secret } = await createClient({ client_name: 'kept' })

    const rotated = await ory.rotateOAuth2ClientSecret({ id })

    expect(rotated).toMatchObject({ client_id: id, client_name: 'kept' })
    expect(rotated.client_secret).toMatch(/^[\w.~-]{26}$/)
    expect(await acceptsEach(id, [client_secret, rotated.client_secret ?? ''])).toEqual([
      true,
      true,
    ])
  })

  test('makes another secret with every rotation', async () => {
    const { client_id: id } = await createClient()

    const secrets = await rotateTimes(id, 2)

    expect(new Set(secrets).size).toBe(2)
  })

  test('makes a secret of its own, whatever secret it is sent', async () => {
    const { client_id: id, client_secret } = await createClient()

    const sent = 'chosen-by-the-caller'
    const rotated = await ory.rotateOAuth2ClientSecret({ id, body: { client_secret: sent } })

    const made = rotated.client_secret ?? ''
    expect(made).toMatch(/^[\w.~-]{26}$/)
    expect(await acceptsEach(id, [client_secret, sent, made])).toEqual([true, false, true])
  })

  test('keeps five old secrets beside the current one; the sixth rotation ends the oldest', async () => {
    const { client_id: id, client_secret } = await createClient()

    const five = await rotateTimes(id, 5)
    expect(await acceptsEach(id, [client_secret, ...five])).toEqual(Array(6).fill(true))

    const sixth = await rotate(id)
    expect(await acceptsSecret(id, client_secret)).toBe(false)
    expect(await acceptsEach(id, [...five, sixth])).toEqual(Array(6).fill(true))
  })

  test('exchanges tokens for an old secret as for the current one', async () => {
    const client = await createClient()
    await rotate(client.client_id)

    const { access_token } = await clientCredentials(client)

    expect(await isActive(access_token)).toBe(true)
  })

  test('deletes the old secrets and keeps the current one, however often it is asked to', async () => {
    const { client_id: id, client_secret } = await createClient()
    const [first = '', current = ''] = await rotateTimes(id, 2)

    const answered = await ory.deleteRotatedOAuth2ClientSecrets({ id })
    await ory.deleteRotatedOAuth2ClientSecrets({ id })

    expect(answered).toMatchObject({ client_id: id })
    expect(answered).not.toHaveProperty('client_secret')
    expect(await acceptsEach(id, [client_secret, first, current])).toEqual([false, false, true])
  })

  test('keeps the old secrets when a write leaves the secret alone', async () => {
    const client = await createClient()
    const { client_id: id, client_secret } = client
    await rotate(id)

    await ory.setOAuth2Client({ id, body: { client_name: 'put' } })
    await ory.patchOAuth2Client({
      id,
      body: [{ op: 'add', path: '/owner', value: unique('owner') }],
    })

    expect(await acceptsSecret(id, client_secret)).toBe(true)
  })

  test('ends the old secrets when a write sets the secret', async () => {
    const { client_id: id, client_secret } = await createClient()
    const rotated = await rotate(id)

    await ory.patchOAuth2Client({
      id,
      body: [{ op: 'replace', path: '/client_secret', value: 'set-by-hand' }],
    })

    expect(await acceptsEach(id, [client_secret, rotated, 'set-by-hand'])).toEqual([
      false,
      false,
      true,
    ])
  })

  test('ends the old secrets, and keeps the current one, when a patch removes the secret', async () => {
    const { client_id: id, client_secret } = await createClient()
    const current = await rotate(id)

    await ory.patchOAuth2Client({ id, body: [{ op: 'remove', path: '/client_secret' }] })

    expect(await acceptsEach(id, [client_secret, current])).toEqual([false, true])
  })

  test('leaves tokens alone when secrets are rotated and deleted', async () => {
    const client = await createClient()
    const { access_token } = await clientCredentials(client)

    await rotate(client.client_id)
    await ory.deleteRotatedOAuth2ClientSecrets({ id: client.client_id })

    expect(await isActive(access_token)).toBe(true)
  })

  test('answers both for an unknown client as a missing row', async () => {
    const id = unique('unknown')

    const errors = [
      await apiError(ory.rotateOAuth2ClientSecret({ id })),
      await apiError(ory.deleteRotatedOAuth2ClientSecrets({ id })),
    ]

    for (const error of errors) expect(error).toMatchObject({ status: 404, rowMissing: true })
  })

  test('refuses to rotate the secret of a client that has none', async () => {
    const { client_id: id } = await createBareClient({ token_endpoint_auth_method: 'none' })

    const error = await apiError(ory.rotateOAuth2ClientSecret({ id }))

    expect(error).toMatchObject({
      status: 400,
      body: { error: 'The request was malformed or contained invalid parameters' },
    })
  })
}

const onServersWithoutTheRoute = () => {
  test('is a configuration error, and no missing client, where no route rotates secrets', async () => {
    const { client_id: id, client_secret } = await createClient()

    const errors = [
      await configurationError(ory.rotateOAuth2ClientSecret({ id })),
      await configurationError(ory.deleteRotatedOAuth2ClientSecrets({ id })),
    ]

    for (const error of errors) {
      expect(error).toMatchObject({ reason: 'route-not-found', status: 404, configuration: true })
    }
    expect(await acceptsSecret(id, client_secret)).toBe(true)
  })
}

if (features.secretRotation) onServersThatRotate()
else onServersWithoutTheRoute()
