// Nothing here runs: that it compiles, with whatever TypeScript and resolution, is the assertion.
import { LapseError, OryApiError } from '@lapse/core/errors'
import { parseUserDeleted, type UserDeleted } from '@lapse/core/events'
import { createOry, type OAuth2Client, type Ory, operations } from '@lapse/core/ory'
import type { Clock, Log, Metrics } from '@lapse/core/ports'
import { type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import { type DoorServices, door, webhookHandler } from '@lapse/webhooks'

export async function clientsOf(owner: string): Promise<readonly OAuth2Client[]> {
  const emulator: OryEmulator = await startOryEmulator({ profile: 'v26.2' })
  const ory: Ory = createOry({ adminUrl: emulator.adminUrl })
  const found: OAuth2Client[] = []
  for await (const client of ory.listOAuth2Clients({ owner })) found.push(client)
  return found
}

export const count: number = Object.keys(operations).length

// @ts-expect-error a subject alone names no consents: Ory wants to know which
export const wrong = (ory: Ory) => ory.revokeOAuth2ConsentSessions({ subject: 'alice' })

export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof LapseError)) return undefined
  return error instanceof OryApiError ? error.status : undefined
}

export const event: UserDeleted = parseUserDeleted('{}')

export const handlers = (services: () => Promise<DoorServices>) => [
  door(services).fetch,
  webhookHandler(services),
]

export type World = readonly [Clock, Log, Metrics]
