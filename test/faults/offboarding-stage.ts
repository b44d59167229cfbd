import { randomUUID } from 'node:crypto'
import { type Offboarded, parseAppOffboarded } from '@lapse/core/events'
import { createOry, type OAuth2Client, type Ory } from '@lapse/core/ory'
import type { Receipt } from '@lapse/core/run'
import { manualClock, memorySecretVersions } from '@lapse/core/testing'
import { type AppParts, type OwnedClients, offboarding } from '@lapse/core/workflows'
import { authorizeInBrowser, type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import type { VirtualQueue } from './virtual-queue.ts'
import { world } from './world.ts'

const settings = {
  protectedClientIds: ['console'],
  protectedOwners: ['platform'],
  protectedIssuers: ['https://protected.example'],
  accessTokenLifespanMs: 3_600_000,
  secretRecoveryDays: 30,
}

const soon = () => new Date(Date.now() + 60_000).toISOString()

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
export async function offboardingStage() {
  const emulator: OryEmulator = await startOryEmulator()
  const ory: Ory = createOry({
    adminUrl: emulator.adminUrl,
    publicUrl: emulator.publicUrl,
    retry: { maxAttempts: 1 },
  })
  const secrets = memorySecretVersions(manualClock('2026-01-02T03:04:05Z'))
  /** A world whose present is the emulator's, so that its clients are older than its events. */
  const offboardingWorld = () =>
    world<Offboarded, AppParts | OwnedClients>({
      ory,
      secrets,
      parse: parseAppOffboarded,
      workflow: (event) => offboarding(event, settings),
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

  async function worked(...bodies: readonly string[]) {
    const at = offboardingWorld()
    for (const body of bodies) {
      await at.queue.send({ body, attributes: {} })
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
    offboardingWorld,
    newClient,
    machineToken,
    isActive,
    userTokens,
    worked,
    stop,
  }
}
