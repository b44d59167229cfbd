import { parameter } from '../browser.ts'
import { createClient, deleteClient, introspect, type Run } from '../family.ts'
import { exchangeCode, signIn } from '../sign-in.ts'

/** Ends of sessions: by the browser, by the client, by the API. */
export const logout: Run = async (server, random) => {
  const after = 'http://127.0.0.1:9/after'
  const id = await createClient(server, 'leaving', {
    post_logout_redirect_uris: [after],
    ...(random.chance(0.3) && { frontchannel_logout_uri: 'http://127.0.0.1:9/front?x=y' }),
    ...(random.chance(0.3) && { skip_logout_consent: random.pick([true, false, null]) }),
  })
  const subject = `${server.prefix}user`
  const { browser, code, sid } = await signIn(server, id, {
    login: { subject, remember: random.chance(0.8), remember_for: 3600 },
    consent: { remember: random.chance(0.8) },
  })
  const issued = await exchangeCode(server, id, code)
  const hint = String(issued.json['id_token'] ?? '')
  const consents = `/admin/oauth2/auth/sessions/consent?subject=${subject}`
  await server.send('admin', { target: consents })
  const parameters = Object.assign(
    {},
    ...random.some(
      [
        { id_token_hint: random.pick([hint, hint, hint, `${hint}x`, 'x']) },
        { post_logout_redirect_uri: random.pick([after, 'http://127.0.0.1:9/elsewhere']) },
        { state: 'x y' },
        { client_id: id },
      ],
      0.5,
    ),
  ) as Record<string, string>
  const begun = await browser.open(`/oauth2/sessions/logout?${new URLSearchParams(parameters)}`)
  const challenge = parameter(begun.location, 'logout_challenge')
  if (challenge !== '') {
    const target = `/admin/oauth2/auth/requests/logout`
    const asked = `logout_challenge=${encodeURIComponent(challenge)}`
    await server.send('admin', { target: `${target}?${asked}` })
    if (random.chance(0.3))
      await server.send('admin', { method: 'PUT', target: `${target}/reject?${asked}`, body: '' })
    const accepted = await server.send('admin', {
      method: 'PUT',
      target: `${target}/accept?${asked}`,
      body: '',
    })
    if (typeof accepted.json['redirect_to'] === 'string') {
      await browser.open(accepted.json['redirect_to'])
      if (random.chance(0.3)) await browser.open(accepted.json['redirect_to'])
    }
    await server.send('admin', { target: `${target}?${asked}` })
  }
  const ends = [
    `/admin/oauth2/auth/sessions/login?sid=${sid}`,
    `/admin/oauth2/auth/sessions/login?subject=${subject}`,
    `${consents}&all=true`,
    `${consents}&client=${id}`,
    consents,
    `${consents}&all=1`,
    `${consents}&all=x&client=`,
    '/admin/oauth2/auth/sessions/login',
    '/admin/oauth2/auth/sessions/login?sid=',
    `/admin/oauth2/tokens?client_id=${id}`,
    '/admin/oauth2/tokens',
  ]
  for (let asked = 0; asked < 2; asked += 1) {
    await server.send('admin', { method: 'DELETE', target: random.pick(ends) })
    await introspect(server, issued.json['access_token'])
    await introspect(server, issued.json['refresh_token'])
  }
  await server.send('admin', { target: consents })
  await signIn(server, id, { browser, query: { prompt: 'none' } })
  await deleteClient(server, id)
}
