import { randomUUID } from 'node:crypto'
import type { RateLimits } from '@lapse/core/budget'
import { type Offboarded, parseAppOffboarded } from '@lapse/core/events'
import { createOry, type OAuth2Client, type Ory } from '@lapse/core/ory'
import type { OutgoingMessage } from '@lapse/core/ports'
import type { Receipt } from '@lapse/core/run'
import { inspections } from '@lapse/core/sweep'
import { derivedAttributes, manualClock, memorySecretVersions } from '@lapse/core/testing'
import { type OffboardingObservation, offboarding } from '@lapse/core/workflows'
import {
  authorizeInBrowser,
  type OryEmulator,
  type StartOptions,
  startOryEmulator,
} from '@lapse/ory-emulator'
import { newKey } from './key-rotated-partner.ts'
import type { VirtualQueue } from './virtual-queue.ts'
import { world } from './world.ts'

const settings = {
  protectedClientIds: ['console'],
  protectedOwners: ['platform'],
  protectedIssuers: ['https://protected.example'],
  accessTokenLifespanMs: 3_600_000,
  secretRecoveryDays: 30,
  ownSecretIds: ['lapse/test/clients/Mail'],
}

/** A time from now, which is the present of the emulator and of every world. */
export const fromNow = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString()

const events = { last: 0 }

/** Of two events the one that was made later is later. */
function soon(): string {
  events.last = Math.max(events.last + 1, Date.now() + 60_000)
  return new Date(events.last).toISOString()
}

/** An `app.offboarded`, a minute ahead of any client unless another time is given. */
export const bodyOf = (data: object, time = soon()) =>
  JSON.stringify({
    specversion: '1.0',
    id: randomUUID(),
    source: 'https://partners.example',
    type: 'app.offboarded',
    time,
    data,
  })

/** The message that lapse sends about what an owner has beside clients. */
export const partsMessage = (data: { readonly owner: string }, time = soon()): OutgoingMessage => {
  const body = bodyOf({ mode: 'delete', ...data }, time)
  return {
    body,
    attributes: derivedAttributes(body, { part: 'parts', owner: data.owner, root: 'r' }),
  }
}

export const basicOf = ({
  client_id,
  client_secret,
}: {
  client_id: string
  client_secret: string
}) => ({
  client_id,
  client_secret,
})

/** Why messages are on the DLQ. */
export const reasonsOf = ({ queue }: { readonly queue: VirtualQueue }) =>
  queue.deadLetters.map(({ attributes }) => attributes['lapse-reason'])

/** What a receipt tells of each kind of call. */
export const operationsOf = ({ steps }: Receipt) => steps.map(({ op, status }) => [op, status])

/** An Ory server with apps to offboard, and everything that is done to them. */
export async function offboardingStage(options: StartOptions = {}) {
  const emulator: OryEmulator = await startOryEmulator(options)
  const ory: Ory = createOry({
    adminUrl: emulator.adminUrl,
    publicUrl: emulator.publicUrl,
    retry: { maxAttempts: 1 },
  })
  const secrets = memorySecretVersions(manualClock('2026-01-02T03:04:05Z'))
  const swept: unknown[] = []
  /** A world whose present is the emulator's, so that its clients are older than its events. */
  const offboardingWorld = (limits?: RateLimits) =>
    world<Offboarded, OffboardingObservation>({
      begins: fromNow(0),
      ory,
      secrets,
      ...(limits && { limits }),
      parse: parseAppOffboarded,
      workflow: (event) => offboarding(event, settings),
      sweep: async (services, allowance) => {
        const look = inspections({ ...services, ...settings }).find(
          ({ metric }) => metric === 'ResetsUnfinished',
        )
        const findings = (await look?.look(allowance, () => ({}) as never)) ?? []
        swept.push(...(Array.isArray(findings) ? findings : [findings]))
      },
    })

  async function newClient(change: object = {}): Promise<OAuth2Client & { client_secret: string }> {
    const client_secret = `secret-${randomUUID()}`
    const client = await ory.createOAuth2Client({
      body: {
        client_id: `app-${randomUUID()}`,
        client_secret,
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/callback'],
        scope: 'openid offline read',
        metadata: { team: 'blue' },
        ...change,
      },
    })
    return { ...client, client_secret }
  }

  /** Trusts a new key of an issuer, for anybody. */
  function trust(issuer: string, kid = 'k1') {
    const terms = { scope: ['read'], expires_at: '2036-01-01T00:00:00Z' }
    const { jwk } = newKey(kid)
    return ory.trustOAuth2JwtGrantIssuer({
      body: { issuer, jwk, ...terms, allow_any_subject: true },
    })
  }

  /** The name of a new secret that says of itself that it is a client's. */
  const newSecret = (clientId: string) =>
    secrets.create(`secret-${randomUUID()}`, '{}', { tags: { 'lapse:client_id': clientId } })

  const machineToken = (client: OAuth2Client & { client_secret: string }) =>
    ory.oauth2TokenExchange({ grant_type: 'client_credentials', basic: basicOf(client) })

  const isActive = async (token: unknown) =>
    (await ory.introspectOAuth2Token({ token: String(token) })).active

  async function userTokens(client: OAuth2Client & { client_secret: string }) {
    const { tokens } = await authorizeInBrowser({
      adminUrl: emulator.adminUrl,
      publicUrl: emulator.publicUrl,
      client: { ...basicOf(client), redirect_uri: 'http://127.0.0.1/callback' },
      subject: `user-${randomUUID()}`,
    })
    return tokens
  }

  const worked = (...bodies: readonly string[]) =>
    workedMessages(bodies.map((body) => ({ body, attributes: {} })))

  async function workedMessages(messages: readonly OutgoingMessage[]) {
    const at = offboardingWorld()
    for (const message of messages) {
      await at.queue.send(message)
      await at.settle()
    }
    const receipts = at.ledger.rows.flatMap(({ receipt }) => receipt ?? [])
    return { ...at, receipts, receipt: receipts.at(-1) as Receipt }
  }

  const stop = async () => {
    await ory[Symbol.asyncDispose]()
    await emulator.stop()
  }
  return {
    emulator,
    ory,
    secrets,
    /** What sweeps have found, in every world. */
    swept,
    offboardingWorld,
    newClient,
    newSecret,
    trust,
    machineToken,
    isActive,
    userTokens,
    worked,
    workedMessages,
    stop,
  }
}
