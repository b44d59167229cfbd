import { randomUUID } from 'node:crypto'
import {
  LedgerConflictError,
  OryApiError,
  OryConfigurationError,
  RotationError,
} from '../errors.ts'
import { type RowKey, rowExpiry } from '../ports/index.ts'
import type { ChosenSecret, EndpointRow } from './row.ts'
import type { RotationServices } from './services.ts'

/** A probe costs a write of the scarcest rate, and servers are seldom upgraded. */
const keptMs = 60 * 60_000

type Services = Pick<RotationServices, 'ory' | 'endpoints' | 'clock' | 'settings'>

/** Whether the server knows Ory's rotate endpoint: asked once an hour, by whomever. */
export async function hasRotateEndpoint(
  services: Services,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { endpoints, clock, settings } = services
  const key = rowKey(settings.tokenEndpoint)
  const stored = await endpoints.read(key)
  if (stored !== undefined && clock.now() < stored.row.seenAt + keptMs) return stored.row.rotates

  const rotates = await probe(services, signal)
  const { chosenSecret } = stored?.row ?? {}
  // What a server refuses to read it may read once it is upgraded, and then an answer says so.
  const isKept = rotates && chosenSecret !== undefined && chosenSecret !== 'refused'
  const row = { rotates, seenAt: clock.now(), ...(isKept && { chosenSecret }) }
  await write(row, stored?.version ?? 0, services)
  return rotates
}

/**
 * What the server was last seen to do with a secret that was sent along; `undefined` where nobody has
 * seen it. Found out by rotating a client alone: nothing else tells.
 */
export async function seenOfChosenSecret({
  endpoints,
  settings,
}: Services): Promise<ChosenSecret | undefined> {
  return (await endpoints.read(rowKey(settings.tokenEndpoint)))?.row.chosenSecret
}

/** Keeps what the server did with a secret that was sent along. */
export async function rememberChosenSecret(seen: ChosenSecret, services: Services): Promise<void> {
  const { endpoints, clock, settings } = services
  const stored = await endpoints.read(rowKey(settings.tokenEndpoint))
  if (stored?.row.chosenSecret === seen) return
  const { seenAt } = stored?.row ?? { seenAt: clock.now() }
  await write({ rotates: true, seenAt, chosenSecret: seen }, stored?.version ?? 0, services)
}

async function write(
  row: EndpointRow,
  version: number,
  { endpoints, clock, settings }: Services,
): Promise<void> {
  const key = rowKey(settings.tokenEndpoint)
  await endpoints.write(key, row, version, rowExpiry(clock, keptMs)).catch(unlessAsked)
}

function rowKey(tokenEndpoint: string): RowKey {
  return { workflow: 'rotate-client-secret', event: tokenEndpoint, pass: 'endpoint' }
}

/** Somebody else asked at the same time, and got the same answer. */
function unlessAsked(error: unknown): void {
  if (!(error instanceof LedgerConflictError)) throw error
}

/** Only a missing client says that the endpoint is there, and only a missing route that it is not. */
async function probe({ ory }: Services, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await ory.rotateOAuth2ClientSecret({ id: randomUUID() }, { signal })
  } catch (error) {
    if (error instanceof OryApiError && error.rowMissing) return true
    if (error instanceof OryConfigurationError && error.reason === 'route-not-found') return false
    throw error
  }
  throw new RotationError('no-rotate-endpoint', 'Ory rotated the secret of a client that is none')
}
