import { randomUUID } from 'node:crypto'
import {
  LedgerConflictError,
  OryApiError,
  OryConfigurationError,
  RotationError,
} from '../errors.ts'
import { type RowKey, rowExpiry } from '../ports/index.ts'
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
  const row = { rotates, seenAt: clock.now() }
  const expiresAt = rowExpiry(clock, keptMs)
  await endpoints.write(key, row, stored?.version ?? 0, expiresAt).catch(unlessAsked)
  return rotates
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
