import { LapseError, RotationError } from '../errors.ts'
import { beginRotation, continueRotation, rehearse } from './begin.ts'
import { type Credential, isSameCredential } from './credential.ts'
import { settleMoved } from './end.ts'
import type { Allowance, RotationServices } from './services.ts'
import { credentialOf, type RotationSite, type Site, withSite } from './site.ts'
import { strategies } from './strategies/index.ts'

/** What Secrets Manager asks of a rotation function. */
export interface RotationEvent {
  readonly Step: string
  /** The secret's ARN. */
  readonly SecretId: string
  /** The id of the version that is to come. */
  readonly ClientRequestToken: string
}

/**
 * Does one of the four steps of a rotation: `createSecret`, `setSecret`, `testSecret`,
 * `finishSecret`. Each may be asked for any number of times, and after any failure. A version that
 * has AWSCURRENT is done.
 *
 * @throws RotationError where the step is refused, with the reason; LeaseHeldError while another
 * delivery works on the client; whatever Ory, Secrets Manager and the ledger throw
 */
export async function rotateStep(
  event: RotationEvent,
  allowance: Allowance,
  services: RotationServices,
): Promise<void> {
  const { Step, SecretId, ClientRequestToken } = event
  const told = { step: Step, secret_id: SecretId, version_id: ClientRequestToken }
  try {
    const step = stepOf(event)
    const outcome = await withSite(SecretId, allowance, services, (site) =>
      perform(step, ClientRequestToken, site),
    )
    services.log.info('rotation step done', { ...told, outcome })
  } catch (error) {
    services.metrics.count('RotationFailures', 1)
    services.log.error('rotation step not done', { ...told, ...describeError(error) })
    throw error
  }
}

type Step = (site: Site, versionId: string) => Promise<void>

const steps: Readonly<Record<string, Step>> = {
  async createSecret(site, versionId) {
    const { row, ...others } = await beginRotation(site, versionId)
    if ((await credentialOf(versionId, site.secret, site.services)) !== undefined) return
    await strategies[row.row.strategy].create({ ...others, row })
  },
  async setSecret(site, versionId) {
    const rotation = continueRotation(site, versionId)
    await strategyOf(rotation).set(rotation, await pendingOf(rotation))
  },
  async testSecret(site, versionId) {
    if (await isRehearsal(site, versionId)) return rehearse(site, versionId)
    const rotation = continueRotation(site, versionId)
    await strategyOf(rotation).test(rotation, await pendingOf(rotation))
  },
  async finishSecret(site, versionId) {
    const rotation = continueRotation(site, versionId)
    await strategyOf(rotation).finish(rotation, await pendingOf(rotation))
  },
}

/**
 * When a rotation is configured and not begun at once, Secrets Manager tries the function: it asks
 * for testSecret alone, of a version that no createSecret made. What it stages for that is not
 * promised: a copy of the current value, an empty version, or nothing at all.
 */
async function isRehearsal({ row, secret, current, services }: Site, versionId: string) {
  if (row?.row.versionId === versionId) return false
  const pending = await credentialOf(versionId, secret, services)
  return pending === undefined || isSameCredential(pending, current.credential)
}

function stepOf({ Step, SecretId, ClientRequestToken }: RotationEvent): Step {
  const step = Object.hasOwn(steps, Step) ? steps[Step] : undefined
  if (step === undefined) throw new RotationError('malformed-event', 'Step is none of the four')
  if (!isText(SecretId)) throw new RotationError('malformed-event', 'SecretId is missing')
  if (!isText(ClientRequestToken))
    throw new RotationError('malformed-event', 'ClientRequestToken is missing')
  return step
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

async function perform(step: Step, versionId: string, site: Site): Promise<string> {
  const { secret, row } = site
  const stages = secret.versions[versionId]
  if (!secret.rotationEnabled)
    throw new RotationError('rotation-not-enabled', `rotation of ${secret.name} is not enabled`)
  if (stages === undefined && step === steps['testSecret'] && row?.row.versionId !== versionId) {
    // Nothing was staged for a trial.
    await rehearse(site, versionId)
    return 'tried'
  }
  if (stages === undefined)
    throw new RotationError('version-unknown', `${secret.name} has no such version`)
  if (stages.includes('AWSCURRENT')) {
    if (row?.row.versionId === versionId) await settleMoved({ ...site, row })
    return 'the version is current already'
  }
  if (!stages.includes('AWSPENDING'))
    throw new RotationError(
      'version-not-pending',
      `the version of ${secret.name} is not AWSPENDING`,
    )

  await step(site, versionId)
  return 'done'
}

function strategyOf({ row }: RotationSite) {
  return strategies[row.row.strategy]
}

async function pendingOf({ services, secret, row, current }: RotationSite): Promise<Credential> {
  const pending = await credentialOf(row.row.versionId, secret, services)
  if (pending === undefined)
    throw new RotationError('version-without-value', 'createSecret has stored no value yet')
  if (pending.client_id === current.credential.client_id) return pending
  throw new RotationError('secret-of-another-client', 'AWSPENDING names another client')
}

/** What may be said of an error: the message of one that is not ours may hold anything. */
function describeError(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof RotationError)
    return { code: error.code, reason: error.reason, problem: error.message }
  if (error instanceof LapseError) return { code: error.code, problem: error.message }
  return { code: error instanceof Error ? error.name : typeof error }
}
