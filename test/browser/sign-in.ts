import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import type { Browser } from 'playwright-core'
import { listen } from './servers.ts'

const secret = 'a secret of its own'

/** An app with a login and a consent page of its own, on another port than Ory. */
function app(ory: () => OryEmulator, origin: () => string): RequestListener {
  const accept = async (kind: 'login' | 'consent', challenge: string | null, body: object) => {
    const url = `${ory().adminUrl}/admin/oauth2/auth/requests/${kind}/accept?${kind}_challenge=${challenge}`
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(body) })
    return ((await answer.json()) as { redirect_to: string }).redirect_to
  }
  const redeem = async (code: string | null) => {
    const form = {
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: `${origin()}/callback`,
    }
    const headers = {
      authorization: `Basic ${Buffer.from(`app:${encodeURIComponent(secret)}`).toString('base64')}`,
    }
    const init = { method: 'POST', headers, body: new URLSearchParams(form) }
    return (await fetch(`${ory().publicUrl}/oauth2/token`, init)).status
  }
  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin())
    const page = (html: string) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(html)
    const redirect = (location: string) => response.writeHead(303, { location }).end()
    if (pathname === '/login' && request.method === 'POST') {
      const challenge = new URLSearchParams(await text(request)).get('challenge')
      return redirect(await accept('login', challenge, { subject: 'alice' }))
    }
    if (pathname === '/login') {
      const challenge = searchParams.get('login_challenge')
      return page(
        `<form method="post" action="/login"><input name="challenge" value="${challenge}"><button>log in</button></form>`,
      )
    }
    if (pathname === '/consent') {
      const challenge = searchParams.get('consent_challenge')
      return redirect(await accept('consent', challenge, { grant_scope: ['openid'] }))
    }
    if (pathname === '/callback') {
      return page(`redeemed ${await redeem(searchParams.get('code'))}`)
    }
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      state: 'a state that is long enough',
      redirect_uri: `${origin()}/callback`,
    })
    return page(`<a href="${ory().publicUrl}/oauth2/auth?${query}">sign in</a>`)
  }
}

/**
 * Signs a user in by a real browser, with an app on another port, and asks Ory's public side from
 * that app's page: both have to go on working behind the guard.
 *
 * @returns what the callback page says, and what two pages can read of the token endpoint's answer
 */
export async function signIn(browser: Browser) {
  const running: { ory?: OryEmulator; origin: string } = { origin: '' }
  const server = await listen(
    app(
      () => running.ory as OryEmulator,
      () => running.origin,
    ),
  )
  running.origin = server.url
  const urls = { login: `${server.url}/login`, consent: `${server.url}/consent` }
  await using ory = await startOryEmulator({ urls })
  running.ory = ory
  const client = {
    client_id: 'app',
    client_secret: secret,
    redirect_uris: [`${server.url}/callback`],
    allowed_cors_origins: [server.url],
  }
  await fetch(`${ory.adminUrl}/admin/clients`, { method: 'POST', body: JSON.stringify(client) })

  const page = await browser.newPage()
  await page.goto(server.url)
  await page.click('a')
  await page.click('button')
  await page.waitForURL(/callback/)
  const signedIn = await page.textContent('body')
  const ask = (url: string) =>
    fetch(`${url}/oauth2/token`, { method: 'POST', body: new URLSearchParams({ code: 'x' }) }).then(
      (answer) => answer.status,
      () => 'nothing',
    )
  const listed = await page.evaluate(ask, ory.publicUrl)
  await page.goto(server.url.replace('127.0.0.1', 'localhost'))
  const unlisted = await page.evaluate(ask, ory.publicUrl)
  await page.close()
  await server.stop()
  return { signedIn, listed, unlisted }
}
