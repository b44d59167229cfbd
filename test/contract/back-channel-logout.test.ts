import { expect, test } from 'vitest'
import { startReceiver } from '../live/receiver.ts'
import { type CreatedClient, createClient } from './setup/created.ts'
import { listenForLogouts, type RelyingParty, verifiedClaims } from './setup/relying-party.ts'
import { features, ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { areActive } from './setup/tokens.ts'

const clientAt = (
  relyingParty: RelyingParty,
  path: string,
  more: { readonly backchannel_logout_session_required?: boolean } = {},
): Promise<CreatedClient> =>
  createClient({ backchannel_logout_uri: relyingParty.url(path), ...more })

/**
 * The paths that were told of a logout by the time that one, caused after all others, has arrived.
 */
const toldBy = async (relyingParty: RelyingParty): Promise<readonly string[]> => {
  const { sid } = await signIn(await clientAt(relyingParty, '/last'), { rememberLogin: true })
  await ory.revokeOAuth2LoginSessions({ sid })
  await relyingParty.receives('/last')

  return relyingParty.received.map(({ path }) => path).filter((path) => path !== '/last')
}

const onServersThatCallBack = () => {
  test('tells a client of a login session revoked by its sid, in a token it can verify', async () => {
    const relyingParty = await listenForLogouts()
    const { client_id, ...client } = await clientAt(relyingParty, '/told')
    const { sid } = await signIn({ client_id, ...client }, { rememberLogin: true })
    const before = Math.floor(Date.now() / 1000) - 1

    await ory.revokeOAuth2LoginSessions({ sid })

    const { method, contentType, form } = await relyingParty.receives('/told')
    expect({ method, contentType }).toEqual({
      method: 'POST',
      contentType: 'application/x-www-form-urlencoded',
    })
    const claims = await verifiedClaims(form.get('logout_token') ?? '', client_id)
    expect(claims).toMatchObject({
      sid,
      aud: [client_id],
      jti: expect.stringMatching(/./),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(claims.iat).toBeGreaterThanOrEqual(before)
    expect(claims).not.toHaveProperty('sub')
  })

  test('tells every client of the login session, each in its own name', async () => {
    const relyingParty = await listenForLogouts()
    const one = await clientAt(relyingParty, '/one')
    const other = await clientAt(relyingParty, '/other', {
      backchannel_logout_session_required: true,
    })
    const { sid, subject, browser } = await signIn(one, { rememberLogin: true })
    await signIn(other, { subject, browser })

    await ory.revokeOAuth2LoginSessions({ sid })

    const tokens = [await relyingParty.receives('/one'), await relyingParty.receives('/other')]
    const audiences = [one.client_id, other.client_id]
    for (const [index, { form }] of tokens.entries()) {
      const token = form.get('logout_token') ?? ''
      expect(await verifiedClaims(token, audiences[index] ?? '')).toMatchObject({ sid })
    }
  })

  test('tells no client that the subject used in another login session alone', async () => {
    const relyingParty = await listenForLogouts()
    const { sid, subject } = await signIn(await clientAt(relyingParty, '/this'), {
      rememberLogin: true,
    })
    await signIn(await clientAt(relyingParty, '/elsewhere'), { subject, rememberLogin: true })

    await ory.revokeOAuth2LoginSessions({ sid })

    await relyingParty.receives('/this')
    expect(await toldBy(relyingParty)).toEqual(['/this'])
  })

  test('tells nobody of a sid that was revoked before', async () => {
    const relyingParty = await listenForLogouts()
    const { sid } = await signIn(await clientAt(relyingParty, '/once'), { rememberLogin: true })

    await ory.revokeOAuth2LoginSessions({ sid })
    await ory.revokeOAuth2LoginSessions({ sid })

    expect(await toldBy(relyingParty)).toEqual(['/once'])
  })

  test('tells nobody of a login session that is not remembered', async () => {
    const relyingParty = await listenForLogouts()
    const { sid } = await signIn(await clientAt(relyingParty, '/forgotten'))

    await ory.revokeOAuth2LoginSessions({ sid })

    expect(await toldBy(relyingParty)).toEqual([])
  })

  test('tells nobody when login sessions are revoked by subject, and cannot be made to afterwards', async () => {
    const relyingParty = await listenForLogouts()
    const { sid, subject } = await signIn(await clientAt(relyingParty, '/by-subject'), {
      rememberLogin: true,
    })

    await ory.revokeOAuth2LoginSessions({ subject })
    await ory.revokeOAuth2LoginSessions({ sid })

    expect(await toldBy(relyingParty)).toEqual([])
  })

  test('tells nobody of a sid whose consents were revoked first', async () => {
    const relyingParty = await listenForLogouts()
    const { sid, subject } = await signIn(await clientAt(relyingParty, '/too-late'), {
      rememberLogin: true,
    })

    await ory.revokeOAuth2ConsentSessions({ subject, all: true })
    await ory.revokeOAuth2LoginSessions({ sid })

    expect(await toldBy(relyingParty)).toEqual([])
  })

  test('tells nobody of a client that is deleted, nor of its sid afterwards', async () => {
    const relyingParty = await listenForLogouts()
    const client = await clientAt(relyingParty, '/deleted')
    const { sid } = await signIn(client, { rememberLogin: true })

    await ory.deleteOAuth2Client({ id: client.client_id })
    await ory.revokeOAuth2LoginSessions({ sid })

    expect(await toldBy(relyingParty)).toEqual([])
  })

  test('tells the client and leaves nothing behind in the order sid, subject, consents', async () => {
    const relyingParty = await listenForLogouts()
    const { sid, subject, access_token, refresh_token } = await signIn(
      await clientAt(relyingParty, '/in-order'),
      { rememberLogin: true },
    )

    await ory.revokeOAuth2LoginSessions({ sid })
    await ory.revokeOAuth2LoginSessions({ subject })
    await ory.revokeOAuth2ConsentSessions({ subject, all: true })

    expect(await relyingParty.receives('/in-order')).toMatchObject({ method: 'POST' })
    expect(await areActive(access_token, refresh_token)).toEqual([false, false])
    expect(await ory.listOAuth2ConsentSessions({ subject })).toMatchObject({ items: [] })
  })

  test.each([500, 0])(
    'posts the same token three times to a client that answers %i',
    async (status) => {
      await using receiver = await startReceiver([{ status }])
      const client = await createClient({ backchannel_logout_uri: `${receiver.url}/logout` })
      const { sid } = await signIn(client, { rememberLogin: true })

      await ory.revokeOAuth2LoginSessions({ sid })

      await expect.poll(() => receiver.bodies().length).toBe(3)
      expect(new Set(receiver.bodies()).size).toBe(1)
    },
  )

  test('answers a revoke by sid although the client cannot be told', async () => {
    const client = await createClient({ backchannel_logout_uri: 'http://127.0.0.1:9/nobody' })
    const { sid } = await signIn(client, { rememberLogin: true })

    expect(await ory.revokeOAuth2LoginSessions({ sid })).toBeUndefined()
  })
}

if (features.callsBack) onServersThatCallBack()
else {
  test.skip('tells clients of a logout (the server cannot reach a listener on this machine)')
}
