import { RefusedError } from '../../../errors.ts'
import type { OAuth2Client } from '../../../ory/index.ts'
import { type Context, type KeptCredential, secretIn } from '../../../run/index.ts'
import type { OffboardingServices } from '../services.ts'
import { authenticates } from './credential.ts'
import { isRegisteredAlike } from './registration.ts'
import { type ResetRow, readReset, watchOver, writeReset } from './row.ts'

/**
 * The client is there again: if it is the one that was captured, with the secret that was made for it,
 * consumers are given that secret, and the record is closed. May be done again after any failure.
 * @throws RefusedError (`recreated-otherwise`) where somebody else has made another one
 */
export async function settleReset(
  client: OAuth2Client,
  context: Context<OffboardingServices>,
): Promise<void> {
  const { services } = context
  const stored = await readReset(client.client_id, services.resets)
  if (stored === undefined) return
  const { row } = stored
  if (row.closedAt === undefined) {
    await requireOurs(client, row, context)
    if (row.credential !== undefined) await handOver(row.credential, services)
    const closed = { ...row, recreatedAt: client.created_at, closedAt: services.clock.now() }
    await writeReset(closed as ResetRow, stored, services)
  }
  await services.followUps.end(watchOver(row), 'reset')
}

/** @throws RefusedError where the client is another one than was captured, or has another secret */
async function requireOurs(
  client: OAuth2Client,
  { client: captured, credential, clientId }: ResetRow,
  { ory, services: { secrets }, signal }: Context<OffboardingServices>,
): Promise<void> {
  if (!isRegisteredAlike(client, captured)) throw new RefusedError('recreated-otherwise')
  if (credential === undefined) return
  const client_secret = await secretIn(credential, clientId, secrets)
  if (!(await authenticates({ client, client_secret }, { ory, signal })))
    throw new RefusedError('recreated-otherwise')
}

/** Moves AWSCURRENT; what a rotation left open for the secrets before has nothing left to end. */
async function handOver(
  { arn, versionId }: KeptCredential,
  services: OffboardingServices,
): Promise<void> {
  const versions = Object.entries((await services.secrets.describe(arn))?.versions ?? {})
  const [from] = versions.find(([, stages]) => stages.includes('AWSCURRENT')) ?? []
  if (from !== versionId)
    await services.secrets.moveStage(arn, 'AWSCURRENT', {
      to: versionId,
      ...(from !== undefined && { from }),
    })
  // Whoever processes other events need not load it.
  const { endRotation } = await import('../../../rotation/index.ts')
  await endRotation(arn, 'reset', {
    ledger: services.rotations,
    followUps: services.followUps,
    clock: services.clock,
  })
}
