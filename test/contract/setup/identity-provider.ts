import { createOryAccounts, type OryAccounts } from '@lapse/core/ory'
import { startOryEmulator } from '@lapse/ory-emulator'
import { inject, onTestFinished } from 'vitest'
import { type Answer, newServer, type Request } from '../../live/server.ts'

/** An identity of a case's own. */
export interface ProvidedIdentity {
  /** A UUID. */
  readonly id: string
  /** The ids of its sessions, oldest first. */
  readonly sessions: readonly string[]
  /** What it is called elsewhere. */
  readonly externalId: string
  /** The address that somebody signs in to it by. */
  readonly email: string
  /** How many of the sessions it was given are still somebody's who is signed in. */
  readonly signedIn: () => Promise<number>
}

/** The identity provider under contract: the emulator's, or a live Kratos. */
export interface IdentityProvider {
  readonly accounts: OryAccounts
  readonly adminUrl: string
  /** An identity, with so many sessions, until the end of the test. */
  readonly newIdentity: (sessions?: number) => Promise<ProvidedIdentity>
  /** To its admin side, to the letter. */
  readonly send: (request: Request) => Promise<Answer>
}

/** Opens it until the end of the test. */
export async function openIdentityProvider(): Promise<IdentityProvider> {
  const live = inject('kratos')
  return live === undefined ? emulated() : connected(live.adminUrl, ofKratos(live))
}

type NewIdentity = IdentityProvider['newIdentity']

function connected(adminUrl: string, newIdentity: NewIdentity): IdentityProvider {
  const accounts = createOryAccounts({ identities: { url: adminUrl }, retry: { maxAttempts: 1 } })
  onTestFinished(() => accounts[Symbol.asyncDispose]())
  const { send } = newServer('contract', { adminUrl, publicUrl: adminUrl, prefix: '' })
  return { accounts, adminUrl, newIdentity, send: (request) => send('admin', request) }
}

async function emulated(): Promise<IdentityProvider> {
  const emulator = await startOryEmulator({ profile: inject('oryProfile'), accounts: true })
  onTestFinished(() => emulator.stop())
  const newIdentity: NewIdentity = async (sessions = 0) => {
    const id = crypto.randomUUID()
    const { email, externalId } = newNames()
    const named = { external_id: externalId, identifiers: [email] }
    const { identities = [] } = await emulator.seed({ identities: [{ id, sessions, ...named }] })
    // A session is a row, and nothing besides.
    const url = `${emulator.adminUrl}/admin/identities/${id}/sessions?page_size=1000`
    const signedIn = async () => ((await (await fetch(url)).json()) as readonly unknown[]).length
    return { id, sessions: identities[0]?.sessions ?? [], externalId, email, signedIn }
  }
  return connected(emulator.adminUrl, newIdentity)
}

/** With what has to be escaped in a path and in a query. */
function newNames() {
  const id = crypto.randomUUID()
  return { email: `zoe+${id}@lapse-contract.example`, externalId: `hr/${id} %2F&=ü` }
}

const password = 'correct horse battery staple'

/** Signs up and in as its API does it, with a password. */
function ofKratos({ adminUrl, publicUrl }: Kratos): NewIdentity {
  return async (sessions = 0) => {
    const { email, externalId } = newNames()
    const { id } = await asked<{ id: string }>(`${adminUrl}/admin/identities`, {
      schema_id: 'default',
      external_id: externalId,
      traits: { email },
      credentials: { password: { config: { password } } },
    })
    onTestFinished(async () => {
      await fetch(`${adminUrl}/admin/identities/${id}`, { method: 'DELETE' })
    })
    const logins: Login[] = []
    // One after another: a Kratos on SQLite answers 500 where two write at the same time.
    for (let left = sessions; left > 0; left -= 1) logins.push(await signIn(publicUrl, email))
    const signedIn = async () => {
      const answers = await Promise.all(logins.map((login) => whoami(publicUrl, login)))
      return answers.filter(({ status }) => status === 200).length
    }
    return { id, sessions: logins.map(({ session }) => session.id), externalId, email, signedIn }
  }
}

interface Login {
  readonly session_token: string
  readonly session: { readonly id: string }
}

async function signIn(publicUrl: string, identifier: string): Promise<Login> {
  const flow = await asked<{ id: string }>(`${publicUrl}/self-service/login/api`)
  const login = { method: 'password', identifier, password }
  const url = `${publicUrl}/self-service/login?flow=${flow.id}`
  return asked<Login>(url, login)
}

function whoami(publicUrl: string, { session_token }: Login): Promise<Response> {
  return fetch(`${publicUrl}/sessions/whoami`, { headers: { 'X-Session-Token': session_token } })
}

async function asked<Answered>(url: string, body?: object): Promise<Answered> {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
  const sent = body && { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(url, { headers, ...sent })
  if (answer.ok) return (await answer.json()) as Answered
  throw new Error(`${new URL(url).pathname} was answered ${answer.status}: ${await answer.text()}`)
}

/** Where a live Kratos is. Its identity schema `default` has an `email` to sign in with. */
export interface Kratos {
  readonly adminUrl: string
  readonly publicUrl: string
}
