import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createBrowser, startAuthorization } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { type Registered, registered } from '../testing/registered.ts'

let ory: OryEmulator
let client: Registered
let subject: string
let subjects = 0

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory)
})

afterAll(() => ory.stop())

beforeEach(() => {
  subjects += 1
  subject = `subject-${subjects}`
})

const start = () => startAuthorization({ ...ory, client, subject, rememberLogin: true })

const revoke = async (what: 'login' | 'consent') => {
  const all = what === 'consent' ? '&all=true' : ''
  const path = `/admin/oauth2/auth/sessions/${what}?subject=${subject}${all}`
  expect((await ask('DELETE', ory.adminUrl, path)).status).toBe(204)
}

const unrecognizable = { error: 'error', description: 'The error is unrecognizable' }

test('a login accepted before everything was revoked can still be finished', async () => {
  const login = await (await start()).accept()

  await revoke('login')
  await revoke('consent')

  const consent = await login.proceed()
  const { code } = await (await consent.accept()).proceed()
  expect(code).toMatch(/^ory_ac_/)
})

test('a consent cannot be given once its login session is revoked', async () => {
  const consent = await (await (await start()).accept()).proceed()

  await revoke('login')

  await expect((await consent.accept()).proceed()).rejects.toMatchObject(unrecognizable)
})

test('a consent verifier is good for one grant', async () => {
  const consent = await (await (await (await start()).accept()).proceed()).accept()
  await consent.proceed()

  await expect(consent.proceed()).rejects.toMatchObject({
    error: 'access_denied',
    description: expect.stringMatching(/The consent verifier has already been used\.$/),
  })
})

test('a consent verifier grants once more after the consent was revoked', async () => {
  const consent = await (await (await (await start()).accept()).proceed()).accept()
  await consent.proceed()

  await revoke('consent')

  const { code } = await consent.proceed()
  expect(code).toMatch(/^ory_ac_/)
})

test('it does not once the login session was revoked as well', async () => {
  const consent = await (await (await (await start()).accept()).proceed()).accept()
  await consent.proceed()

  await revoke('login')
  await revoke('consent')

  await expect(consent.proceed()).rejects.toMatchObject(unrecognizable)
})

test('a login verifier works again, and brings the login session back', async () => {
  const login = await (await start()).accept()
  await login.proceed()
  await revoke('login')

  const consent = await login.proceed()

  const { code } = await (await consent.accept()).proceed()
  expect(code).toMatch(/^ory_ac_/)
})

test('of two consents from one login only the first is a grant', async () => {
  const login = await (await start()).accept()
  const first = await (await login.proceed()).accept()
  const second = await (await login.proceed()).accept()

  await second.proceed()

  await expect(first.proceed()).rejects.toMatchObject({ error: 'access_denied' })
})

test('a verifier is worth nothing in another browser', async () => {
  const login = await (await start()).accept()
  const stranger = createBrowser()

  const { status, location } = await stranger.get(login.redirectTo)

  expect(status).toBe(303)
  expect(location).toContain('error=request_forbidden')
  expect(location).toContain('No+CSRF+value+available+in+the+session+cookie.')
})

test('a consent verifier brought by a stranger is used up without a code', async () => {
  const consent = await (await (await (await start()).accept()).proceed()).accept()
  const { location } = await createBrowser().get(consent.redirectTo)

  expect(location).toContain('error=request_forbidden')
  await expect(consent.proceed()).rejects.toMatchObject({ error: 'access_denied' })
})

test('a verifier is worth nothing to another client', async () => {
  const other = await registered(ory)
  const consent = await (await (await (await start()).accept()).proceed()).accept()
  const stolen = new URL(consent.redirectTo)
  stolen.searchParams.set('client_id', other.client_id)

  const { status, headers } = await ask('GET', ory.publicUrl, `${stolen.pathname}${stolen.search}`)

  expect(status).toBe(303)
  expect(new URL(String(headers['location'])).searchParams.get('error_description')).toMatch(
    /The flow client id does not match the authorize request client id\.$/,
  )
  expect(await consent.proceed()).toMatchObject({ code: expect.stringMatching(/^ory_ac_/) })
})

test('a flow begun earlier in the same browser is not the one it comes back with', async () => {
  const browser = createBrowser()
  const options = { ...ory, browser, client, subject }
  const older = await startAuthorization(options)
  const newer = await startAuthorization(options)

  await expect((await older.accept()).proceed()).rejects.toMatchObject({
    error: 'request_forbidden',
    description: expect.stringContaining('does not match the CSRF value'),
  })
  await expect((await newer.accept()).proceed()).resolves.toBeDefined()
})

test('flows of two clients do not disturb each other', async () => {
  const browser = createBrowser()
  const other = await registered(ory)
  const first = await startAuthorization({ ...ory, browser, client, subject })
  const second = await startAuthorization({ ...ory, browser, client: other, subject })

  await expect((await first.accept()).proceed()).resolves.toBeDefined()
  await expect((await second.accept()).proceed()).resolves.toBeDefined()
})

test('a flow fails at its end if the client was deleted meanwhile', async () => {
  const gone = await registered(ory)
  const login = await startAuthorization({ ...ory, client: gone, subject })
  const accepted = await login.accept()

  await ask('DELETE', ory.adminUrl, `/admin/clients/${gone.client_id}`)

  await expect(accepted.proceed()).rejects.toMatchObject({ error: 'invalid_client' })
})
